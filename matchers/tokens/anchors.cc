// SPDX-License-Identifier: Apache-2.0
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

// All that the text offers. Of plain phrases pairs only.
void AppendAnchors(std::string_view text, bool has_wildcards,
                   std::vector<Anchor>* anchors) {
  const std::string padded = StrCat(text, "        ");  // For LoadWord().
  const bool is_phrase = TokenAt(text, 1).size() + 2 < text.size();
  uint64_t before = 0;
  uint32_t begin_before = 0;  // 0 where the token before is not plain.
  for (uint32_t begin = 1; begin < text.size();) {
    const std::string_view token = TokenAt(text, begin);
    if (!IsWild(token)) {
      const uint64_t hash = TokenHash(padded.data() + begin, token.size());
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
        const auto size = static_cast<uint8_t>(edge.size());
        const char* const at = padded.data() + (edge.data() - text.data());
        // A space, a wildcard and an edge are kEdgeBytesMax at least.
        const uint64_t hash = edge.data() == token.data()
                                  ? HeadHash(at, size)
                                  : TailHash(at + size, size);
        anchors->push_back({hash, begin, Kind::kEdge, size});
      }
    }
    begin += static_cast<uint32_t>(token.size()) + 1;
  }
}

// The frequency of the plain token that begins at a byte of the text.
double FrequencyAt(std::string_view text, size_t begin) {
  return EstimateFrequency(
      {.text = text.substr(begin - 1, TokenAt(text, begin).size() + 2)});
}

// Roughly how often it occurs in a million words.
double FrequencyOf(const Anchor& anchor, std::string_view text) {
  const std::string_view token = TokenAt(text, anchor.place);
  if (anchor.kind == Kind::kEdge) {  // A tail is as frequent as a head.
    const std::string glob = StrCat(" ", EdgeOf(token), "* ");
    return EstimateFrequency({.text = glob, .has_wildcards = true});
  }
  const double first = FrequencyAt(text, anchor.place);
  if (anchor.kind == Kind::kWord) {
    return first;
  }
  const double second = FrequencyAt(text, anchor.place + token.size() + 1);
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
