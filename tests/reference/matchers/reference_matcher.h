// SPDX-License-Identifier: Apache-2.0
// What a watch-list means, straight from core/spec: every condition is asked of
// every occurrence, nothing is planned, shared or skipped. Slow on purpose: it
// is what matchers/ is compared with. Of matchers/ it takes the parsed query
// alone.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/article.h"
#include "core/model/hit.h"
#include "core/zones/article_zones.h"
#include "matchers/query/ast.h"
#include "tests/reference/text/reference_text.h"

namespace presshawk::reference {

struct ReferenceHit {
  Field field;
  CodePointSpan span;
  std::string term;
  friend bool operator==(const ReferenceHit&, const ReferenceHit&) = default;
};

struct ReferenceList {
  std::vector<std::string> terms;
  const Node* query = nullptr;  // Null for none.
  // The languages of the list's `forms`, printed_forms.h.
  std::vector<std::string> languages = {};
  bool editorial = false;  // `zones: editorial`.
};
// By id. REQUIRES: references resolve, without a cycle.
using ReferenceLists = std::map<std::string, ReferenceList>;

class ReferenceArticle {
 public:
  // The article's fields are plain text; its views must live on.
  explicit ReferenceArticle(const Article& article);

  bool Holds(const ReferenceLists& lists, const std::string& id) const;
  // As an alert lists them, all of them. REQUIRES: Holds().
  std::vector<ReferenceHit> Hits(const ReferenceLists& lists,
                                 const std::string& id) const;

 private:
  friend class Evaluation;
  const Article& article_;
  std::array<Canonical, kFieldCount> fields_;
  // The code points of their tokens.
  std::array<std::vector<std::u32string>, kFieldCount> characters_;
  ArticleZones zones_;
};

}  // namespace presshawk::reference
