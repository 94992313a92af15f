// presshawk test: runs the examples of watch-lists.
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/explanation_text.h"
#include "cmd/junit_report.h"
#include "cmd/list_options.h"
#include "cmd/output_file.h"
#include "core/alerts/placed_hits.h"
#include "core/base/str_cat.h"
#include "core/pipeline/article_processor.h"
#include "ingest/json/article_decoder.h"
#include "ingest/json/mapping.h"
#include "matchers/explain/explainer.h"

namespace presshawk {
namespace {

// What one example gave for one list.
class ExampleHandler : public ArticleHandler {
 public:
  explicit ExampleHandler(const std::vector<WatchList>& lists)
      : explainer_(lists) {}

  void Expect(ListSlot slot, size_t list, bool should_hold) {
    slot_ = slot;
    list_ = list;
    should_hold_ = should_hold;
    holds = false;
    evidence.clear();
    problem.clear();
  }
  void OnReject(uint32_t /*message*/, RejectReason reason,
                std::string_view detail) override {
    problem = StrCat(RejectReasonName(reason), ": ", detail);
  }
  void OnArticle(const MatchedArticle& matched) override {
    holds =
        std::binary_search(matched.slots.begin(), matched.slots.end(), slot_);
    if (holds == should_hold_) {
      return;
    }
    if (!holds) {
      const auto tree =
          explainer_.Explain(list_, matched.article, matched.text);
      evidence = tree.ok() ? ExplanationText(*tree, /*colour=*/false, 2)
                           : StrCat("    ",
                                    std::string(tree.status().message()), "\n");
      return;
    }
    std::vector<Hit> hits;
    std::vector<PlacedHit> placed;
    matched.matcher.CollectHits(slot_, matched.text, &hits);
    PlaceHits(matched.text, &hits, kHitsShown, &placed);
    for (const PlacedHit& hit : placed) {
      const std::string_view original = matched.text.original(hit.field);
      StrAppend(
          &evidence, "    ", FieldName(hit.field), " ", hit.code_points.begin,
          "-", hit.code_points.end, ": ",
          original.substr(hit.bytes.begin, hit.bytes.end - hit.bytes.begin),
          " (", hit.term, ")\n");
    }
  }

  bool holds = false;
  // Where it holds though it should not, a line a hit; or what is missing.
  std::string evidence;
  std::string problem;  // Why the example is no article.

 private:
  static constexpr size_t kHitsShown = 3;
  const ListExplainer explainer_;
  ListSlot slot_ = 0;
  size_t list_ = 0;
  bool should_hold_ = false;
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
        handler_(lists) {
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
  void RunOne(size_t index, ListSlot slot, const WatchListTerm& example,
              bool should_hold) {
    const WatchList& list = lists_[index];
    // A text is a body (SPEC LIST-6).
    const std::string json = example.text.starts_with('"')
                                 ? StrCat("{\"body\":", example.text, "}")
                                 : example.text;
    const std::string_view payload = json;
    StageTicks ticks;
    handler_.Expect(slot, index, should_hold);
    processor_.Process({&payload, 1}, &handler_, &ticks);
    ExampleResult& result = results_.emplace_back();
    result.watchlist = list.id;
    result.place = StrCat(list.file, ":", example.position.line, ":",
                          example.position.column);
    result.name = StrCat(should_hold ? "match: " : "no_match: ", example.text);
    if (handler_.problem.empty() && handler_.holds == should_hold) {
      return;
    }
    ++failed_;
    if (!handler_.problem.empty()) {
      result.failure = StrCat("the example is no article: ", handler_.problem);
    } else if (should_hold) {
      result.failure = "must match, and does not";
    } else {
      result.failure = "must not match, and does";
    }
    StrAppend(&result.failure, "\n    ", example.text, "\n", handler_.evidence);
    std::printf("%s: failed: [%s] %s", result.place.c_str(), list.id.c_str(),
                result.failure.c_str());
  }

  const std::vector<WatchList>& lists_;
  const std::shared_ptr<const QuerySet> query_set_;
  ArticleProcessor processor_;
  ExampleHandler handler_;
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

void AddTestCommand(CLI::App* program, int* exit_code) {
  auto paths = std::make_shared<std::vector<std::string>>();
  auto junit = std::make_shared<std::string>();
  auto engine = std::make_shared<QuerySet::Engine>(QuerySet::Engine::kAuto);
  CLI::App* const command = program->add_subcommand(
      "test", "Run the examples of watch-lists; says which failed and why");
  AddListOption(command, paths.get())->required();
  command
      ->add_option("--junit", *junit,
                   "Also write the results as JUnit XML to this file")
      ->type_name("FILE");
  AddEngineOption(command, engine.get());
  command->footer(
      "\nExample:\n"
      "  presshawk test -w lists.yaml");
  command->callback([paths, junit, engine, exit_code] {
    *exit_code = RunTest(*paths, *junit, *engine);
  });
}

}  // namespace presshawk
