// SPDX-License-Identifier: Apache-2.0
// presshawk backtest: what lists would have alerted on past articles.
#include "cmd/backtest/backtest.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "cmd/backtest/csv_report.h"
#include "cmd/backtest/day_counts.h"
#include "cmd/backtest/html_report.h"
#include "cmd/backtest/text_report.h"
#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/list_options.h"
#include "cmd/matching/client_options.h"
#include "cmd/output_file.h"
#include "cmd/time_argument.h"
#include "cmd/topic_feed.h"
#include "core/base/str_cat.h"
#include "core/config/load_options.h"

namespace presshawk {
namespace {

enum class ReportFormat : uint8_t { kText, kCsv, kCsvDays, kCsvRelevance };

struct BacktestArguments {
  std::vector<std::string> lists;
  std::vector<std::string> old;
  std::string mapping = "generic";
  std::vector<std::string> files;
  std::string config;  // With a topic: where it is.
  std::string topic;
  std::string from, to;
  ReportFormat format = ReportFormat::kText;
  std::string html;
  double limit = 50;
  int samples = 3;
  QuerySet::Engine engine = QuerySet::Engine::kAuto;
  int workers = 0;  // 0: one a core.
};

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk backtest: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

// Prints what is wrong with lists, and adds to *errors how many errors there
// are. Fails where the files cannot be read.
absl::Status Load(const std::vector<std::string>& paths,
                  QuerySet::Engine engine, BacktestLists* lists,
                  size_t* errors) {
  absl::StatusOr<CompiledLists> compiled =
      CompileLists(paths, engine, &lists->lists);
  if (!compiled.ok()) {
    return compiled.status();
  }
  PrintDiagnostics(compiled->diagnostics);
  *errors += compiled->error_count;
  lists->query_set = compiled->query_set;
  return absl::OkStatus();
}

// By the busiest day: over years of articles a mean hides a flood.
void WarnOfVolume(const BacktestReport& report, double limit) {
  for (const ListReport& list : report.lists) {
    const DayCounts days = DayCountsOf(report, list);
    if (static_cast<double>(days.busiest_alerts) > limit) {
      std::fprintf(
          stderr,
          "warning: [%s] over the limit of %g alerts a day: %s; narrow "
          "it, or raise --limit\n",
          list.id.c_str(), limit, DaysLine(report, list).c_str());
    }
    const double undated = UndatedPerDay(report, list);
    if (days.busiest_day != kUndated && undated > limit) {
      std::fprintf(
          stderr,
          "warning: [%s] over the limit of %g alerts a day: %s of "
          "articles without a date, %s a day if these come at the pace "
          "of the others; narrow it, or raise --limit\n",
          list.id.c_str(), limit, AlertCount(days.undated).c_str(),
          PerDay(undated).c_str());
    }
  }
}

std::string ReportText(const BacktestReport& report, ReportFormat format) {
  switch (format) {
    case ReportFormat::kCsv:
      return CsvReport(report);
    case ReportFormat::kCsvDays:
      return CsvDaysReport(report);
    case ReportFormat::kCsvRelevance:
      return CsvRelevanceReport(report);
    case ReportFormat::kText:
      break;
  }
  return TextReport(report, isatty(STDOUT_FILENO) != 0);
}

absl::StatusOr<std::unique_ptr<ArticleFeed>> OpenTopic(
    const BacktestArguments& arguments, KafkaEvents* events) {
  const LoadedOptions loaded =
      LoadOptions(arguments.config, ProcessEnvironment());
  if (!loaded.ok()) {
    return absl::InvalidArgumentError(FormatText(loaded.errors));
  }
  const absl::StatusOr<absl::Time> from =
      ParseTimeArgument(arguments.from, absl::InfinitePast());
  const absl::StatusOr<absl::Time> to =
      ParseTimeArgument(arguments.to, absl::InfiniteFuture());
  for (const auto* const time : {&from, &to}) {
    if (!time->ok()) {
      return time->status();
    }
  }
  auto range = TopicRange::Open({.client = ClientOptions(loaded.options),
                                 .topic = arguments.topic,
                                 .from = *from,
                                 .to = *to},
                                events);
  if (!range.ok()) {
    return range.status();
  }
  return std::make_unique<TopicFeed>(arguments.topic, *std::move(range));
}

int Backtest(BacktestArguments arguments) {
  const absl::StatusOr<Mapping> mapping = LoadMapping(arguments.mapping);
  if (!mapping.ok()) {
    return GiveUp(mapping.status());
  }
  if (!arguments.html.empty()) {
    CommandInputs inputs;
    inputs.AddLists(arguments.lists);
    inputs.AddLists(arguments.old);
    inputs.AddMapping(arguments.mapping);
    inputs.Add("the configuration", arguments.config);
    if (arguments.topic.empty()) {
      inputs.AddArticles(arguments.files);
    }
    if (absl::Status status = inputs.CheckOutput("--html", arguments.html);
        !status.ok()) {
      return GiveUp(status);
    }
  }
  BacktestLists lists;
  BacktestLists old;
  size_t errors = 0;
  absl::Status status =
      Load(arguments.lists, arguments.engine, &lists, &errors);
  if (status.ok() && !arguments.old.empty()) {
    status = Load(arguments.old, arguments.engine, &old, &errors);
  }
  if (!status.ok()) {
    return GiveUp(status);
  }
  if (arguments.files.empty() && arguments.topic.empty()) {
    arguments.files.push_back("-");
  }
  const absl::Time begin = absl::Now();
  ProgressBar progress(arguments.files);
  KafkaEvents events([](KafkaLogLevel level, std::string_view text) {
    if (level >= KafkaLogLevel::kWarning) {
      std::fprintf(stderr, "presshawk backtest: %s\n",
                   std::string(text).c_str());
    }
  });
  std::unique_ptr<ArticleFeed> feed =
      std::make_unique<FileFeed>(arguments.files, &progress);
  if (!arguments.topic.empty()) {
    auto topic = OpenTopic(arguments, &events);
    if (!topic.ok()) {
      return GiveUp(topic.status());
    }
    feed = *std::move(topic);
  }
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const BacktestReport report =
      RunBacktest(lists, arguments.old.empty() ? nullptr : &old, *mapping,
                  {.samples = static_cast<size_t>(arguments.samples),
                   .workers = arguments.workers > 0 ? arguments.workers
                                                    : static_cast<int>(cores)},
                  feed.get());
  progress.Clear();
  if (!feed->status().ok()) {
    return GiveUp(feed->status());
  }
  const double seconds =
      std::max(absl::ToDoubleSeconds(absl::Now() - begin), 1e-9);
  const std::string text = ReportText(report, arguments.format);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
    return GiveUp(absl::UnavailableError("cannot write the report"));
  }
  if (!arguments.html.empty()) {
    status = WriteOutputFile(arguments.html, HtmlReport(report));
    if (!status.ok()) {
      return GiveUp(status);
    }
  }
  WarnOfVolume(report, arguments.limit);
  if (report.stories_closed_early > 0) {
    std::fprintf(
        stderr,
        "warning: %llu stories ended early, as memory was full; their texts "
        "may count as more than one story\n",
        static_cast<unsigned long long>(report.stories_closed_early));
  }
  std::fprintf(stderr, "%.1f MB in %.2f s (%.0f MB/s)\n",
               static_cast<double>(report.bytes) / 1e6, seconds,
               static_cast<double>(report.bytes) / 1e6 / seconds);
  return errors > 0 ? kExitBadAnswer : kExitGood;
}

}  // namespace

void AddBacktestCommand(Command program) {
  auto arguments = std::make_shared<BacktestArguments>();
  Command command = program.AddCommand(
      "backtest", "What watch-lists would have alerted on past articles");
  AddListOption(command, &arguments->lists).Required();
  command
      .Add("--old", &arguments->old,
           "Older watch-lists: says which articles the newer ones gain "
           "and lose, and why; repeatable")
      .TypeName("LIST")
      .OneValueEach();
  AddMappingOption(command, &arguments->mapping);
  const CommandOption files = AddArticleFiles(command, &arguments->files);
  const CommandOption config =
      command
          .Add("--config", &arguments->config,
               "The configuration of `presshawk run`, for --topic")
          .TypeName("FILE");
  const CommandOption topic =
      command
          .Add("--topic", &arguments->topic,
               "Articles of this Kafka topic instead of files")
          .Needs(config)
          .Excludes(files);
  command
      .Add("--from", &arguments->from,
           "Of the topic: records from this time on (2026-01-02, or "
           "with T03:04:05Z)")
      .Needs(topic)
      .TypeName("TIME");
  command.Add("--to", &arguments->to, "Of the topic: records before this")
      .Needs(topic)
      .TypeName("TIME");
  static const std::map<std::string, ReportFormat> kFormats = {
      {"text", ReportFormat::kText},
      {"csv", ReportFormat::kCsv},
      {"csv-days", ReportFormat::kCsvDays},
      {"csv-relevance", ReportFormat::kCsvRelevance}};
  command
      .Add(
          "--format",
          [arguments](const std::string& name) {
            arguments->format = kFormats.at(name);
          },
          "text; csv, a row a list; csv-days, a row for each day on which a "
          "list has alerts; or csv-relevance, the alerts that each "
          "min_relevance would keep")
      .TypeName("text|csv|csv-days|csv-relevance")
      .OneOf({"text", "csv", "csv-days", "csv-relevance"}, "");
  command
      .Add("--html", &arguments->html,
           "Also write the report to this file, as one HTML page")
      .TypeName("FILE");
  command
      .Add("--limit", &arguments->limit,
           "Warn of lists with more alerts than this on their "
           "busiest day")
      .NotNegative()
      .ShowDefault();
  command
      .Add("--samples", &arguments->samples,
           "Alerts that are shown of each list")
      .InRange(0, 1000)
      .ShowDefault();
  command
      .Add("--workers", &arguments->workers,
           "Threads that match (default: one a core)")
      .InRange(1, 1024)
      .TypeName("N");
  AddEngineOption(command, &arguments->engine);
  command.Footer(
      "\nA term's `alone` counts the articles in which no other term of the "
      "list is a hit.\nAn active day is one on which the list has an alert; "
      "mean and median are over these.\nAlerts on "
      "the same text, copied, cut or updated, are of one story.\n\nExample:\n"
      "  presshawk backtest -w new.yaml --old lists.yaml news.ndjson.zst");
  command.OnRun([arguments] { return Backtest(*arguments); });
}

}  // namespace presshawk
