#include "matchers/tokens/anchors.h"

#include <algorithm>
#include <string>

#include "core/base/str_cat.h"
#include "matchers/plan/triggers.h"
#include "matchers/tokens/token_hash.h"

namespace presshawk::tokens {
namespace {

using Kind = Anchor::Kind;

constexpr std::string_view kWild = "*?";

bool IsWild(std::string_view token) {
  return token.find_first_of(kWild) != std::string_view::npos;
}

// The token that begins at a byte of a pattern's text.
std::string_view TokenAt(std::string_view text, size_t begin) {
  return text.substr(begin, text.find(' ', begin) - begin);
}

// Its first or last bytes that are no wildcard's, up to kEdgeBytesMax; empty
// where both are too few.
std::string_view EdgeOf(std::string_view token) {
  const size_t head = token.find_first_of(kWild);
  const size_t tail = token.size() - token.find_last_of(kWild) - 1;
  const size_t size = std::min<size_t>(std::max(head, tail), kEdgeBytesMax);
  if (size < kEdgeBytesMin) {
    return {};
  }
  return token.substr(head >= size ? 0 : token.size() - size, size);
}

// Of an edge of the text; `padded` is the text with kEdgeBytesMax before it and
// room for LoadWord() behind.
Anchor EdgeAnchor(std::string_view text, const std::string& padded,
                  uint32_t token_begin, std::string_view edge) {
  const auto begin = static_cast<size_t>(edge.data() - text.data());
  const auto size = static_cast<uint32_t>(edge.size());
  const char* const at = padded.data() + kEdgeBytesMax + begin;
  return {begin == token_begin ? HeadHash(at, size) : TailHash(at + size, size),
          token_begin, Kind::kEdge, static_cast<uint8_t>(size)};
}

// All that the text offers. Of plain phrases pairs only.
void AppendAnchors(std::string_view text, bool has_wildcards,
                   std::vector<Anchor>* anchors) {
  // For the loads of the hashes.
  const std::string padded = StrCat("    ", std::string(text), "        ");
  const bool is_phrase = TokenAt(text, 1).size() + 2 < text.size();
  uint64_t before = 0;
  uint32_t begin_before = 0;  // 0 where the token before is not plain.
  for (uint32_t begin = 1; begin < text.size();) {
    const std::string_view token = TokenAt(text, begin);
    if (!IsWild(token)) {
      const uint64_t hash =
          TokenHash(padded.data() + kEdgeBytesMax + begin, token.size());
      if (has_wildcards || !is_phrase) {
        anchors->push_back({hash, begin, Kind::kWord, 0});
      }
      if (begin_before != 0) {
        anchors->push_back(
            {PairHash(before, hash), begin_before, Kind::kPair, 0});
      }
      before = hash;
      begin_before = begin;
    } else {
      begin_before = 0;
      const std::string_view edge = EdgeOf(token);
      if (!edge.empty()) {
        anchors->push_back(EdgeAnchor(text, padded, begin, edge));
      }
    }
    begin += static_cast<uint32_t>(token.size()) + 1;
  }
}

double FrequencyOf(std::string_view token) {
  const std::string text = ' ' + std::string(token) + ' ';
  return EstimateFrequency({.text = text, .has_wildcards = IsWild(token)});
}

// Roughly how often it occurs in a million words.
double FrequencyOf(const Anchor& anchor, std::string_view text) {
  const std::string_view token = TokenAt(text, anchor.place);
  switch (anchor.kind) {
    case Kind::kWord:
      return FrequencyOf(token);
    case Kind::kEdge: {
      const std::string_view edge = EdgeOf(token);
      return FrequencyOf(edge.data() == token.data() ? std::string(edge) + '*'
                                                     : '*' + std::string(edge));
    }
    case Kind::kPair:
      break;
  }
  const double first = FrequencyOf(token);
  const double second =
      FrequencyOf(TokenAt(text, anchor.place + token.size() + 1));
  // Words of a phrase stand together a hundred times more often than by chance.
  return std::min({first, second, first * second / 1e4});
}

}  // namespace

bool HasAnchor(const Pattern& pattern) {
  if (!pattern.has_wildcards) {
    return true;
  }
  for (size_t begin = 1; begin < pattern.text.size();) {
    const std::string_view token = TokenAt(pattern.text, begin);
    if (!IsWild(token) || !EdgeOf(token).empty()) {
      return true;
    }
    begin += token.size() + 1;
  }
  return false;
}

void AnchorChoice::Add(const Pattern& pattern) {
  const size_t begin = anchors_.size();
  AppendAnchors(pattern.text, pattern.has_wildcards, &anchors_);
  ends_.push_back(static_cast<uint32_t>(anchors_.size()));
  for (size_t i = begin; i < anchors_.size(); ++i) {
    // A word that is a pattern of its own has no choice.
    if (anchors_[i].kind == Kind::kPair || pattern.has_wildcards) {
      ++shared_[anchors_[i].hash];
    }
  }
}

Anchor AnchorChoice::Best(size_t index, std::string_view text) const {
  const size_t begin = index == 0 ? 0 : ends_[index - 1];
  size_t best = begin;
  double least = 0;
  for (size_t i = begin; ends_[index] - begin > 1 && i < ends_[index]; ++i) {
    const double cost =
        FrequencyOf(anchors_[i], text) * shared_.at(anchors_[i].hash);
    if (i == begin || cost < least) {
      best = i;
      least = cost;
    }
  }
  return anchors_[best];
}

}  // namespace presshawk::tokens
