// SPDX-License-Identifier: Apache-2.0
// What a ledger holds: accepts and deliveries side by side, the disk that they
// take, and a start after a kill. bench/ledger/README.md says how to read it.
//
//   presshawk_ledger_bench --store sqlite --path /tmp/l.db --seconds 20
//   presshawk_ledger_bench --store postgres --path "host=... dbname=..."
//   presshawk_ledger_bench --store sqlite --path /tmp/l.db --waiting 1000000
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>

#include "absl/time/clock.h"
#include "core/base/hex.h"
#include "core/base/str_cat.h"
#include "ingest/postgres/postgres_store.h"
#include "ingest/sqlite/sqlite_store.h"

namespace presshawk {
namespace {

struct Options {
  std::string store = "sqlite";
  std::string path;
  int seconds = 20;
  int accepts = 5000;     // A second.
  int deliveries = 2000;  // A second.
  int commits = 10;       // A second: a batch has accepts / commits alerts.
  int prefill = 0;        // Alerts that are there before.
  int waiting = 0;        // Only measures a start with so many waiting.
  int subscriptions = 1;
  int checkpoint_mb = 64;  // SQLite: how long its log gets before it is copied.
};

[[noreturn]] void Fail(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::_Exit(1);
}

void Check(const absl::Status& status) {
  if (!status.ok()) {
    Fail(status);
  }
}

std::unique_ptr<LedgerStore> Open(const Options& options) {
  auto store =
      options.store == "postgres"
          ? OpenPostgresStore({.url = options.path}, absl::Now())
          : OpenSqliteStore(
                {.path = options.path,
                 .reserve = 0,
                 .checkpoint_bytes =
                     static_cast<uint64_t>(options.checkpoint_mb) << 20U},
                absl::Now());
  Check(store.status());
  return *std::move(store);
}

double CpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// What this process has sent to the disk.
double WrittenBytes() {
  std::ifstream file("/proc/self/io");
  std::string name;
  double value = 0;
  while (file >> name >> value) {
    if (name == "write_bytes:") {
      return value;
    }
  }
  return 0;
}

// Alerts of 1.5 kB, each told to one subscription through one receiver.
class Load {
 public:
  explicit Load(int subscriptions)
      : next_(static_cast<size_t>(subscriptions), 0) {
    while (text_.size() < 1300) {
      text_ += HexOf(Bytes(7)) + " ";
    }
  }

  LedgerBatch Batch(const Lease& lease, int alerts) {
    LedgerBatch batch{.lease = lease};
    const absl::Time now = absl::Now();
    for (int i = 0; i < alerts; ++i) {
      const size_t place = count_ % next_.size();
      const std::string subscription =
          StrCat("subscription-", tag_, "-", place);
      const uint64_t sequence = ++next_[place];
      AlertRecord alert{.id = HexOf(Bytes(16)),
                        .watchlist = StrCat("watchlist-", count_ % 500),
                        .article = "https://site.example/" + HexOf(Bytes(8)),
                        .site = "site.example",
                        .story = HexOf(Bytes(16)),
                        .detected_at = now,
                        .accepted_at = now};
      alert.json = StrCat("{\"id\":\"", alert.id, "\",\"article\":\"",
                          alert.article, "\",\"text\":\"", text_, "\"}");
      batch.entries.push_back({.subscription = subscription,
                               .alert = alert.id,
                               .watchlist = alert.watchlist,
                               .story = alert.story,
                               .state = EntryState::kTold,
                               .sequence = sequence,
                               .accepted_at = now});
      batch.events.push_back(
          {.subscription = subscription,
           .sequence = sequence,
           .type = "presshawk.alert.v1",
           .key = alert.id,
           .at = now,
           .alert = alert.id,
           .body = {.head = "{\"type\":\"presshawk.alert.v1\",\"timestamp\":"
                            "\"2026-01-02T03:04:05.678Z\",\"data\":{"
                            "\"delivery\":\"",
                    .middle = StrCat("\",\"subscription\":\"", subscription,
                                     "\",\"sequence\":", sequence,
                                     ",\"ledger\":\"00c0ffee\",\"replay\":"
                                     "false,\"alert\":"),
                    .tail = "}}"}});
      batch.deliveries.push_back({.id = HexOf(Bytes(16)),
                                  .subscription = subscription,
                                  .sequence = sequence,
                                  .receiver = "crm",
                                  .type = "presshawk.alert.v1",
                                  .created_at = now,
                                  .due = now});
      batch.alerts.push_back(std::move(alert));
      ++count_;
    }
    batch.positions = {{.topic = "alerts",
                        .partition = 0,
                        .next = static_cast<int64_t>(count_)}};
    return batch;
  }

 private:
  std::string Bytes(size_t count) {
    std::string bytes;
    while (bytes.size() < count) {
      bytes += static_cast<char>(random_());
    }
    return bytes;
  }

  std::mt19937_64 random_{
      absl::GetCurrentTimeNanos() > 0
          ? static_cast<uint64_t>(absl::GetCurrentTimeNanos())
          : 1};
  std::string text_;
  const std::string tag_ = HexOf(Bytes(3));  // Other feeds than before.
  uint64_t count_ = 0;
  std::vector<uint64_t> next_;  // By subscription: the last sequence.
};

class Latencies {
 public:
  void Add(absl::Duration took) {
    milliseconds_.push_back(absl::ToDoubleMilliseconds(took));
  }
  std::string Text() {
    std::sort(milliseconds_.begin(), milliseconds_.end());
    if (milliseconds_.empty()) {
      return "none";
    }
    char text[100];
    std::snprintf(text, sizeof(text), "p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                  milliseconds_[milliseconds_.size() / 2],
                  milliseconds_[milliseconds_.size() * 99 / 100],
                  milliseconds_.back());
    return text;
  }

 private:
  std::vector<double> milliseconds_;
};

// Calls `work` so often a second until the end. One that is late is followed at
// once by the next.
template <typename Work>
void Paced(int per_second, absl::Time start, absl::Time end, Work work) {
  for (int64_t turn = 0; absl::Now() < end; ++turn) {
    const absl::Time due =
        start + absl::Seconds(static_cast<double>(turn) / per_second);
    if (due >= end) {
      return;
    }
    absl::SleepFor(due - absl::Now());
    work();
  }
}

SenderStep Finished(const std::vector<ClaimedDelivery>& claimed) {
  SenderStep step{.instance = "bench"};
  for (const ClaimedDelivery& delivery : claimed) {
    DeliveryRecord row = delivery.record;
    row.state = DeliveryState::kDelivered;
    row.attempts = 1;
    row.last_at = absl::Now();
    step.finished.emplace_back(
        row, AttemptRecord{.delivery = row.id,
                           .number = 1,
                           .at = row.last_at,
                           .outcome = AttemptOutcome::kDelivered,
                           .status = 200,
                           .took = absl::Milliseconds(5),
                           .peer = "192.0.2.1:443",
                           .bytes = delivery.body.size(),
                           .sha256 = std::string(64, 'a'),
                           .answer = "ok"});
  }
  return step;
}

void Prefill(LedgerStore* store, const Lease& lease, int alerts, Load* load) {
  constexpr int kBatch = 1000;
  for (int done = 0; done < alerts; done += kBatch) {
    Check(store->Commit(load->Batch(lease, std::min(kBatch, alerts - done)),
                        absl::Now()));
  }
}

void RunThroughput(const Options& options) {
  auto store = Open(options);
  const auto lease = store->AcquireLease("bench", absl::Now());
  Check(lease.status());
  Load load(options.subscriptions);
  Prefill(store.get(), *lease, options.prefill, &load);
  const uint64_t bytes_before = store->Counts()->bytes;
  const double cpu_before = CpuSeconds();
  const double written_before = WrittenBytes();
  const absl::Time start = absl::Now();
  const absl::Time end = start + absl::Seconds(options.seconds);
  int64_t accepted = 0;
  int64_t delivered = 0;
  uint64_t longest_log = 0;
  Latencies commits;
  Latencies steps;
  std::thread sender([&] {
    const auto wanted =
        static_cast<uint32_t>(options.deliveries / options.commits);
    std::vector<ClaimedDelivery> claimed;
    Paced(options.commits, start, end, [&] {
      SenderStep step = Finished(claimed);
      step.wanted = {{"crm", wanted}};
      const absl::Time before = absl::Now();
      auto result = store->Step(step, before);
      Check(result.status());
      steps.Add(absl::Now() - before);
      delivered += static_cast<int64_t>(claimed.size());
      claimed = std::move(result->claimed);
    });
  });
  double generating = 0;
  Paced(options.commits, start, end, [&] {
    const double generated = CpuSeconds();
    const LedgerBatch batch =
        load.Batch(*lease, options.accepts / options.commits);
    generating += CpuSeconds() - generated;
    const absl::Time before = absl::Now();
    Check(store->Commit(batch, before));
    commits.Add(absl::Now() - before);
    accepted += static_cast<int64_t>(batch.alerts.size());
    std::ifstream log(options.path + "-wal", std::ios::ate);
    longest_log = std::max(
        longest_log,
        log ? static_cast<uint64_t>(static_cast<int64_t>(log.tellg())) : 0);
  });
  sender.join();
  const double took = absl::ToDoubleSeconds(absl::Now() - start);
  const double cpu = CpuSeconds() - cpu_before - generating;
  const uint64_t grown = store->Counts()->bytes - bytes_before;
  std::printf(
      "accepted    %8.0f a second, in commits of %d: %s\n"
      "delivered   %8.0f a second, in steps of %d: %s\n"
      "cpu         %8.2f of a core in this process, without making alerts\n"
      "disk        %8.2f kB an alert, its log included\n"
      "written     %8.1f MB a second to the disk by this process\n"
      "log         %8.1f MB at most\n",
      static_cast<double>(accepted) / took, options.accepts / options.commits,
      commits.Text().c_str(), static_cast<double>(delivered) / took,
      options.deliveries / options.commits, steps.Text().c_str(), cpu / took,
      static_cast<double>(grown) / 1e3 / static_cast<double>(accepted),
      (WrittenBytes() - written_before) / 1e6 / took,
      static_cast<double>(longest_log) / 1e6);
}

uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t size = 0;
  uint64_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// Another process fills the ledger, claims some, and is killed.
void FillAndDie(const Options& options) {
  auto store = Open(options);
  const auto lease = store->AcquireLease("bench", absl::Now());
  Check(lease.status());
  Load load(options.subscriptions);
  Prefill(store.get(), *lease, options.waiting, &load);
  Check(
      store->Step({.instance = "bench", .wanted = {{"crm", 500}}}, absl::Now())
          .status());
  kill(getpid(), SIGKILL);
}

void RunStart(const Options& options) {
  const pid_t child = fork();
  if (child == 0) {
    FillAndDie(options);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFSIGNALED(status)) {
    std::exit(1);  // NOLINT(concurrency-mt-unsafe)
  }
  const absl::Time start = absl::Now();
  const auto since = [&](const char* what) {
    std::printf("%-28s after %7.3f s, %6.1f MB resident\n", what,
                absl::ToDoubleSeconds(absl::Now() - start),
                static_cast<double>(ResidentBytes()) / 1e6);
  };
  auto store = Open(options);
  since("opened");
  Check(store->AcquireLease("bench", absl::Now()).status());
  since("lease");
  Check(store->TakeOrphans("bench", absl::Now(), 1000).status());
  since("orphans");
  Check(
      store->Step({.instance = "bench", .wanted = {{"crm", 100}}}, absl::Now())
          .status());
  since("first step: sending");
  Check(store->Waiting().status());
  since("waiting was counted");
  std::printf("%s\n", StrCat("disk ", store->Counts()->bytes / 1'000'000,
                             " MB for ", options.waiting, " alerts")
                          .c_str());
}

Options Parse(int argc, char** argv) {
  Options options;
  std::map<std::string, int*> numbers = {
      {"--seconds", &options.seconds},
      {"--accepts", &options.accepts},
      {"--deliveries", &options.deliveries},
      {"--commits", &options.commits},
      {"--prefill", &options.prefill},
      {"--waiting", &options.waiting},
      {"--subscriptions", &options.subscriptions},
      {"--checkpoint-mb", &options.checkpoint_mb}};
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--store") {
      options.store = argv[i + 1];
    } else if (name == "--path") {
      options.path = argv[i + 1];
    } else if (numbers.contains(name)) {
      *numbers[name] = std::atoi(argv[i + 1]);
    } else {
      Fail(absl::InvalidArgumentError(name + ": no such option"));
    }
  }
  if (options.path.empty()) {
    Fail(absl::InvalidArgumentError("--path says where the ledger is made"));
  }
  return options;
}

}  // namespace
}  // namespace presshawk

int main(int argc, char** argv) {
  const presshawk::Options options = presshawk::Parse(argc, argv);
  if (options.waiting > 0) {
    presshawk::RunStart(options);
  } else {
    presshawk::RunThroughput(options);
  }
  return 0;
}
