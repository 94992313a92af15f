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
#include "cmd/list_options.h"
#include "core/alerts/placed_hits.h"
#include "core/base/str_cat.h"
#include "core/pipeline/article_processor.h"
#include "ingest/json/article_decoder.h"
#include "ingest/json/mapping.h"

namespace presshawk {
namespace {

// What one example gave for one list.
class ExampleHandler : public ArticleHandler {
 public:
  void Expect(ListSlot slot) {
    slot_ = slot;
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
    if (!holds) {
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
  std::string evidence;  // Where it holds, a line a hit.
  std::string problem;   // Why the example is no article.

 private:
  static constexpr size_t kHitsShown = 3;
  ListSlot slot_ = 0;
};

class ExampleRunner {
 public:
  ExampleRunner(std::shared_ptr<const QuerySet> query_set,
                const Mapping& mapping)
      : query_set_(std::move(query_set)),
        processor_(std::make_unique<JsonArticleDecoder>(mapping),
                   kArticleBytesMax) {
    processor_.UseGeneration(query_set_);
    for (ListSlot slot = 0; slot < query_set_->size(); ++slot) {
      slots_.emplace(query_set_->list(slot).id, slot);
    }
  }

  void Run(const WatchList& list) {
    const auto slot = slots_.find(list.id);
    if (slot == slots_.end()) {
      return;  // A bad list: its errors are reported.
    }
    for (const WatchListTerm& example : list.match_examples) {
      RunOne(list, slot->second, example, true);
    }
    for (const WatchListTerm& example : list.no_match_examples) {
      RunOne(list, slot->second, example, false);
    }
  }

  size_t passed() const { return passed_; }
  size_t failed() const { return failed_; }

 private:
  void RunOne(const WatchList& list, ListSlot slot,
              const WatchListTerm& example, bool should_hold) {
    // A text is a body (DESIGN.md section 3.1).
    const std::string json = example.text.starts_with('"')
                                 ? StrCat("{\"body\":", example.text, "}")
                                 : example.text;
    const std::string_view payload = json;
    StageTicks ticks;
    handler_.Expect(slot);
    processor_.Process({&payload, 1}, &handler_, &ticks);
    if (handler_.problem.empty() && handler_.holds == should_hold) {
      ++passed_;
      return;
    }
    ++failed_;
    std::string report =
        StrCat(list.file, ":", example.position.line, ":",
               example.position.column, ": failed: [", list.id, "] ");
    if (!handler_.problem.empty()) {
      StrAppend(&report, "the example is no article: ", handler_.problem);
    } else if (should_hold) {
      report += "must match, and does not";
    } else {
      report += "must not match, and does";
    }
    StrAppend(&report, "\n    ", example.text, "\n", handler_.evidence);
    std::fputs(report.c_str(), stdout);
  }

  const std::shared_ptr<const QuerySet> query_set_;
  ArticleProcessor processor_;
  ExampleHandler handler_;
  std::map<std::string, ListSlot> slots_;
  size_t passed_ = 0;
  size_t failed_ = 0;
};

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk test: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

int RunTest(const std::vector<std::string>& paths) {
  WatchListSet set;
  if (absl::Status status = LoadWatchLists(paths, &set); !status.ok()) {
    return GiveUp(status);
  }
  absl::StatusOr<CompiledLists> lists =
      CompileLists(paths, QuerySet::Engine::kAuto);
  if (!lists.ok()) {
    return GiveUp(lists.status());
  }
  const absl::StatusOr<Mapping> mapping = LoadMapping("generic");
  if (!mapping.ok()) {
    return GiveUp(mapping.status());
  }
  PrintDiagnostics(lists->diagnostics);
  ExampleRunner runner(lists->query_set, *mapping);
  for (const WatchList& list : set.lists) {
    runner.Run(list);
  }
  std::fprintf(stderr, "%zu examples of %zu watch-lists: %zu failed\n",
               runner.passed() + runner.failed(), lists->query_set->size(),
               runner.failed());
  return runner.failed() > 0 || lists->error_count > 0 ? kExitBadAnswer
                                                       : kExitGood;
}

}  // namespace

void AddTestCommand(CLI::App* program, int* exit_code) {
  auto paths = std::make_shared<std::vector<std::string>>();
  CLI::App* const command = program->add_subcommand(
      "test", "Run the examples of watch-lists; says which failed and why");
  AddListOption(command, paths.get())->required();
  command->footer(
      "\nExample:\n"
      "  presshawk test -w lists.yaml");
  command->callback([paths, exit_code] { *exit_code = RunTest(*paths); });
}

}  // namespace presshawk
