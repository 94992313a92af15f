// SPDX-License-Identifier: Apache-2.0
// presshawk match: NDJSON articles in, alerts as NDJSON out, in input order.
//
// Each worker takes the next batch of lines under a lock, works on it alone,
// and waits for its turn to write: order is kept, and memory is bounded by one
// batch a worker.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "cmd/alert_text.h"
#include "cmd/article_feed.h"
#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/list_options.h"
#include "cmd/match/ordered_output.h"
#include "cmd/output_file.h"
#include "cmd/plain_id.h"
#include "cmd/progress_bar.h"
#include "core/alerts/alert_builder.h"
#include "core/base/json_text.h"
#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/matching/article_processor.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

enum class AlertFormat : uint8_t { kJson, kText, kCsv };

struct MatchOptions {
  std::vector<std::string> lists;
  std::string mapping = "generic";
  std::vector<std::string> files;
  int workers = 0;  // 0: one a core.
  QuerySet::Engine engine = QuerySet::Engine::kAuto;
  AlertFormat format = AlertFormat::kJson;
  bool matches_only = false;
  bool stories = false;
  bool strict = false;
  bool colour = false;
  std::string rejects;
  std::string cache;  // A directory; empty: none.
};

// Alerts of a batch beyond this are written before the rest of it is matched:
// one article may match every list, and have a title of megabytes.
constexpr size_t kOutputBytesMax = 16UL << 20;

class MatchWorker {
 public:
  MatchWorker(const MatchOptions& options, const Mapping& mapping,
              const std::shared_ptr<const QuerySet>& query_set,
              IgnoredFields* ignored)
      : options_(options),
        query_set_(query_set),
        processor_(std::make_unique<JsonArticleDecoder>(
                       mapping, kArticleBytesMax, ignored),
                   kArticleBytesMax),
        builder_(AlertLimits()) {
    processor_.UseGeneration(query_set);
  }

  void Run(ArticleFeed* input, OrderedOutput* ordered) {
    ordered_ = ordered;
    ArticleFeed::Ticket ticket;
    // Where nothing can be written, nothing more is read.
    while (!ordered->failed() && input->Next(&batch_, &ticket)) {
      output_.ClearTexts();
      output_.totals = MatchTotals();
      file_ = ticket.source;
      ticket_ = ticket.number;
      Process();
      ordered->Write(ticket.number, &output_);
    }
  }

 private:
  void Process() {
    payloads_.clear();
    for (uint32_t i = 0; i < batch_.lines.size(); ++i) {
      const Line& line = batch_.lines[i];
      output_.totals.bytes += line.size_bytes;
      ++output_.totals.articles;
      if (!line.truncated) {
        payloads_.push_back({.text = line.text, .message = i});
      }
    }
    builder_.BeginBatch(query_set_->id(), absl::Now());
    processor_.Begin(payloads_, &ticks_);
    while (const ProcessedArticle* article = processor_.Next()) {
      if (article->reject != nullptr) {
        Reject(batch_.lines[article->message], article->reject->reason,
               article->reject->detail);
      } else {
        TakeArticle(*article);
      }
    }
    for (const Line& line : batch_.lines) {
      if (line.truncated) {
        Reject(
            line, RejectReason::kTooLarge,
            StrCat(line.size_bytes, " bytes; the limit is ", kArticleBytesMax));
      }
    }
  }

  void TakeArticle(const ProcessedArticle& matched) {
    const Line& line = batch_.lines[matched.message];
    output_.totals.evaluated += matched.matcher->evaluated();
    output_.totals.abandoned += matched.matcher->abandoned().size();
    for (const AbandonedEvaluation& abandoned : matched.matcher->abandoned()) {
      StrAppend(&output_.reject_lines, *file_, ":", line.number, ": gave up ",
                query_set_->list(abandoned.slot).id, ": ", abandoned.reason,
                "\n");
    }
    if (matched.slots.empty()) {
      return;
    }
    HoldBack(matched, line);
    output_.totals.alerts += kept_.size();
    if (options_.matches_only) {
      for (const ListSlot slot : kept_) {
        AppendPlainId(matched.article->id, &output_.alerts);
        StrAppend(&output_.alerts, "\t", query_set_->list(slot).id, "\n");
      }
      return;
    }
    AppendAlerts(matched);
  }

  // Fills kept_ with the lists whose alerts are relevant enough.
  void HoldBack(const ProcessedArticle& matched, const Line& line) {
    kept_.clear();
    const bool bounded = std::any_of(
        matched.slots.begin(), matched.slots.end(), [this](ListSlot slot) {
          return query_set_->list(slot).min_relevance != kNoMinRelevance;
        });
    if (bounded || !options_.matches_only) {
      builder_.BeginArticle(*matched.article, *matched.text,
                            {.source = *file_, .line = line.number},
                            matched.locator);
    }
    for (const ListSlot slot : matched.slots) {
      const int least = query_set_->list(slot).min_relevance;
      if (least != kNoMinRelevance) {
        matched.matcher->CollectHits(slot, *matched.text, &hits_);
        if (builder_.RelevanceOf(&hits_).score < least) {
          ++output_.totals.held_back;
          continue;
        }
      }
      kept_.push_back(slot);
    }
  }

  void AppendAlerts(const ProcessedArticle& matched) {
    if (kept_.empty()) {
      return;
    }
    if (options_.stories) {
      BeginStory(matched);
    }
    for (const ListSlot slot : kept_) {
      matched.matcher->CollectHits(slot, *matched.text, &hits_);
      AppendAlert(slot);
      if (options_.stories) {
        output_.articles.back().end = output_.alerts.size();
      }
      if (output_.alerts.size() >= kOutputBytesMax) {
        ordered_->WritePart(ticket_, &output_);
        if (options_.stories) {
          BeginStory(matched);  // The rest of its alerts.
        }
      }
    }
  }

  // The alerts that follow are of this article.
  void BeginStory(const ProcessedArticle& matched) {
    AlertingArticle& alerting = output_.articles.emplace_back();
    alerting.Keep(*matched.article, *matched.text, &signatures_);
    alerting.begin = alerting.end = output_.alerts.size();
  }

  // The alert of hits_, as was asked for.
  void AppendAlert(ListSlot slot) {
    if (options_.format == AlertFormat::kJson) {
      builder_.Append(query_set_->list(slot), &hits_, &output_.alerts);
      return;
    }
    alert_json_.clear();
    builder_.Append(query_set_->list(slot), &hits_, &alert_json_);
    if (options_.format == AlertFormat::kCsv) {
      AppendAlertCsv(alert_json_, &output_.alerts);
    } else {
      StrAppend(&output_.alerts, AlertText(alert_json_, options_.colour), "\n");
    }
  }

  void Reject(const Line& line, RejectReason reason, std::string_view detail) {
    ++output_.totals.rejected;
    const std::string_view name = RejectReasonName(reason);
    StrAppend(&output_.reject_lines, *file_, ":", line.number,
              ": rejected: ", name, ": ", detail, "\n");
    if (options_.rejects.empty()) {
      return;
    }
    output_.rejects_json += "{\"file\":";
    AppendJsonString(ReplaceInvalidUtf8(*file_), &output_.rejects_json);
    StrAppend(&output_.rejects_json, ",\"line\":", line.number,
              ",\"reason\":\"", name, "\",\"detail\":");
    AppendJsonString(detail, &output_.rejects_json);
    StrAppend(&output_.rejects_json, ",\"size\":", line.size_bytes, "}\n");
  }

  const MatchOptions& options_;
  const std::shared_ptr<const QuerySet> query_set_;
  ArticleProcessor processor_;
  AlertBuilder builder_;
  OrderedOutput* ordered_ = nullptr;
  LineBatch batch_;
  const std::string* file_ = nullptr;
  uint64_t ticket_ = 0;
  std::vector<Payload> payloads_;  // Named by their index among the lines.
  std::vector<Hit> hits_;
  std::vector<ListSlot> kept_;
  std::string alert_json_;
  SignatureBuilder signatures_;
  MatchOutput output_;
  StageTicks ticks_;
};

void PrintSummary(const MatchTotals& totals, absl::Duration elapsed,
                  size_t lists) {
  const double seconds = std::max(absl::ToDoubleSeconds(elapsed), 1e-9);
  std::fprintf(stderr,
               "%llu articles (%.1f MB) against %zu watch-lists in %.2f s "
               "(%.0f MB/s): %llu alerts, %llu rejected",
               static_cast<unsigned long long>(totals.articles),
               static_cast<double>(totals.bytes) / 1e6, lists, seconds,
               static_cast<double>(totals.bytes) / 1e6 / seconds,
               static_cast<unsigned long long>(totals.alerts),
               static_cast<unsigned long long>(totals.rejected));
  if (totals.held_back > 0) {
    std::fprintf(stderr, ", %llu held back",
                 static_cast<unsigned long long>(totals.held_back));
  }
  if (totals.abandoned > 0) {
    std::fprintf(stderr, ", %llu evaluations given up",
                 static_cast<unsigned long long>(totals.abandoned));
  }
  const uint64_t good = totals.articles - totals.rejected;
  if (good > 0) {
    std::fprintf(
        stderr, "; %.1f watch-lists evaluated an article",
        static_cast<double>(totals.evaluated) / static_cast<double>(good));
  }
  std::fprintf(stderr, "\n");
}

// A feed whose form changed is told of, once a kind.
void PrintIgnored(const IgnoredFields& ignored) {
  ignored.ForEach([](ArticleKey key, IgnoredKind kind, uint64_t articles) {
    std::fprintf(stderr, "note: in %llu article%s %s; %s\n",
                 static_cast<unsigned long long>(articles),
                 articles == 1 ? "" : "s", IgnoredFieldText(key, kind).c_str(),
                 std::string(IgnoredFieldAdvice(key, kind)).c_str());
  });
}

// Joins at the end of its scope.
struct JoiningThread {
  std::thread thread;
  ~JoiningThread() {
    if (thread.joinable()) {
      thread.join();
    }
  }
};

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk match: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

void RunWorkers(const MatchOptions& options, const Mapping& mapping,
                const std::shared_ptr<const QuerySet>& query_set,
                IgnoredFields* ignored, ArticleFeed* input,
                OrderedOutput* output) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const int count =
      options.workers > 0 ? options.workers : static_cast<int>(cores);
  std::vector<std::unique_ptr<MatchWorker>> workers;
  std::vector<std::thread> threads;
  workers.reserve(static_cast<size_t>(count));
  threads.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    workers.push_back(
        std::make_unique<MatchWorker>(options, mapping, query_set, ignored));
  }
  for (int i = 1; i < count; ++i) {
    threads.emplace_back(
        [&, i] { workers[static_cast<size_t>(i)]->Run(input, output); });
  }
  workers[0]->Run(input, output);
  for (std::thread& thread : threads) {
    thread.join();
  }
}

absl::Status CannotWrite(const std::string& path) {
  return absl::UnavailableError(
      StrCat(path, ": cannot write this file",
             errno != 0 ? StrCat(": ", std::strerror(errno)) : ""));
}

// No output may be an input: it would be emptied, or grow for ever.
absl::Status CheckOutputs(const MatchOptions& options) {
  CommandInputs inputs;
  inputs.AddArticles(options.files);
  inputs.AddLists(options.lists);
  inputs.AddMapping(options.mapping);
  absl::Status status = inputs.CheckOutput("standard output", "/dev/stdout");
  if (status.ok() && !options.rejects.empty()) {
    inputs.Add("the file of standard output", "/dev/stdout");
    status = inputs.CheckOutput("--rejects", options.rejects);
  }
  return status;
}

int RunMatch(MatchOptions options) {
  const absl::StatusOr<Mapping> mapping = LoadMapping(options.mapping);
  if (!mapping.ok()) {
    return GiveUp(mapping.status());
  }
  JoiningThread storing;
  const absl::StatusOr<CompiledLists> lists =
      options.cache.empty()
          ? CompileLists(options.lists, options.engine)
          : CompileListsCached(options.lists, options.engine, options.cache,
                               &storing.thread);
  if (!lists.ok()) {
    return GiveUp(lists.status());
  }
  PrintDiagnostics(lists->diagnostics);
  if (options.files.empty()) {
    options.files.push_back("-");
  }
  if (absl::Status status = CheckOutputs(options); !status.ok()) {
    return GiveUp(status);
  }
  std::FILE* rejects = nullptr;
  if (!options.rejects.empty()) {
    rejects = std::fopen(options.rejects.c_str(), "we");
    if (rejects == nullptr) {
      return GiveUp(CannotWrite(options.rejects));
    }
  }
  const absl::Time begin = absl::Now();
  ProgressBar progress(options.files);
  FileFeed input(options.files, &progress);
  AlertStories stories({});
  OrderedOutput output(rejects, options.stories ? &stories : nullptr,
                       &progress);
  options.colour = isatty(STDOUT_FILENO) != 0;
  if (options.format == AlertFormat::kCsv) {
    std::fputs(AlertCsvHeader().c_str(), stdout);
  }
  IgnoredFields ignored;
  RunWorkers(options, *mapping, lists->query_set, &ignored, &input, &output);
  progress.Clear();
  if (rejects != nullptr) {
    std::fflush(stdout);  // Both may be one terminal, or one pipe.
  }
  errno = 0;
  const bool rejects_failed =
      (rejects != nullptr && std::fclose(rejects) != 0) ||
      output.rejects_failed();
  const absl::Status cannot_write = CannotWrite(options.rejects);
  PrintSummary(output.totals(), absl::Now() - begin, lists->query_set->size());
  PrintIgnored(ignored);
  if (options.stories) {
    std::fprintf(stderr, "%s\n", stories.Summary().c_str());
  }
  if (!input.status().ok()) {
    return GiveUp(input.status());
  }
  if (rejects_failed) {
    return GiveUp(cannot_write);
  }
  // Of standard output main() tells.
  const bool rejected = options.strict && output.totals().rejected > 0;
  return lists->error_count > 0 || rejected ? kExitBadAnswer : kExitGood;
}

}  // namespace

void AddMatchCommand(Command program) {
  auto options = std::make_shared<MatchOptions>();
  Command command = program.AddCommand(
      "match",
      "Match articles (NDJSON) against watch-lists; alerts to "
      "standard output, in input order");
  AddListOption(command, &options->lists).Required();
  AddMappingOption(command, &options->mapping);
  AddArticleFiles(command, &options->files);
  command
      .Add("--workers", &options->workers,
           "Threads that match (default: one a core)")
      .InRange(1, 1024)
      .TypeName("N");
  AddEngineOption(command, &options->engine);
  command
      .Add("--cache", &options->cache,
           "Keep the compiled lists in this directory, and parse and "
           "compile nothing while the list files stay as they are")
      .TypeName("DIR");
  static const std::map<std::string, AlertFormat> kFormats = {
      {"json", AlertFormat::kJson},
      {"text", AlertFormat::kText},
      {"csv", AlertFormat::kCsv}};
  const CommandOption format =
      command
          .Add(
              "--format",
              [options](const std::string& name) {
                options->format = kFormats.at(name);
              },
              "json, an alert a line; text, to be read; or csv, a row an "
              "alert, for spreadsheets")
          .TypeName("json|text|csv")
          .OneOf({"json", "text", "csv"}, "");
  const CommandOption matches_only =
      command
          .AddFlag("--matches-only", &options->matches_only,
                   "Print article id, tab, watch-list id instead of alerts")
          .Excludes(format);
  command
      .AddFlag("--stories", &options->stories,
               "Add to each alert which story its article belongs to: the "
               "same text, copied, cut, updated or corrected")
      .Excludes(format)
      .Excludes(matches_only);
  command.AddFlag("--strict", &options->strict,
                  "Exit with 1 if any input was rejected");
  command
      .Add("--rejects", &options->rejects,
           "Write rejected inputs to this file, as NDJSON")
      .TypeName("FILE");
  command.Footer(
      "\nExample:\n"
      "  presshawk match -w lists.yaml news.ndjson.zst > alerts.ndjson\n"
      "  presshawk match -w terms.csv --format text news.ndjson");
  command.OnRun([options] { return RunMatch(*options); });
}

}  // namespace presshawk
