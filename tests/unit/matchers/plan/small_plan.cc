// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/matchers/plan/small_plan.h"

#include <algorithm>
#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "matchers/plan/wildcard.h"
#include "matchers/query/parser.h"
#include "tests/support/every_list_triggers.h"

namespace presshawk {
namespace {

std::vector<std::string> IdsOf(const std::vector<SmallList>& lists) {
  std::vector<std::string> ids;
  for (const SmallList& list : lists) {
    ids.push_back(list.id);
  }
  return ids;
}

std::vector<ParsedList> Parse(const std::vector<SmallList>& lists) {
  std::vector<ParsedList> parsed(lists.size());
  for (size_t i = 0; i < lists.size(); ++i) {
    parsed[i].editorial = lists[i].editorial;
    for (const std::string& term : lists[i].terms) {
      parsed[i].terms.push_back(LiteralTerm(term));
    }
    if (!lists[i].query.empty()) {
      ParsedQuery query = ParseQuery(lists[i].query);
      EXPECT_NE(query.root, nullptr) << lists[i].query;
      parsed[i].query = std::move(query.root);
    }
  }
  return parsed;
}

}  // namespace

SmallPlan::SmallPlan(Many /*tag*/, const std::vector<SmallList>& lists,
                     bool use_triggers)
    : ids_(IdsOf(lists)),
      parsed_(Parse(lists)),
      patterns_([this] {
        for (ParsedList& list : parsed_) {
          if (list.query != nullptr) {
            Resolve(list.query.get());
          }
        }
        for (uint32_t i = 0; i < parsed_.size(); ++i) {
          builder_.Add(i);
        }
        return builder_.Patterns();
      }()),
      triggers_(use_triggers ? Triggers(program_, patterns_)
                             : testing::EveryListTriggers::Of(program_)),
      planner_(program_, triggers_),
      hits_(program_.patterns),
      evaluator_(program_, planner_) {}

void SmallPlan::Resolve(Node* node) {
  if (node->kind == NodeKind::kReference) {
    const auto at = std::find(ids_.begin(), ids_.end(), node->text);
    EXPECT_NE(at, ids_.end()) << node->text;
    node->list = static_cast<uint32_t>(at - ids_.begin());
  }
  for (const auto& child : node->children) {
    Resolve(child.get());
  }
}

PatternId SmallPlan::PatternOf(std::string_view canonical) const {
  for (PatternId id = 0; id < patterns_.size(); ++id) {
    if (patterns_[id].text == canonical) {
      return id;
    }
  }
  ADD_FAILURE() << "no pattern" << canonical;
  return 0;
}

// A regex is said to be possible in every field, as an engine may do.
void SmallPlan::Scan() {
  hits_.Clear();
  const std::string_view canonical = text_.canonical();
  for (PatternId id = 0; id < patterns_.size(); ++id) {
    if (patterns_[id].regex != nullptr) {
      for (const Field field : kFields) {
        const auto number = static_cast<uint32_t>(field);
        hits_.Add(id, {number, number + 1});
      }
      continue;
    }
    for (uint32_t at = 1; at < canonical.size(); ++at) {
      if (canonical[at - 1] == ' ' && canonical[at] != ' ') {
        const std::optional<ByteSpan> span =
            MatchTokens(patterns_[id].text, 0, canonical, at);
        if (span.has_value()) {
          hits_.Add(id, *span);
        }
      }
    }
  }
}

std::vector<std::string> SmallPlan::Evaluate(const SmallArticle& article) {
  article_ = article;
  lang_ = article_.lang;
  Article decoded;
  decoded.text[static_cast<size_t>(Field::kTitle)] = article_.title;
  decoded.text[static_cast<size_t>(Field::kBody)] = article_.body;
  decoded.text[static_cast<size_t>(Field::kAuthor)] = article_.author;
  if (!lang_.empty()) {
    decoded.meta[static_cast<size_t>(MetaField::kLang)] = {&lang_, 1};
  }
  EXPECT_TRUE(text_.Assign(decoded, ~size_t{0}));
  Scan();
  std::vector<ListSlot> slots;
  evaluator_.Evaluate(decoded, text_, hits_, &slots);
  std::vector<std::string> ids;
  for (const ListSlot slot : slots) {
    ids.push_back(ids_[slot]);
  }
  return ids;
}

std::vector<std::string> SmallPlan::HitsOf(ListSlot slot) {
  std::vector<Hit> hits;
  evaluator_.CollectHits(slot, text_, &hits);
  std::vector<std::string> described;
  for (const Hit& hit : hits) {
    const ByteSpan span = hit.space == Hit::Space::kOriginal
                              ? hit.span
                              : text_.ToOriginal(hit.field, hit.span);
    described.push_back(StrCat(FieldName(hit.field), " ", span.begin, "-",
                               span.end, " ", hit.term));
  }
  return described;
}

}  // namespace presshawk
