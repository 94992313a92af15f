// SPDX-License-Identifier: Apache-2.0
// The words around hits, which a person reads instead of offsets.
#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/text/article_text.h"
#include "matchers/explain/questions.h"

namespace presshawk {

// A piece of a field with one hit, or with several that are near each other.
struct Passage {
  struct Part {
    std::string text;
    bool is_hit = false;
  };
  Field field = Field::kTitle;
  Zone zone = Zone::kTitle;  // Of its first hit.
  // In order. White space is one space, and `…` stands where the field goes on.
  std::vector<Part> parts;
};

// Makes passages of all hits, in the order of their places: a few words on both
// sides, within the paragraph. Hits whose words meet share a passage.
std::vector<Passage> PassagesAround(const ArticleText& text,
                                    std::vector<AnswerHit> hits);

}  // namespace presshawk
