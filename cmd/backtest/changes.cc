// SPDX-License-Identifier: Apache-2.0
#include "cmd/backtest/changes.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "cmd/program_forms.h"
#include "core/base/str_cat.h"
#include "core/text/article_text.h"
#include "ingest/json/article_decoder.h"
#include "matchers/explain/explainer.h"

namespace presshawk {
namespace {

constexpr size_t kReasonsMax = 3;

// The parts that do not hold and say why, the innermost; of what holds but must
// not, the exclusion.
void CollectReasons(const Explanation& part,
                    std::vector<std::string>* reasons) {
  if (part.holds) {
    return;
  }
  bool deeper = false;
  if (part.form != "NOT") {
    for (const Explanation& child : part.children) {
      deeper |= !child.holds;
      CollectReasons(child, reasons);
    }
  }
  if (!deeper && !part.why.empty()) {
    reasons->push_back(part.form == "NOT" ? part.why
                                          : StrCat(part.text, ": ", part.why));
  }
}

class ChangeExplainer {
 public:
  ChangeExplainer(const std::vector<WatchList>& lists, const Mapping& mapping)
      : explainer_(lists, ProgramForms()), decoder_(mapping) {
    for (size_t i = 0; i < lists.size(); ++i) {
      by_id_.emplace(lists[i].id, i);
    }
  }

  void Explain(const std::string& id, std::vector<ChangedArticle>* articles) {
    const auto list = by_id_.find(id);
    for (ChangedArticle& article : *articles) {
      const std::string_view payload = article.payload;
      decoder_.Decode({&payload, 1}, &decoded_, &rejects_);
      if (list == by_id_.end() || decoded_.empty() ||
          !text_.Assign(decoded_[0], ~size_t{0})) {
        continue;
      }
      const auto tree = explainer_.Explain(list->second, decoded_[0], text_);
      if (!tree.ok()) {
        article.why = std::string(tree.status().message());
        continue;
      }
      std::vector<std::string> reasons;
      CollectReasons(*tree, &reasons);
      const size_t shown = std::min(reasons.size(), kReasonsMax);
      for (size_t i = 0; i < shown; ++i) {
        StrAppend(&article.why, i > 0 ? "; " : "", reasons[i]);
      }
      if (reasons.size() > shown) {
        StrAppend(&article.why, "; and ", reasons.size() - shown, " more");
      }
    }
  }

 private:
  const ListExplainer explainer_;
  JsonArticleDecoder decoder_;
  absl::flat_hash_map<std::string, size_t> by_id_;
  std::vector<Article> decoded_;
  std::vector<Reject> rejects_;
  ArticleText text_;
};

}  // namespace

void ExplainChanges(const BacktestLists& lists, const BacktestLists& old,
                    const Mapping& mapping, BacktestReport* report) {
  ChangeExplainer in_new(lists.lists, mapping);
  ChangeExplainer in_old(old.lists, mapping);
  for (ListReport& list : report->lists) {
    in_old.Explain(list.id, &list.change.gained_samples);
    in_new.Explain(list.id, &list.change.lost_samples);
  }
  for (ListSlot slot = 0; slot < old.query_set->size(); ++slot) {
    const std::string_view id = old.query_set->list(slot).id;
    if (std::none_of(report->lists.begin(), report->lists.end(),
                     [&](const ListReport& list) { return list.id == id; })) {
      report->only_old.emplace_back(id);
    }
  }
}

}  // namespace presshawk
