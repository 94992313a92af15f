// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/text/article_text.h"
#include "core/text/canonicalize.h"

namespace presshawk {

// The hit of the `nth` occurrence (from 0) of `term` in `field`, found the
// obvious way. The term must occur.
inline Hit CanonicalHit(const ArticleText& text, Field field,
                        std::string_view term, size_t nth = 0) {
  const std::string canonical = Canonicalize(term);
  size_t at = text.FieldSpan(field).begin;
  for (size_t i = 0;; ++i) {
    at = text.canonical().find(canonical, at);
    if (i == nth) {
      break;
    }
    ++at;
  }
  Hit hit;
  hit.field = field;
  hit.span = {static_cast<uint32_t>(at + 1),
              static_cast<uint32_t>(at + canonical.size() - 1)};
  hit.term = term;
  return hit;
}

}  // namespace presshawk
