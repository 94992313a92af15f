// SPDX-License-Identifier: Apache-2.0
// Finds the blocks of a text that are not the story: captions, links, footers.
//
//   BlockFinder finder(BlockRules::BuiltIn());
//   finder.Find(body);
//   for (const Block& block : finder.blocks()) ...
//
// LIFE. Reuse one object: it keeps its memory.
// THREAD SAFETY. None.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/model/hit.h"
#include "core/zones/block_rules.h"
#include "core/zones/zone.h"

namespace presshawk {

struct Block {
  ByteSpan bytes;
  Zone zone = Zone::kNav;
};

// A line without the white space around it; never empty. Lines that were cut to
// a width are one.
struct TextLine {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool block = false;     // All of it is in a block.
  bool sentence = false;  // It ends as a sentence does.
};

class BlockFinder {
 public:
  // The rules must outlive the finder.
  explicit BlockFinder(const BlockRules& rules) : rules_(rules) {}

  // Finds the lines and blocks of `text`, which must live as long as they are
  // used.
  void Find(std::string_view text);

  absl::Span<const TextLine> lines() const { return lines_; }
  // In the order of the text. No two overlap.
  absl::Span<const Block> blocks() const { return blocks_; }

 private:
  std::string_view TextOf(const TextLine& line) const {
    return text_.substr(line.begin, line.end - line.begin);
  }
  void SplitLines();
  // Whether the line at `begin` continues the last one, which was cut to a
  // width.
  bool ContinuesLine(size_t begin) const;
  // Whether a single line break stands between the line and the one before.
  bool FollowsDirectly(size_t index) const;
  bool IsMostOfText(std::string_view line) const;
  void Mark(size_t index, Zone zone);

  void MarkOpening();
  void MarkLine(size_t index);
  bool MarkByStart(size_t index);
  bool MarkByRuleAtStart(size_t index, std::string_view text);
  // Whether the rule holds for the line, whose `text` starts with its phrase.
  bool Applies(const BlockRule& rule, size_t index, std::string_view text,
               size_t taken) const;
  bool MarkByEnd(size_t index);
  bool MarkByShape(size_t index);
  void MarkHeadlinesBelow(size_t index, Zone zone, size_t max);
  void MarkLastLines();
  void MarkCapitals();
  bool IsHeadline(size_t index) const;
  void MarkHeadlineRuns();
  void MarkUnfinishedTail();
  void MarkRepeated();
  void MarkAboveCredits();
  void MarkSentences();
  void MarkAtColon(size_t colon, const TextLine& line);
  // Marks the sentence that starts at `at` if a rule says so; only for a phrase
  // that ends at `phrase_end`, unless that is 0.
  bool MarkSentenceAt(size_t at, size_t line_end, size_t phrase_end);
  void MarkGlued();
  // Sorts the blocks, and joins those that overlap.
  void MergeBlocks();

  const BlockRules& rules_;
  std::string_view text_;
  std::vector<TextLine> lines_;
  std::vector<Block> blocks_;
  bool has_blank_lines_ = false;  // Between most of its lines.
};

}  // namespace presshawk
