// SPDX-License-Identifier: Apache-2.0
// Surface conditions (SPEC SURFACE-1, SURFACE-2, A15-A17, A54): what a term
// requires of the original characters where its canonical form occurs.
//
//   {US}       the characters are exactly these (case, diacritics)
//   AT&T, C++  these symbols stand in the same places
//   日本        no comma or stop stands between the letters
//
//   auto compiled = SurfaceCondition::Compile("AT&T", Form::kWords);
//   if (SurfaceCondition(compiled).Holds(text, field, span)) …
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
    kWildcard,  // `*` and `?` are wildcards.
    kExact,     // The text between braces.
  };

  // Returns the condition as a text that can be stored; empty if `term` sets
  // none, like a plain word. `term` is as written, without the quotes of a
  // phrase, and has at least one token.
  static std::string Compile(std::string_view term, Form form);

  // Views `compiled`, a text from Compile() that is not empty. Any other text
  // makes some condition, too.
  explicit SurfaceCondition(std::string_view compiled);

  // Whether the occurrence at `span` (in canonical bytes, as for
  // ArticleText::ToOriginal) meets the condition.
  bool Holds(const ArticleText& text, Field field, ByteSpan span) const;

 private:
  // Whether the gaps between the tokens are as `between_` asks. `whole` is the
  // original of `span`.
  bool GapsHold(const ArticleText& text, Field field, ByteSpan span,
                ByteSpan whole) const;

  bool exact_;
  std::string_view before_, after_;  // Symbols on either side.
  // What is asked of the gap behind each token but the last, each ended by a
  // comma: its symbols, and `!` where it must hold no clause punctuation. Empty
  // if nothing is asked.
  std::string_view between_;
  std::string_view form_;  // The text to compare, for braces.
};

}  // namespace presshawk
