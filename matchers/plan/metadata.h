// Metadata conditions (SPEC A36, A37): `lang:en`, `site:bbc.co.uk`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
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

// Folded values of one field of an article. Reused, so that articles of a usual
// size allocate nothing; what a large one needed goes back.
class MetaValues {
 public:
  void Clear();
  // Behind the others, empty. Valid until the next Add().
  std::string* Add();
  // REQUIRES: not empty().
  void DropLast() { --size_; }

  bool empty() const { return size_ == 0; }
  absl::Span<const std::string> all() const { return {strings_.data(), size_}; }

 private:
  std::vector<std::string> strings_;  // The first size_ hold values.
  size_t size_ = 0;
};

// Appends the article's values of `field`, folded, to *values; empty ones are
// left out. A host that can be written in two forms is there in both.
void AppendMetaValues(MetaField field, const Article& article,
                      MetaValues* values);

}  // namespace presshawk
