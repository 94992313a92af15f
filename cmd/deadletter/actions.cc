// SPDX-License-Identifier: Apache-2.0
#include "cmd/deadletter/actions.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "absl/time/clock.h"
#include "cmd/deadletter/letter_text.h"
#include "cmd/deadletter/replay.h"
#include "cmd/exit_code.h"
#include "cmd/matching/client_options.h"
#include "cmd/output_file.h"
#include "cmd/terminal_text.h"
#include "cmd/time_argument.h"
#include "core/base/str_cat.h"
#include "core/config/load_options.h"
#include "core/config/quantities.h"

namespace presshawk {
namespace {

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk deadletter: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

int WrongUsage(const std::string& text) {
  std::fprintf(stderr,
               "presshawk deadletter: %s\n"
               "Run with --help for more information.\n",
               text.c_str());
  return kExitUsage;
}

// Configuration and filters of one call, read.
struct Request {
  std::optional<Options> options;  // Of --config.
  LetterPlace from;
  LetterFilter filter;
};

absl::StatusOr<LetterPlace> PlaceOf(const DeadLetterArguments& arguments,
                                    const std::optional<Options>& options) {
  LetterPlace place;
  // As JSON text: a byte of the input can take six.
  place.line_bytes_max =
      6 * (options.has_value() ? options->limits.article_bytes
                               : kArticleBytesMax) +
      (1UL << 20);
  place.file = arguments.file;
  if (!place.file.empty()) {
    return place;
  }
  if (const auto* file = std::get_if<FileSinkOptions>(&options->deadletter)) {
    place.file = file->path;
    return place;
  }
  place.client = ClientOptions(*options);
  place.topic = std::get<KafkaSinkOptions>(options->deadletter).topic;
  return place;
}

absl::StatusOr<Request> ReadRequest(const DeadLetterArguments& arguments) {
  Request request;
  if (arguments.config.empty() && arguments.file.empty()) {
    return absl::InvalidArgumentError("give --config or --file");
  }
  if (!arguments.config.empty()) {
    LoadedOptions loaded =
        LoadServiceOptions(arguments.config, ProcessEnvironment());
    if (!loaded.ok()) {
      return absl::FailedPreconditionError(FormatText(loaded.errors));
    }
    request.options = std::move(loaded.options);
  }
  LetterFilter& filter = request.filter;
  filter.reasons = arguments.reasons;
  filter.topic = arguments.topic;
  filter.partition = arguments.partition;
  filter.key = arguments.key;
  filter.article_id = arguments.id;
  if (!arguments.offsets.empty()) {
    if (absl::Status status = ParseOffsets(arguments.offsets, &filter);
        !status.ok()) {
      return status;
    }
  }
  const auto since = ParseTimeArgument(arguments.since, absl::InfinitePast());
  const auto until = ParseTimeArgument(arguments.until, absl::InfiniteFuture());
  for (const auto* const time : {&since, &until}) {
    if (!time->ok()) {
      return time->status();
    }
  }
  filter.since = *since;
  filter.until = *until;
  auto place = PlaceOf(arguments, request.options);
  if (!place.ok()) {
    return place.status();
  }
  request.from = *std::move(place);
  return request;
}

// Wrong usage is an invalid argument; all else could not start.
int GiveUpReading(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument
             ? WrongUsage(std::string(status.message()))
             : GiveUp(status);
}

// Files that are added to must have no other use.
absl::StatusOr<std::unique_ptr<ReplayTarget>> MakeCheckedFileTarget(
    const std::vector<std::string>& files, const DeadLetterArguments& arguments,
    const std::optional<Options>& options) {
  CommandInputs inputs;
  inputs.Add("the configuration", arguments.config);
  inputs.Add("the file of dead letters", arguments.file);
  if (options.has_value()) {
    inputs.AddLists(options->watchlists.files);
    inputs.AddMapping(options->mapping);
    std::vector<SinkOptions> sinks = options->sinks;
    sinks.push_back(options->deadletter);
    for (const SinkOptions& sink : sinks) {
      if (const auto* file = std::get_if<FileSinkOptions>(&sink)) {
        inputs.Add("a file that the service writes", file->path);
      }
    }
  }
  for (const std::string& file : files) {
    if (absl::Status status =
            inputs.CheckOutput("the target of the replay", file);
        !status.ok()) {
      return status;
    }
  }
  return MakeFileTarget(files);
}

absl::StatusOr<std::unique_ptr<ReplayTarget>> MakeTarget(
    const DeadLetterArguments& arguments, const std::optional<Options>& options,
    KafkaEvents* events) {
  if (!arguments.to_file.empty()) {
    return MakeCheckedFileTarget({arguments.to_file}, arguments, options);
  }
  if (!options.has_value()) {
    return absl::InvalidArgumentError(
        "where to? Give --config, whose source it is, or --to-file");
  }
  const auto timeout = ParseConfigDuration(arguments.timeout);
  if (!timeout.has_value()) {
    return absl::InvalidArgumentError(
        StrCat("--timeout: `", arguments.timeout, "`: write 30s, or 2m"));
  }
  TopicTargetOptions topic = {
      .client = ClientOptions(*options), .topics = {}, .timeout = *timeout};
  if (!arguments.to.empty()) {
    topic.topics = {arguments.to};
  } else if (const auto* files =
                 std::get_if<FileSourceOptions>(&options->source)) {
    return MakeCheckedFileTarget(files->paths, arguments, options);
  } else {
    topic.topics = std::get<KafkaSourceOptions>(options->source).topics;
    for (const std::string& name : topic.topics) {
      if (name.starts_with('^')) {
        return absl::InvalidArgumentError(
            StrCat("source.kafka.topics has the pattern ", name,
                   ": say where to with --to"));
      }
    }
  }
  if (!options->kafka.has_brokers()) {
    return absl::InvalidArgumentError("--to needs brokers in --config");
  }
  return MakeTopicTarget(std::move(topic), events);
}

void LogWarnings(KafkaLogLevel level, std::string_view text) {
  if (level >= KafkaLogLevel::kWarning) {
    std::fprintf(stderr, "presshawk deadletter: %s\n",
                 std::string(text).c_str());
  }
}

bool Print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

absl::Status CannotPrint() {
  return absl::UnavailableError("cannot write to standard output");
}

// What replay says of each letter, and how far it is.
class ReplayConsole {
 public:
  ReplayConsole(bool dry_run)
      : dry_run_(dry_run), has_terminal_(isatty(STDERR_FILENO) != 0) {}

  void Tell(const DeadLetter& letter, ReplayReport::Decision decision,
            const std::string& text, const ReplayReport& report) {
    using Decision = ReplayReport::Decision;
    if (dry_run_) {
      std::printf("%s\t%s\t%s\n", letter.place.c_str(),
                  decision == Decision::kSent      ? "replay"
                  : decision == Decision::kSkipped ? "skip"
                                                   : "refuse",
                  TerminalText(text).c_str());
    } else if (decision == Decision::kRefused) {
      Clear();
      std::fprintf(stderr, "%s: not replayed: %s\n", letter.place.c_str(),
                   TerminalText(text).c_str());
    }
    ShowProgress(report);
  }
  void Clear() {
    if (shown_) {
      std::fputs("\r\033[K", stderr);
      shown_ = false;
    }
  }

 private:
  void ShowProgress(const ReplayReport& report) {
    if (!has_terminal_ || absl::Now() < next_show_) {
      return;
    }
    next_show_ = absl::Now() + absl::Milliseconds(100);
    shown_ = true;
    std::fprintf(stderr, "\r%llu of %llu dead letters\033[K",
                 static_cast<unsigned long long>(report.sent + report.skipped +
                                                 report.refused),
                 static_cast<unsigned long long>(report.selected));
  }

  const bool dry_run_;
  const bool has_terminal_;
  bool shown_ = false;
  absl::Time next_show_ = absl::InfinitePast();
};

void PrintUnacknowledged(const std::vector<std::string>& places) {
  constexpr size_t kShown = 20;
  std::string text;
  for (size_t i = 0; i < places.size() && i < kShown; ++i) {
    StrAppend(&text, i == 0 ? "" : ", ", places[i]);
  }
  std::fprintf(stderr, "not acknowledged: %s%s\n", text.c_str(),
               places.size() > kShown ? ", …" : "");
}

}  // namespace

int ListDeadLetters(const DeadLetterArguments& arguments) {
  const absl::StatusOr<Request> request = ReadRequest(arguments);
  if (!request.ok()) {
    return GiveUpReading(request.status());
  }
  KafkaEvents events(LogWarnings);
  Replayed replayed;
  if (arguments.replayed) {
    auto target = MakeTarget(arguments, request->options, &events);
    absl::Status status = target.status();
    if (status.ok()) {
      status = (*target)->FindReplayed(request->filter.since, &replayed);
    }
    if (!status.ok()) {
      return GiveUpReading(status);
    }
  }
  uint64_t listed = 0;
  uint64_t unreadable = 0;
  LetterEnd end;
  const absl::Status status = ReadLetters(
      request->from, {}, request->filter, &events, &end,
      [&](const DeadLetter& letter) -> absl::StatusOr<bool> {
        if (listed == 0 && !arguments.json &&
            !Print(ListHeading(arguments.replayed))) {
          return CannotPrint();
        }
        std::optional<bool> was_replayed;
        if (arguments.replayed) {
          was_replayed = replayed.ids.contains(letter.Id());
        }
        unreadable += letter.problem.empty() ? 0 : 1;
        if (!Print(arguments.json ? ListJson(letter, was_replayed)
                                  : ListLine(letter, was_replayed))) {
          return CannotPrint();
        }
        return ++listed < arguments.limit;
      });
  if (!status.ok()) {
    return GiveUpReading(status);
  }
  std::fflush(stdout);
  std::fprintf(stderr, "%llu dead letters of %s\n",
               static_cast<unsigned long long>(listed),
               request->from.Name().c_str());
  return unreadable > 0 ? kExitBadAnswer : kExitGood;
}

int ShowDeadLetters(const DeadLetterArguments& arguments) {
  const absl::StatusOr<Request> request = ReadRequest(arguments);
  if (!request.ok()) {
    return GiveUpReading(request.status());
  }
  KafkaEvents events(LogWarnings);
  LetterEnd end;
  const absl::Status status = ReadLetters(
      request->from, arguments.places, {}, &events, &end,
      [&](const DeadLetter& letter) -> absl::StatusOr<bool> {
        if (!Print(arguments.raw    ? letter.value
                   : arguments.json ? ShowJson(letter)
                                    : ShowText(letter, arguments.hex))) {
          return CannotPrint();
        }
        return true;
      });
  if (absl::IsOutOfRange(status)) {
    GiveUp(status);
    return kExitBadAnswer;
  }
  return status.ok() ? kExitGood : GiveUpReading(status);
}

int ReplayDeadLetters(const DeadLetterArguments& arguments) {
  const absl::StatusOr<Request> request = ReadRequest(arguments);
  if (!request.ok()) {
    return GiveUpReading(request.status());
  }
  if (request->filter.empty() && arguments.places.empty() && !arguments.all &&
      arguments.limit == UINT64_MAX) {
    return WrongUsage("which ones? Give a place, a filter, or --all");
  }
  if (request->from.file == "-") {
    return WrongUsage("--file -: standard input cannot be read twice");
  }
  KafkaEvents events(LogWarnings);
  auto target = MakeTarget(arguments, request->options, &events);
  if (!target.ok()) {
    return GiveUpReading(target.status());
  }
  ReplayConsole console(arguments.dry_run);
  ReplayReport report;
  absl::Status status = Replay(
      {.from = request->from,
       .places = arguments.places,
       .filter = request->filter,
       .limit = arguments.limit,
       .replays_max = arguments.replays_max,
       .force = arguments.force,
       .again = arguments.again,
       .dry_run = arguments.dry_run},
      target->get(), &events,
      [&console](const DeadLetter& letter, ReplayReport::Decision decision,
                 const std::string& text, const ReplayReport& so_far) {
        console.Tell(letter, decision, text, so_far);
      },
      &report);
  status.Update((*target)->Finish());
  console.Clear();
  std::fflush(stdout);
  const uint64_t replayed =
      arguments.dry_run ? report.sent : (*target)->acknowledged();
  std::fprintf(stderr,
               "%llu dead letters %s, %llu skipped (replayed already), %llu "
               "refused\n",
               static_cast<unsigned long long>(replayed),
               arguments.dry_run ? "would be replayed" : "replayed",
               static_cast<unsigned long long>(report.skipped),
               static_cast<unsigned long long>(report.refused));
  if (const auto places = (*target)->Unacknowledged(); !places.empty()) {
    PrintUnacknowledged(places);
  }
  if (!status.ok()) {
    return GiveUpReading(status);
  }
  return report.refused > 0 ? kExitBadAnswer : kExitGood;
}

}  // namespace presshawk
