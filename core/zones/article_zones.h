// SPDX-License-Identifier: Apache-2.0
// Says in which zone of an article a place stands (SPEC ZONE-1).
//
//   ArticleZones zones;
//   zones.Assign(text.original(Field::kTitle), text.original(Field::kBody));
//   Zone zone = zones.At(Field::kBody, 120);
//
// It depends on the texts alone, so that equal articles have equal zones in
// every instance of a release.
//
// LIFE. Reuse one object: Assign() keeps its memory. The texts must outlive the
// last call of At().
// THREAD SAFETY. None.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "core/model/field.h"
#include "core/zones/block_finder.h"
#include "core/zones/zone.h"

namespace presshawk {

class ArticleZones {
 public:
  ArticleZones() : finder_(BlockRules::BuiltIn()) {}

  // Replaces the content by the zones of an article.
  void Assign(std::string_view title, std::string_view body);

  // The zone of byte `offset` of a field. REQUIRES: it lies in the text that
  // Assign() had.
  Zone At(Field field, uint32_t offset) const;

  // Whether that zone is editorial: At() without the search for quotes.
  bool InStory(Field field, uint32_t offset) const;

  // The blocks of the body that are not the story, in order.
  absl::Span<const Block> blocks() const { return finder_.blocks(); }
  // The lines of the body, in order.
  absl::Span<const TextLine> lines() const { return finder_.lines(); }
  // Where the lead of the body ends, in bytes.
  uint32_t lead_end() const { return lead_end_; }
  // The index of the line that holds byte `offset` of the body, or of the one
  // before it.
  size_t LineAt(uint32_t offset) const;

 private:
  uint32_t FindLeadEnd(std::string_view title) const;
  // The block of the body that holds byte `offset`; null if none does.
  const Block* BlockAt(uint32_t offset) const;

  BlockFinder finder_;
  std::string_view body_;
  uint32_t lead_end_ = 0;
};

}  // namespace presshawk
