// Surface conditions (DESIGN.md section 2, SEMANTICS A15-A17): what a term asks
// of the original characters where its canonical form matched.
//
//   {US}       the characters are exactly these (case, diacritics)
//   AT&T, C++  these symbols stand in the same places
#pragma once

#include <cstdint>
#include <memory>
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

  // Null when `term` sets no condition (a plain word). `term` is the text as
  // written, without the quotes of a phrase; it has a token. Immutable and
  // thread-safe.
  static std::unique_ptr<const SurfaceCondition> Compile(std::string_view term,
                                                         Form form);
  ~SurfaceCondition();

  // Whether the occurrence at `span` (canonical bytes, as ArticleText::
  // ToOriginal wants it) meets the condition.
  bool Holds(const ArticleText& text, Field field, ByteSpan span) const;

 private:
  struct Parts;
  explicit SurfaceCondition(std::unique_ptr<const Parts> parts);
  std::unique_ptr<const Parts> parts_;
};

}  // namespace presshawk
