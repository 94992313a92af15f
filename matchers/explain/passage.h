// The words around hits, for a person to read instead of offsets.
#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/text/article_text.h"
#include "matchers/explain/questions.h"

namespace presshawk {

// A piece of a field with one hit or several near each other.
struct Passage {
  struct Part {
    std::string text;
    bool is_hit = false;
  };
  Field field = Field::kTitle;
  // In order; white space is one space, `…` stands where the field goes on.
  std::vector<Part> parts;
};

// Of all hits, in order of place: with a few words on both sides, within the
// paragraph; hits whose words meet are in one passage.
std::vector<Passage> PassagesAround(const ArticleText& text,
                                    std::vector<AnswerHit> hits);

}  // namespace presshawk
