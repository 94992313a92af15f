// SPDX-License-Identifier: Apache-2.0
// Metadata conditions (SPEC A36, A37): `lang:en`, `site:bbc.co.uk`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/model/article.h"
#include "core/model/field.h"

namespace presshawk {

// Folds the value of a condition, once for all articles. Names and codes of
// languages and countries become the codes that the decoder gives articles. A
// value with `*` is not looked up: it is compared with these codes.
std::string FoldMetaPattern(MetaField field, std::string_view value);

// Whether a folded value meets a folded pattern.
bool MetaMatches(MetaField field, std::string_view pattern,
                 std::string_view value);

// Holds the folded values of one field of an article. It is reused, so that
// articles of a usual size allocate nothing; the memory that a large one needed
// is given back.
class MetaValues {
 public:
  void Clear();
  // Appends an empty value and returns it. Valid until the next Add().
  std::string* Add();
  // REQUIRES: not empty().
  void DropLast() { --size_; }

  bool empty() const { return size_ == 0; }
  absl::Span<const std::string> all() const { return {strings_.data(), size_}; }

 private:
  std::vector<std::string> strings_;  // The first size_ hold values.
  size_t size_ = 0;
};

// Appends the folded values that the article has in `field`, without empty
// ones. A host that can be written in two forms is appended in both.
void AppendMetaValues(MetaField field, const Article& article,
                      MetaValues* values);

}  // namespace presshawk
