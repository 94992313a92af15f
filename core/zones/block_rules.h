// SPDX-License-Identifier: Apache-2.0
// The phrases of core/zones/data, indexed by their first or last word.
//
// THREAD SAFETY. Immutable, and shared by all workers.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "core/zones/zone.h"

namespace presshawk {

// Where the phrase of a rule stands; data/README.md says what each one means.
enum class RulePlace : uint8_t {
  kIs,
  kStarts,
  kShort,
  kList,
  kOnwards,
  kSentence,
  kOpening,
  kEnds,
  kCredit,
  kBoth,
  kLast,
  kGlued,
  kCapitals
};

struct BlockRule {
  Zone zone = Zone::kNav;
  RulePlace place = RulePlace::kIs;
  std::string_view phrase;  // Of the text that was parsed.
};

class BlockRules {
 public:
  // The rules of `text`, which must outlive them. Appends to *mistakes a line
  // for each line that is no rule.
  static BlockRules Parse(std::string_view text,
                          std::vector<std::string>* mistakes);
  // Those that are built into the program.
  static const BlockRules& BuiltIn();

  // The rules whose phrase may stand at the start, or end, of `text`.
  absl::Span<const BlockRule> AtStart(std::string_view text) const;
  absl::Span<const BlockRule> AtEnd(std::string_view text) const;
  absl::Span<const BlockRule> AtSentenceStart(std::string_view text) const;
  absl::Span<const BlockRule> AtWordOfLastLines(std::string_view text) const;
  absl::Span<const BlockRule> opening() const { return opening_; }
  absl::Span<const BlockRule> glued() const { return glued_; }
  absl::Span<const BlockRule> capitals() const { return capitals_; }

 private:
  using Index = absl::flat_hash_map<uint32_t, std::vector<BlockRule>>;

  // The two bytes with which a phrase of an index may begin. Most texts begin
  // otherwise, and need no hash.
  class StartBytes {
   public:
    void Add(std::string_view phrase);
    bool MayStart(std::string_view text) const {
      return text.size() >= 2 && by_first_[static_cast<uint8_t>(text[0])]
                                          [static_cast<uint8_t>(text[1])];
    }

   private:
    std::array<std::bitset<256>, 256> by_first_;
  };

  void Add(const BlockRule& rule);

  Index by_first_;
  Index by_last_;
  Index sentences_;
  Index last_;
  StartBytes first_bytes_, sentence_bytes_, last_bytes_;
  std::vector<BlockRule> opening_, glued_, capitals_;
};

// All files of core/zones/data, one after the other.
std::string_view BlockRuleText();

}  // namespace presshawk
