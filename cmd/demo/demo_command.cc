// SPDX-License-Identifier: Apache-2.0
// presshawk demo: the main job with nothing installed. An in-process Kafka, the
// samples of this program as articles, watch-lists and subscriptions, the real
// service.
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "absl/time/clock.h"
#include "cmd/alert_text.h"
#include "cmd/app/logging.h"
#include "cmd/app/signals.h"
#include "cmd/commands.h"
#include "cmd/demo/demo_subscribers.h"
#include "cmd/exit_code.h"
#include "cmd/matching/client_options.h"
#include "cmd/matching/service.h"
#include "cmd/samples/samples.h"
#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "core/model/topic_names.h"
#include "ingest/kafka/embedded/embedded_broker.h"
#include "ingest/kafka/produce/article_loader.h"

namespace presshawk {
namespace {

constexpr char kArticles[] = "articles";
constexpr char kAlerts[] = "alerts";
constexpr char kDeadLetters[] = "articles.deadletter";
constexpr int kPartitions = 4;
// Of all articles, so that stories come in the order of the samples.
constexpr char kKey[] = "samples";
// Slow enough to read along, on a terminal.
constexpr absl::Duration kPace = absl::Milliseconds(120);

struct DemoOptions {
  std::string listen = "127.0.0.1:0";
  bool once = false;
};

// Alerts for people, on standard output.
class TerminalSink : public AlertSink {
 public:
  explicit TerminalSink(bool colour) : colour_(colour) {}

  std::string_view name() const override { return "terminal"; }
  bool Deliver(const AlertBatch& batch, WhileBlocked /*while_blocked*/) override
      ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(&mutex_);
      for (const OutboundAlert& alert : batch.alerts) {
        const std::string text = AlertText(alert.json, colour_);
        std::fwrite(text.data(), 1, text.size(), stdout);
        ++alerts_;
        ids_.emplace(alert.id);
      }
      std::fflush(stdout);
    }
    for (const OutboundAlert& alert : batch.alerts) {
      batch.origin->Resolve(alert.message);
    }
    return true;
  }
  absl::Status Health() const override { return absl::OkStatus(); }
  void Flush(absl::Time /*deadline*/) override {}
  uint64_t alerts() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return alerts_;
  }
  // Alerts by their ids: an article that comes twice alerts once.
  uint64_t distinct() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return ids_.size();
  }

 private:
  const bool colour_;
  mutable Mutex mutex_;
  uint64_t alerts_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<std::string> ids_ ABSL_GUARDED_BY(mutex_);
};

// A folder for the files of this run, removed at its end.
class DemoFolder {
 public:
  static absl::StatusOr<DemoFolder> Make() {
    std::string path =
        (std::filesystem::temp_directory_path() / "presshawk-demo-XXXXXX")
            .string();
    if (mkdtemp(path.data()) == nullptr) {
      return absl::UnavailableError(StrCat(path, ": cannot make this folder"));
    }
    return DemoFolder(path);
  }
  DemoFolder(DemoFolder&& other) noexcept
      : path_(std::exchange(other.path_, "")) {}
  DemoFolder& operator=(DemoFolder&&) = delete;
  ~DemoFolder() {
    std::error_code ignored;
    if (!path_.empty()) {
      std::filesystem::remove_all(path_, ignored);
    }
  }
  const std::string& path() const { return path_; }
  std::string lists() const { return path_ + "/watchlists.yaml"; }

 private:
  explicit DemoFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

Options ServiceOptions(const EmbeddedBroker& broker, const DemoFolder& folder,
                       const DemoOptions& demo) {
  Options options;
  options.kafka.properties["bootstrap.servers"].value =
      broker.bootstrap_servers();
  options.source =
      KafkaSourceOptions{.topics = {kArticles}, .group = "presshawk-demo"};
  options.sinks = {KafkaSinkOptions{.topic = kAlerts}};
  options.deadletter = KafkaSinkOptions{.topic = kDeadLetters};
  options.watchlists.files = {folder.lists()};
  options.workers = 1;
  options.commit_interval = absl::Milliseconds(200);
  const size_t colon = demo.listen.rfind(':');
  options.http.host = demo.listen.substr(0, colon);
  options.http.port =
      static_cast<uint16_t>(std::atoi(demo.listen.c_str() + colon + 1));
  options.log.level = LogLevel::kWarn;
  return options;
}

// Whether Ctrl-C or SIGTERM came, which are blocked.
bool StopIsAsked() {
  sigset_t pending;
  return sigpending(&pending) == 0 && (sigismember(&pending, SIGINT) == 1 ||
                                       sigismember(&pending, SIGTERM) == 1);
}

// Loads the sample articles, one every `pace`, until a stop is asked for. Returns
// how many records.
absl::StatusOr<uint64_t> LoadSamples(const Options& options,
                                     absl::Duration pace, KafkaEvents* events) {
  auto producer = KafkaProducer::Create(ClientOptions(options), events);
  if (!producer.ok()) {
    return producer.status();
  }
  ArticleLoader loader(producer->get(), kArticles);
  uint64_t count = 0;
  for (const std::string_view line : SampleArticleLines()) {
    if (StopIsAsked() ||
        !loader.Load(kKey, line, [] { return !StopIsAsked(); })) {
      break;
    }
    ++count;
    absl::SleepFor(pace);
  }
  loader.Flush(absl::Now() + absl::Seconds(30));
  if (loader.loaded() != count) {
    return absl::UnavailableError("the in-process Kafka did not take them all");
  }
  return count;
}

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk demo: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

absl::Status TellOfSubscribers(DemoSubscribers* subscribers, uint64_t alerts) {
  if (absl::Status status = subscribers->Wait(alerts, StopIsAsked);
      !status.ok() || StopIsAsked()) {
    return status;
  }
  const absl::StatusOr<std::string> text = subscribers->Text(absl::Now());
  if (!text.ok()) {
    return text.status();
  }
  std::fwrite(text->data(), 1, text->size(), stdout);
  std::fflush(stdout);
  return absl::OkStatus();
}

int RunDemo(const DemoOptions& demo) {
  SetUpLogging({.level = LogLevel::kWarn});
  BlockServiceSignals();
  const bool interactive = isatty(STDOUT_FILENO) != 0;
  absl::StatusOr<DemoFolder> folder = DemoFolder::Make();
  if (!folder.ok()) {
    return GiveUp(folder.status());
  }
  std::ofstream(folder->lists()) << SampleWatchLists();
  auto broker = EmbeddedBroker::Start();
  if (!broker.ok()) {
    return GiveUp(broker.status());
  }
  for (const std::string& topic :
       {std::string(kArticles), std::string(kAlerts), RetractionTopic(kAlerts),
        std::string(kDeadLetters)}) {
    if (absl::Status status = (*broker)->CreateTopic(topic, kPartitions);
        !status.ok()) {
      return GiveUp(status);
    }
  }
  auto subscribers = DemoSubscribers::Start(folder->path());
  if (!subscribers.ok()) {
    return GiveUp(subscribers.status());
  }
  Options options = ServiceOptions(**broker, *folder, demo);
  (*subscribers)->AddTo(&options);
  TerminalSink terminal(interactive);
  auto service = Service::Start(options, &terminal);
  if (!service.ok()) {
    return GiveUp(service.status());
  }
  std::fprintf(stderr,
               "metrics and health: http://%s:%d/\n"
               "Kafka in this process at %s: topics %s, %s, %s\n"
               "watch-lists: %s (edit it, then: kill -HUP %d)\n",
               options.http.host.c_str(), (*service)->http_port(),
               (*broker)->bootstrap_servers().c_str(), kArticles, kAlerts,
               kDeadLetters, folder->lists().c_str(),
               static_cast<int>(getpid()));
  KafkaEvents events;
  const absl::StatusOr<uint64_t> loaded = LoadSamples(
      options, interactive && !demo.once ? kPace : absl::ZeroDuration(),
      &events);
  if (!loaded.ok()) {
    return GiveUp(loaded.status());
  }
  (*service)->WaitForArticles(*loaded, StopIsAsked);
  const ArticleCounts counts = (*service)->counts();
  std::fprintf(
      stderr,
      "%llu articles: %llu processed, %llu dead letters; %llu "
      "alerts\n",
      static_cast<unsigned long long>(counts.admitted),
      static_cast<unsigned long long>(counts.processed),
      static_cast<unsigned long long>(counts.resolved() - counts.processed),
      static_cast<unsigned long long>(terminal.alerts()));
  if (absl::Status status =
          TellOfSubscribers(subscribers->get(), terminal.distinct());
      !status.ok()) {
    return GiveUp(status);
  }
  if (interactive && !demo.once) {
    std::fprintf(stderr, "Ctrl-C ends the demo\n");
    ServeUntilStopped({.finished = [&] { return (*service)->finished(); },
                       .on_hangup = [&] { (*service)->OnHangup(); },
                       .request_stop = [&] { (*service)->RequestStop(); }});
  }
  const bool was_cut_short = (!interactive || demo.once) &&
                             counts.resolved() < SampleArticleLines().size();
  if (was_cut_short) {
    std::fprintf(stderr,
                 "presshawk demo: stopped before the last article was done\n");
  }
  (*service)->RequestStop();
  const absl::Status status = (*service)->Wait();
  return status.ok() && !was_cut_short ? kExitGood : kExitGaveUp;
}

}  // namespace

void AddDemoCommand(Command program) {
  auto options = std::make_shared<DemoOptions>();
  Command command = program.AddCommand(
      "demo",
      "The main job with nothing installed: Kafka in this process, sample "
      "articles in, alerts to the terminal and to subscribers");
  command
      .Add("--listen", &options->listen,
           "Where metrics and health are served; port 0 takes a free one")
      .TypeName("HOST:PORT")
      .ShowDefault();
  command.AddFlag("--once", &options->once,
                  "End after the last article (as without a terminal)");
  command.OnRun([options] { return RunDemo(*options); });
}

}  // namespace presshawk
