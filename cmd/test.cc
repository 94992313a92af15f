// SPDX-License-Identifier: Apache-2.0
// presshawk test: runs the examples of watch-lists.
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/explanation_text.h"
#include "cmd/junit_report.h"
#include "cmd/list_options.h"
#include "cmd/output_file.h"
#include "cmd/program_forms.h"
#include "core/alerts/placed_hits.h"
#include "core/base/str_cat.h"
#include "core/matching/article_processor.h"
#include "ingest/json/article_decoder.h"
#include "ingest/json/mapping.h"
#include "matchers/explain/explainer.h"

namespace presshawk {
namespace {

// What one example gave for one list.
// What one example became.
struct ExampleOutcome {
  bool holds = false;
  // Where the list holds though it should not, one line per hit; or what is
  // missing.
  std::string evidence;
  std::string problem;  // Why the example is no article.
};

class ExampleRunner {
 public:
  // `lists` must outlive this.
  ExampleRunner(const std::vector<WatchList>& lists,
                std::shared_ptr<const QuerySet> query_set,
                const Mapping& mapping)
      : lists_(lists),
        query_set_(std::move(query_set)),
        processor_(std::make_unique<JsonArticleDecoder>(mapping),
                   kArticleBytesMax),
        explainer_(lists, ProgramForms()) {
    processor_.UseGeneration(query_set_);
    for (ListSlot slot = 0; slot < query_set_->size(); ++slot) {
      slots_.emplace(query_set_->list(slot).id, slot);
    }
  }

  void Run(size_t index) {
    const WatchList& list = lists_[index];
    const auto slot = slots_.find(list.id);
    if (slot == slots_.end()) {
      return;  // A bad list: its errors are reported.
    }
    for (const WatchListTerm& example : list.match_examples) {
      RunOne(index, slot->second, example, true);
    }
    for (const WatchListTerm& example : list.no_match_examples) {
      RunOne(index, slot->second, example, false);
    }
  }

  const std::vector<ExampleResult>& results() const { return results_; }
  size_t failed() const { return failed_; }

 private:
  static constexpr size_t kHitsShown = 3;

  ExampleOutcome Match(const std::string& json, size_t index, ListSlot slot,
                       bool should_hold) {
    const Payload payload = {.text = json};
    StageTicks ticks;
    ExampleOutcome outcome;
    processor_.Begin({&payload, 1}, &ticks);
    while (const ProcessedArticle* article = processor_.Next()) {
      if (article->reject != nullptr) {
        outcome.problem = StrCat(RejectReasonName(article->reject->reason),
                                 ": ", article->reject->detail);
        continue;
      }
      outcome.holds = std::binary_search(article->slots.begin(),
                                         article->slots.end(), slot);
      if (outcome.holds != should_hold) {
        outcome.evidence = outcome.holds ? HitsText(*article, slot)
                                         : MissingText(*article, index);
      }
    }
    return outcome;
  }

  std::string MissingText(const ProcessedArticle& article, size_t index) const {
    const auto tree =
        explainer_.Explain(index, *article.article, *article.text);
    return tree.ok()
               ? ExplanationText(*tree, /*colour=*/false, 2)
               : StrCat("    ", std::string(tree.status().message()), "\n");
  }

  static std::string HitsText(const ProcessedArticle& article, ListSlot slot) {
    std::vector<Hit> hits;
    std::vector<PlacedHit> placed;
    article.matcher->CollectHits(slot, *article.text, &hits);
    PlaceHits(*article.text, &hits, kHitsShown, &placed);
    std::string text;
    for (const PlacedHit& hit : placed) {
      const std::string_view original = article.text->original(hit.field);
      StrAppend(
          &text, "    ", FieldName(hit.field), " ", hit.code_points.begin, "-",
          hit.code_points.end, ": ",
          original.substr(hit.bytes.begin, hit.bytes.end - hit.bytes.begin),
          " (", hit.term, ")\n");
    }
    return text;
  }

  void RunOne(size_t index, ListSlot slot, const WatchListTerm& example,
              bool should_hold) {
    const WatchList& list = lists_[index];
    // A text is a body (SPEC LIST-6).
    const std::string json = example.text.starts_with('"')
                                 ? StrCat("{\"body\":", example.text, "}")
                                 : example.text;
    const ExampleOutcome outcome = Match(json, index, slot, should_hold);
    ExampleResult& result = results_.emplace_back();
    result.watchlist = list.id;
    result.place = StrCat(list.file, ":", example.position.line, ":",
                          example.position.column);
    result.name = StrCat(should_hold ? "match: " : "no_match: ", example.text);
    if (outcome.problem.empty() && outcome.holds == should_hold) {
      return;
    }
    ++failed_;
    if (!outcome.problem.empty()) {
      result.failure = StrCat("the example is no article: ", outcome.problem);
    } else if (should_hold) {
      result.failure = "must match, and does not";
    } else {
      result.failure = "must not match, and does";
    }
    StrAppend(&result.failure, "\n    ", example.text, "\n", outcome.evidence);
    std::printf("%s: failed: [%s] %s", result.place.c_str(), list.id.c_str(),
                result.failure.c_str());
  }

  const std::vector<WatchList>& lists_;
  const std::shared_ptr<const QuerySet> query_set_;
  ArticleProcessor processor_;
  const ListExplainer explainer_;
  std::map<std::string, ListSlot> slots_;
  std::vector<ExampleResult> results_;
  size_t failed_ = 0;
};

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk test: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

int RunTest(const std::vector<std::string>& paths, const std::string& junit,
            QuerySet::Engine engine) {
  if (!junit.empty()) {
    CommandInputs inputs;
    inputs.AddLists(paths);
    if (absl::Status status = inputs.CheckOutput("--junit", junit);
        !status.ok()) {
      return GiveUp(status);
    }
  }
  std::vector<WatchList> parsed;
  const absl::StatusOr<CompiledLists> lists =
      CompileLists(paths, engine, &parsed);
  if (!lists.ok()) {
    return GiveUp(lists.status());
  }
  const absl::StatusOr<Mapping> mapping = LoadMapping("generic");
  if (!mapping.ok()) {
    return GiveUp(mapping.status());
  }
  PrintDiagnostics(lists->diagnostics);
  ExampleRunner runner(parsed, lists->query_set, *mapping);
  for (size_t i = 0; i < parsed.size(); ++i) {
    runner.Run(i);
  }
  if (!junit.empty()) {
    if (absl::Status status = WriteJunitReport(junit, runner.results());
        !status.ok()) {
      return GiveUp(status);
    }
  }
  std::fprintf(stderr, "%zu examples of %zu watch-lists: %zu failed\n",
               runner.results().size(), lists->query_set->size(),
               runner.failed());
  return runner.failed() > 0 || lists->error_count > 0 ? kExitBadAnswer
                                                       : kExitGood;
}

}  // namespace

void AddTestCommand(Command program) {
  auto paths = std::make_shared<std::vector<std::string>>();
  auto junit = std::make_shared<std::string>();
  auto engine = std::make_shared<QuerySet::Engine>(QuerySet::Engine::kAuto);
  Command command = program.AddCommand(
      "test", "Run the examples of watch-lists; says which failed and why");
  AddListOption(command, paths.get()).Required();
  command
      .Add("--junit", junit.get(),
           "Also write the results as JUnit XML to this file")
      .TypeName("FILE");
  AddEngineOption(command, engine.get());
  command.Footer(
      "\nExample:\n"
      "  presshawk test -w lists.yaml");
  command.OnRun(
      [paths, junit, engine] { return RunTest(*paths, *junit, *engine); });
}

}  // namespace presshawk
