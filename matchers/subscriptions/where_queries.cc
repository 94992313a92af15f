// SPDX-License-Identifier: Apache-2.0
#include "matchers/subscriptions/where_queries.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "core/base/str_cat.h"
#include "core/model/article.h"
#include "core/model/limits.h"
#include "core/text/article_text.h"
#include "matchers/query_set.h"

namespace presshawk {
namespace {

// An alert shows several values joined by "; ". Each is one by itself, and so
// is the whole, because a name may have that in it.
void SplitValues(std::string_view joined,
                 std::vector<std::string_view>* values) {
  constexpr std::string_view kBetween = "; ";
  values->clear();
  if (joined.empty()) {
    return;
  }
  values->push_back(joined);
  if (joined.find(kBetween) == std::string_view::npos) {
    return;
  }
  while (true) {
    const size_t end = joined.find(kBetween);
    values->push_back(joined.substr(0, end));
    if (end == std::string_view::npos) {
      return;
    }
    joined.remove_prefix(end + kBetween.size());
  }
}

// The article that an alert shows. Views into the alert.
class ShownArticle {
 public:
  const Article& Make(const Alert& alert) {
    const Alert::About& about = alert.article;
    article_ = Article();
    article_.id = about.id;
    article_.version = about.version;
    article_.url = about.url;
    article_.source = about.source;
    article_.site = about.site;
    article_.lang = about.lang;
    article_.country = about.country;
    article_.text[static_cast<size_t>(Field::kTitle)] = about.title;
    article_.text[static_cast<size_t>(Field::kAuthor)] = about.author;
    SetMeta(MetaField::kId, about.id, /*is_list=*/false);
    SetMeta(MetaField::kSource, about.source, /*is_list=*/true);
    SetMeta(MetaField::kSite, about.site, /*is_list=*/true);
    SetMeta(MetaField::kLang, about.lang, /*is_list=*/true);
    SetMeta(MetaField::kCountry, about.country, /*is_list=*/true);
    return article_;
  }

 private:
  void SetMeta(MetaField field, std::string_view text, bool is_list) {
    const auto index = static_cast<size_t>(field);
    std::vector<std::string_view>& values = values_[index];
    if (is_list) {
      SplitValues(text, &values);
    } else {
      values.assign(1, text);
    }
    article_.meta[index] = values;
  }

  Article article_;
  std::array<std::vector<std::string_view>, kMetaFieldCount> values_;
};

class CompiledQueries final : public WhereQueries {
 public:
  explicit CompiledQueries(std::shared_ptr<const QuerySet> set)
      : set_(std::move(set)), matcher_(set_->NewMatcher()) {
    for (uint32_t slot = 0; slot < set_->size(); ++slot) {
      uint32_t index = 0;
      (void)absl::SimpleAtoi(
          std::string(set_->list(static_cast<ListSlot>(slot)).id), &index);
      query_of_slot_.push_back(index);
    }
  }

  void Holding(const Alert& alert, std::vector<uint32_t>* holding) override {
    holding->clear();
    const Article& article = article_.Make(alert);
    if (!text_.Assign(article, kCanonicalGrowthMax * kArticleBytesMax) ||
        !matcher_->Scan(text_)) {
      return;
    }
    matcher_->Evaluate(article, text_, &slots_);
    for (const ListSlot slot : slots_) {
      holding->push_back(query_of_slot_[static_cast<uint32_t>(slot)]);
    }
  }

 private:
  const std::shared_ptr<const QuerySet> set_;
  const std::unique_ptr<Matcher> matcher_;
  std::vector<uint32_t> query_of_slot_;
  ShownArticle article_;
  ArticleText text_;
  std::vector<ListSlot> slots_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WhereQueries>> CompileWhereQueries(
    absl::Span<const std::string> queries) {
  std::vector<WatchList> lists;
  lists.reserve(queries.size());
  for (size_t i = 0; i < queries.size(); ++i) {
    WatchList& list = lists.emplace_back();
    list.id = list.name = StrCat(i);
    list.query = WatchListTerm{.text = queries[i], .position = {}};
  }
  absl::StatusOr<std::shared_ptr<const QuerySet>> set =
      QuerySet::Compile(lists, {});
  if (!set.ok()) {
    return set.status();
  }
  return std::make_unique<CompiledQueries>(*std::move(set));
}

}  // namespace presshawk
