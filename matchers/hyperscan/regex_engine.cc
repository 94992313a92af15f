// SPDX-License-Identifier: Apache-2.0
#include "matchers/hyperscan/regex_engine.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/base/flat_array.h"
#include "core/base/hex.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "matchers/hyperscan/hyperscan_file.h"
#include "matchers/hyperscan/hyperscan_handles.h"
#include "matchers/regex/regex_syntax.h"

namespace presshawk {
namespace {

using Kind = RegexNode::Kind;

// A set of up to so many code points is spelled out, byte by byte.
constexpr size_t kSpelledCodePointsMax = 16;
// Counts beyond this are left out: they cost Hyperscan states.
constexpr uint32_t kCountMax = 64;
// A regex with more places for a character than this is looked for without its
// counts: Hyperscan takes 100 ms to compile one of 1,900 places, and a query
// has room for 750 of them.
constexpr uint64_t kPlacesMax = 64;

void AppendByte(uint8_t byte, std::string* out) {
  *out += "\\x";
  AppendHex(byte, out);
}

size_t CountUpTo(const CodePointSet& set, size_t max) {
  size_t count = 0;
  for (const CodePointSet::Range& range : set.ranges()) {
    count += std::min<size_t>(range.last - range.first + 1, max);
  }
  return count;
}

bool IsAscii(const CodePointSet& set) {
  return set.empty() || set.ranges().back().last < 0x80;
}

// `[a-z\x80-\xff]`: the bytes of the set's code points; with `high` all those
// from 0x80 on.
std::string ByteClass(const CodePointSet& set, bool high) {
  std::string text = "[";
  for (const CodePointSet::Range& range : set.ranges()) {
    if (range.first >= 0x80) {
      break;
    }
    AppendByte(static_cast<uint8_t>(range.first), &text);
    text += '-';
    AppendByte(static_cast<uint8_t>(std::min<char32_t>(range.last, 0x7F)),
               &text);
  }
  return text + (high ? "\\x80-\\xff]" : "]");
}

std::string LooseSet(const CodePointSet& set) {
  if (set.empty()) {
    return "(?:\\xff\\xff)";  // In no UTF-8.
  }
  if (IsAscii(set)) {
    return ByteClass(set, false);
  }
  if (CountUpTo(set, kSpelledCodePointsMax + 1) > kSpelledCodePointsMax) {
    return StrCat("(?:",
                  ByteClass(set, false) == "[]"
                      ? std::string()
                      : StrCat(ByteClass(set, false), "|"),
                  "[\\x80-\\xff]{1,4})");
  }
  std::string text = "(?:";
  for (const CodePointSet::Range& range : set.ranges()) {
    for (char32_t c = range.first; c <= range.last; ++c) {
      std::string utf8;
      AppendUtf8(c, &utf8);
      for (const char byte : utf8) {
        AppendByte(static_cast<uint8_t>(byte), &text);
      }
      text += '|';
    }
  }
  text.back() = ')';
  return text;
}

std::string Count(uint32_t min, uint32_t max, bool looser) {
  if (min == 0 && max == 1) {
    return "?";
  }
  const uint32_t least =
      looser ? std::min<uint32_t>(min, 1) : std::min(min, kCountMax);
  if (looser || max > kCountMax) {
    return StrCat("{", least, ",}");
  }
  return StrCat("{", least, ",", max, "}");
}

// The places of a regex when its counts are written out.
uint64_t PlacesOf(const RegexNode& node) {
  uint64_t places = node.kind == Kind::kSet ? 1 : 0;
  for (const auto& child : node.children) {
    places += PlacesOf(*child);
  }
  if (node.kind == Kind::kRepeat) {
    const bool is_class = node.children[0]->kind == Kind::kSet;
    const uint32_t count =
        node.max == RegexNode::kUnbounded ? node.min : node.max;
    // Of one class of bytes Hyperscan counts the repetitions.
    places *= is_class ? 1 : std::clamp<uint32_t>(count, 1, kCountMax);
  }
  return std::min<uint64_t>(places, UINT32_MAX);
}

// The looser regex as Hyperscan reads it; with `looser` also without counts and
// anchors.
std::string LooseRegex(const RegexNode& node, bool looser) {
  std::string text;
  switch (node.kind) {
    case Kind::kSet:
      return LooseSet(node.set);
    case Kind::kAssertion:
      if (looser) {
        return "";
      }
      switch (node.assertion) {
        case RegexNode::Assertion::kTextBegin:
          return "^";
        case RegexNode::Assertion::kTextEnd:
          return "\\z";
        case RegexNode::Assertion::kTextEndOrLf:
          return "$";
        default:
          return "";
      }
    case Kind::kSequence:
      for (const auto& child : node.children) {
        text += LooseRegex(*child, looser);
      }
      return text;
    case Kind::kChoice:
      for (const auto& child : node.children) {
        text += text.empty() ? "(?:" : "|";
        text += LooseRegex(*child, looser);
      }
      return text + ")";
    case Kind::kRepeat: {
      const RegexNode& child = *node.children[0];
      if (node.max == 0 || WidthOf(child).max == 0) {
        return "";
      }
      if (child.kind == Kind::kSet && !IsAscii(child.set)) {
        // One class of bytes, which Hyperscan repeats cheaply; a code point has
        // one to four of them.
        const uint32_t max =
            node.max > kCountMax ? RegexNode::kUnbounded : node.max * 4;
        return StrCat(ByteClass(child.set, true),
                      Count(node.min, max, looser || max > kCountMax));
      }
      return StrCat("(?:", LooseRegex(child, looser), ")",
                    Count(node.min, node.max, looser));
    }
  }
  return text;
}

std::string LooseText(const RegexNode& tree) {
  return LooseRegex(tree, /*looser=*/PlacesOf(tree) > kPlacesMax);
}

struct CompiledRegexes {
  DatabasePtr database;             // Null where there is none.
  FlatArray<PatternId> scanned;     // By id in the database.
  FlatArray<PatternId> everywhere;  // Those that Hyperscan refuses.

  // All but the database.
  template <typename Self, typename Archive>
  static void Transfer(Self* self, Archive* archive) {
    archive->Array(&self->scanned);
    archive->Array(&self->everywhere);
  }
};

class HyperscanRegexScanner : public RegexScanner {
 public:
  HyperscanRegexScanner(const CompiledRegexes& compiled, ScratchPtr scratch)
      : compiled_(compiled), scratch_(std::move(scratch)) {}

  bool Scan(const ArticleText& text, HitStore* hits) override {
    hits_ = hits;
    for (const Field field : kFields) {
      const std::string_view original = text.original(field);
      if (original.empty()) {
        continue;
      }
      field_ = static_cast<uint32_t>(field);
      for (const PatternId pattern : compiled_.everywhere) {
        hits->Add(pattern, {field_, field_ + 1});
      }
      if (compiled_.database != nullptr &&
          hs_scan(compiled_.database.get(), original.data(),
                  static_cast<unsigned>(original.size()), 0, scratch_.get(),
                  &HyperscanRegexScanner::OnMatch, this) != HS_SUCCESS) {
        return false;
      }
    }
    return true;
  }

 private:
  static int OnMatch(unsigned id, unsigned long long /*from*/,
                     unsigned long long /*to*/, unsigned /*flags*/,
                     void* self) {
    auto* scanner = static_cast<HyperscanRegexScanner*>(self);
    scanner->hits_->Add(scanner->compiled_.scanned[id],
                        {scanner->field_, scanner->field_ + 1});
    return 0;
  }

  const CompiledRegexes& compiled_;
  const ScratchPtr scratch_;
  HitStore* hits_ = nullptr;
  uint32_t field_ = 0;
};

class HyperscanRegexEngine : public RegexEngine {
 public:
  explicit HyperscanRegexEngine(CompiledRegexes compiled)
      : compiled_(std::move(compiled)) {}

  absl::StatusOr<std::unique_ptr<RegexScanner>> NewScanner() const override {
    hs_scratch_t* scratch = nullptr;
    if (compiled_.database != nullptr &&
        hs_alloc_scratch(compiled_.database.get(), &scratch) != HS_SUCCESS) {
      return absl::ResourceExhaustedError(
          "no memory for Hyperscan's scratch space");
    }
    return std::make_unique<HyperscanRegexScanner>(compiled_,
                                                   ScratchPtr(scratch));
  }
  void Save(SectionWriter* writer) const override {
    CompiledRegexes::Transfer(&compiled_, writer);
    SaveDatabase(compiled_.database.get(), writer);
  }

 private:
  const CompiledRegexes compiled_;
};

// SINGLEMATCH: a field either may hold a match or not. Null where Hyperscan
// refuses; *error then says why.
DatabasePtr CompileTexts(const std::vector<std::string>& texts,
                         std::string* error) {
  std::vector<const char*> expressions;
  std::vector<unsigned> ids;
  for (const std::string& text : texts) {
    ids.push_back(static_cast<unsigned>(ids.size()));
    expressions.push_back(text.c_str());
  }
  const std::vector<unsigned> flags(texts.size(),
                                    HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL);
  hs_database_t* database = nullptr;
  hs_compile_error_t* failure = nullptr;
  if (hs_compile_multi(expressions.data(), flags.data(), ids.data(),
                       static_cast<unsigned>(texts.size()), HS_MODE_BLOCK,
                       nullptr, &database, &failure) != HS_SUCCESS) {
    *error = TakeMessage(failure);
    return nullptr;
  }
  return DatabasePtr(database);
}

// The text that Hyperscan takes for the regex; empty where there is none.
std::string FindAcceptedText(const RegexNode& tree) {
  for (const bool looser : {false, true}) {
    std::string text = LooseRegex(tree, looser);
    std::string error;
    if (CompileTexts({text}, &error) != nullptr) {
      return text;
    }
  }
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<const RegexEngine>> CompileRegexEngine(
    absl::Span<const Pattern> patterns) {
  CompiledRegexes compiled;
  std::vector<std::string> texts;
  for (PatternId id = 0; id < patterns.size(); ++id) {
    if (patterns[id].regex != nullptr) {
      texts.push_back(LooseText(patterns[id].regex->tree()));
      compiled.scanned.push_back(id);
    }
  }
  if (texts.empty()) {
    return nullptr;
  }
  std::string error;
  compiled.database = CompileTexts(texts, &error);
  if (compiled.database == nullptr) {
    // Which one is refused? Rare: one by one.
    const FlatArray<PatternId> all = std::move(compiled.scanned);
    compiled.scanned = {};
    texts.clear();
    for (const PatternId id : all) {
      std::string text = FindAcceptedText(patterns[id].regex->tree());
      if (text.empty()) {
        compiled.everywhere.push_back(id);
      } else {
        texts.push_back(std::move(text));
        compiled.scanned.push_back(id);
      }
    }
    if (!texts.empty()) {
      compiled.database = CompileTexts(texts, &error);
      if (compiled.database == nullptr) {
        return absl::ResourceExhaustedError(
            StrCat("Hyperscan cannot compile ", texts.size(),
                   " regular expressions: ", error));
      }
    }
  }
  return std::make_unique<const HyperscanRegexEngine>(std::move(compiled));
}

absl::StatusOr<std::unique_ptr<const RegexEngine>> OpenRegexEngine(
    SectionReader* reader, PatternClaims* claims) {
  CompiledRegexes compiled;
  CompiledRegexes::Transfer(&compiled, reader);
  absl::StatusOr<DatabasePtr> database = OpenDatabase(reader);
  if (!database.ok()) {
    return database.status();
  }
  compiled.database = *std::move(database);
  bool sound = reader->ok();
  for (const auto* const patterns : {&compiled.scanned, &compiled.everywhere}) {
    for (const PatternId pattern : *patterns) {
      sound = sound && claims->Claim(pattern, PatternClaims::By::kRegexEngine);
    }
  }
  if (!sound) {
    return absl::DataLossError("a regular expression has no pattern");
  }
  return std::make_unique<const HyperscanRegexEngine>(std::move(compiled));
}

}  // namespace presshawk
