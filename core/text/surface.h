// Surface conditions (SPEC SURFACE-1, SURFACE-2, A15-A17): what a term asks of
// the original characters where its canonical form matched.
//
//   {US}       the characters are exactly these (case, diacritics)
//   AT&T, C++  these symbols stand in the same places
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/text/article_text.h"

namespace presshawk {

class SurfaceCondition {
 public:
  enum class Form : uint8_t {
    kWords,     // Words, taken literally.
    kWildcard,  // `*` and `?` have their meaning.
    kExact,     // What stands inside the braces.
  };

  // The condition as text, to keep and to save; empty when `term` sets none (a
  // plain word). `term` is the text as written, without the quotes of a phrase;
  // it has a token.
  static std::string Compile(std::string_view term, Form form);

  // Views `compiled`, which Compile() gave and which is not empty. Any other
  // text is some condition too.
  explicit SurfaceCondition(std::string_view compiled);

  // Whether the occurrence at `span` (canonical bytes, as ArticleText::
  // ToOriginal wants it) meets the condition.
  bool Holds(const ArticleText& text, Field field, ByteSpan span) const;

 private:
  bool exact_;
  std::string_view before_, after_;  // Symbols on either side.
  // Those of the gap behind each token but the last, each gap ended by a comma;
  // none: no condition.
  std::string_view between_;
  std::string_view form_;  // What the braces compare, where exact.
};

}  // namespace presshawk
