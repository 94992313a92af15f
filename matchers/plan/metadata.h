// Metadata conditions (SEMANTICS A36, A37): `lang:en`, `site:bbc.co.uk`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/article.h"
#include "core/model/field.h"

namespace presshawk {

// The value of a condition, folded once for all articles. Names and codes of
// languages and countries become the codes that the decoder gives articles,
// unless there is a `*`, which is compared with these.
std::string FoldMetaPattern(MetaField field, std::string_view value);

// Whether a folded value meets a folded pattern.
bool MetaMatches(MetaField field, std::string_view pattern,
                 std::string_view value);

// Appends the article's values of `field`, folded, to *values; empty ones are
// left out.
void AppendMetaValues(MetaField field, const Article& article,
                      std::vector<std::string>* values);

}  // namespace presshawk
