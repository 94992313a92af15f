// SPDX-License-Identifier: Apache-2.0
// Compiles a few lists to a Program for a test, without an engine, and finds
// their patterns in a text with a plain loop.
//
//   SmallPlan plan({{"a", "kremlin AND NOT moscow"}});
//   plan.Evaluate({"The Kremlin"});  // {"a"}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/article.h"
#include "core/text/article_text.h"
#include "matchers/plan/evaluator.h"
#include "matchers/plan/program_builder.h"
#include "matchers/plan/trigger_planner.h"
#include "matchers/plan/triggers.h"

namespace presshawk {

struct SmallList {
  std::string id;
  std::string query;  // Empty for none.
  std::vector<std::string> terms = {};
  bool editorial = false;
};

// One article of a test. `lang` is its only metadata.
struct SmallArticle {
  std::string body;
  std::string title = {};
  std::string author = {};
  std::string lang = {};
};

class SmallPlan {
 public:
  // Slots are numbered in the order of `lists`. A query names other lists by
  // their id. Fails the test where a query has an error.
  template <size_t kCount>
  explicit SmallPlan(const SmallList (&lists)[kCount])
      : SmallPlan(Many(), {lists, lists + kCount}) {}
  static SmallPlan Of(const std::vector<SmallList>& lists) {
    return SmallPlan(Many(), lists);
  }
  // A plan whose triggers rule nothing out: every list is evaluated for every
  // article.
  static SmallPlan WithoutTriggers(const std::vector<SmallList>& lists) {
    return SmallPlan(Many(), lists, /*use_triggers=*/false);
  }
  SmallPlan(const SmallPlan&) = delete;
  SmallPlan& operator=(const SmallPlan&) = delete;

  const Program& program() const { return program_; }
  const std::vector<Pattern>& patterns() const { return patterns_; }
  const Triggers& triggers() const { return triggers_; }
  Evaluator& evaluator() { return evaluator_; }

  // The id of the pattern with the canonical text ` us election `. Fails the
  // test where there is none.
  PatternId PatternOf(std::string_view canonical) const;
  const ProgramNode& RootOf(ListSlot slot) const {
    return program_.nodes[program_.roots[program_.lists[slot]].node];
  }
  const ProgramNode& ChildOf(const ProgramNode& node, uint32_t index) const {
    return program_.nodes[program_.children[node.first_child + index]];
  }

  // The ids of the lists that hold, in the order that the evaluator gives.
  std::vector<std::string> Evaluate(const SmallArticle& article);
  // The hits of a list that held in the last article: `body 4-11 kremlin`, in
  // bytes of the field's text, in the order that the evaluator gives.
  std::vector<std::string> HitsOf(ListSlot slot);

 private:
  struct Many {};
  SmallPlan(Many, const std::vector<SmallList>& lists,
            bool use_triggers = true);
  void Resolve(Node* node);
  void Scan();

  std::vector<std::string> ids_;
  std::vector<ParsedList> parsed_;
  Program program_;
  ProgramBuilder builder_{parsed_, &program_};
  std::vector<Pattern> patterns_;
  Triggers triggers_;
  TriggerPlanner planner_;
  HitStore hits_;
  Evaluator evaluator_;
  SmallArticle article_;
  std::string_view lang_;
  ArticleText text_;
};

}  // namespace presshawk
