// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/delivery_role.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/app/logging.h"
#include "cmd/delivery/ledger_opening.h"
#include "cmd/delivery/topic_intake.h"
#include "core/base/deadline.h"
#include "core/base/interval.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr absl::Duration kRetryOpen = absl::Seconds(1);
constexpr absl::Duration kCare = absl::Minutes(1);
constexpr absl::Duration kReread = absl::Seconds(5);
constexpr absl::Duration kCount = absl::Seconds(2);
constexpr absl::Duration kIdleLook = absl::Milliseconds(20);
constexpr absl::Duration kUses = absl::Minutes(1);
constexpr uint32_t kCareRows = 5'000;

}  // namespace

std::string DeliveryInstance(const std::string& host, uint16_t port) {
  std::array<char, 256> name = {};
  gethostname(name.data(), name.size() - 1);
  // With a free port the process is all that tells it from others.
  return port != 0 ? StrCat(name.data(), "/", host, ":", port)
                   : StrCat(name.data(), "/", getpid());
}

DeliveryRole::DeliveryRole(Parts parts)
    : parts_(std::move(parts)),
      receivers_(parts_.options->receivers),
      routes_([this] { return api_.load(); }, parts_.options->http.public_url) {
  const DeliveryOptions& options = *parts_.options->delivery;
  if (options.from_topic.empty()) {
    direct_ = std::make_unique<DirectIntake>();
  } else {
    topic_ = std::make_unique<TopicIntake>(
        TopicIntake::Options{.topic = {.client = *parts_.client,
                                       .topic = options.from_topic,
                                       .group = options.from_group},
                             .rebuild = parts_.rebuild,
                             .rebuild_from = parts_.rebuild_from},
        parts_.events);
  }
}

DeliveryRole::~DeliveryRole() { Stop(absl::Now()); }

absl::Status DeliveryRole::Start() {
  couriers_ = std::make_unique<Couriers>();
  if (absl::Status status =
          couriers_->Open(*parts_.options, *parts_.client, parts_.events);
      !status.ok()) {
    return status;
  }
  metrics_ = std::make_unique<DeliveryMetrics>(MetricParts(), parts_.metrics);
  if (absl::Status status = Open(); !status.ok()) {
    if (!absl::IsUnavailable(status)) {
      return status;
    }
    SetProblem(status);
  }
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

// Opens the ledger and starts what works on it.
absl::Status DeliveryRole::Open() {
  // What a try before has left: it asks a store that goes now.
  components_ = std::make_unique<ComponentList>();
  auto store = OpenLedger(*parts_.options->store, absl::Now());
  if (!store.ok()) {
    return store.status();
  }
  store_ = *std::move(store);
  const DeliveryOptions& options = *parts_.options->delivery;
  subscriptions_ = components_->Add(
      std::make_unique<LiveSubscriptions>(LiveSubscriptions::Parts{
          .options = &options,
          .client = parts_.client,
          .events = parts_.events,
          .silences = [this] { return store_->Silences(); }}));
  sending_ = components_->Add(std::make_unique<Sending>(Sending::Parts{
      .store = store_.get(),
      .receivers = &receivers_,
      .couriers = couriers_->by_kind(),
      .instance = parts_.instance,
      .operator_receiver = options.operator_receiver,
      .messages = {.subscriptions =
                       [this] { return subscriptions_->Current(); },
                   .zone = options.zone,
                   .public_url = parts_.options->http.public_url},
      .on_attempt = [this](ReceiverKind kind, AttemptOutcome outcome,
                           std::optional<absl::Duration> delay) {
        metrics_->OnAttempt(kind, outcome, delay);
      }}));
  accepting_ = components_->Add(std::make_unique<Accepting>(Accepting::Parts{
      .store = store_.get(),
      .intake = intake(),
      .subscriptions = subscriptions_,
      .receivers = &receivers_,
      .instance = parts_.instance,
      .operator_receiver = options.operator_receiver,
      .keep_all = parts_.options->store->keeps_all_alerts,
      .rebuilt = parts_.rebuild,
      .retention = options.retention,
      .on_accepted =
          [this] {
            sending_->Wake();
            routes_.OnAccepted();
          },
      .on_commit = [this](absl::Duration took) { metrics_->OnCommit(took); }}));
  if (absl::Status status = components_->Start(); !status.ok()) {
    return status;
  }
  owned_api_ = std::make_unique<DeliveryApi>(DeliveryApi::Parts{
      .store = store_.get(),
      .subscriptions = subscriptions_,
      .receivers = [this] { return receivers_.Current(); },
      .wake_senders = [this] { sending_->Wake(); },
      .acknowledge_loss = [this] { return accepting_->AcknowledgeLoss(); },
      .now = absl::Now});
  api_ = owned_api_.get();
  ReadTokens(absl::Now());
  is_open_ = true;
  spdlog::info("ledger {} is open, epoch {}", store_->name(), store_->epoch());
  return absl::OkStatus();
}

DeliveryMetrics::Parts DeliveryRole::MetricParts() {
  return {.accepted =
              [this] {
                return is_open_ ? accepting_->counts() : Accepting::Counts();
              },
          .waiting =
              [this] {
                MutexLock lock(&mutex_);
                return waiting_;
              },
          .ledger = [this]() -> std::optional<LedgerCounts> {
            if (!is_open_) {
              return std::nullopt;
            }
            auto counts = store_->Counts();
            return counts.ok() ? std::optional(*std::move(counts))
                               : std::nullopt;
          },
          .circuits =
              [this] {
                return is_open_ ? sending_->circuits()
                                : std::vector<ReceiverRecord>();
              },
          .receivers = [this] { return receivers_.Current(); },
          .subscriptions =
              [this] {
                return is_open_ ? subscriptions_->counts()
                                : LiveSubscriptions::Counts();
              },
          .lost = [this] { return topic_ != nullptr ? topic_->lost() : 0; }};
}

// Opens the ledger where that was not possible before; then takes care of it.
void DeliveryRole::Run() {
  absl::Time next_care = absl::Now() + kCare;
  absl::Time next_reread = absl::Now() + kReread;
  absl::Time next_count = absl::InfinitePast();
  while (SleepUnlessStopping(kRetryOpen)) {
    if (!is_open_) {
      const absl::Status status = Open();
      SetProblem(status);
      if (!status.ok()) {
        continue;
      }
    }
    const absl::Time now = absl::Now();
    ReadTokens(now);
    if (IsDue(now, kReread, &next_reread)) {
      if (receivers_.Reread()) {
        sending_->ReceiversChanged();
      }
    }
    if (now >= next_count) {
      next_count = CountWaiting(now);
    }
    if (IsDue(now, kCare, &next_care)) {
      Care(now);
    }
  }
}

void DeliveryRole::ReadTokens(absl::Time now) {
  const auto records = store_->Tokens();
  if (!records.ok()) {
    return;  // Those that are known hold as long as the ledger is away.
  }
  std::vector<AccessTokens::Token> tokens;
  for (const TokenRecord& record : *records) {
    tokens.push_back({.id = record.id,
                      .hash = record.hash,
                      .scope = record.scope,
                      .expires_at = record.expires_at});
  }
  parts_.tokens->Replace(std::move(tokens));
  if (now < next_uses_) {
    return;
  }
  next_uses_ = now + kUses;
  for (const auto& [id, used_at] : parts_.tokens->TakeUses()) {
    store_->UseToken(id, used_at).IgnoreError();
  }
}

// What waits, for scrapes. It is counted row by row, which takes seconds where a
// million deliveries wait: not at each scrape, and not for most of the time.
// Returns when it is to be counted again.
absl::Time DeliveryRole::CountWaiting(absl::Time now) {
  absl::StatusOr<std::vector<WaitingCount>> waiting = store_->Waiting();
  const absl::Duration took = absl::Now() - now;
  if (waiting.ok()) {
    MutexLock lock(&mutex_);
    waiting_ = *std::move(waiting);
  }
  return now + std::max(kCount, 20 * took);
}

// Removes what is old, in small steps, so that nobody waits for long.
void DeliveryRole::Care(absl::Time now) {
  const absl::Time before = now - parts_.options->delivery->retention;
  while (true) {
    const absl::StatusOr<uint64_t> removed = store_->Retain(before, kCareRows);
    if (!removed.ok() || *removed == 0 ||
        !SleepUnlessStopping(absl::Milliseconds(50))) {
      return;
    }
  }
}

bool DeliveryRole::SleepUnlessStopping(absl::Duration duration) {
  const Deadline until = Deadline::After(duration);
  MutexLock lock(&mutex_);
  while (!stop_ && lock.WaitUntil(&changed_, until)) {
  }
  return !stop_;
}

void DeliveryRole::Stop(absl::Time deadline) {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
  if (is_open_.exchange(false)) {
    SayWhatWaits();
    components_->Stop(deadline);
  }
  couriers_.reset();
}

// A stop is no reason to believe that everything was told.
void DeliveryRole::SayWhatWaits() const {
  const absl::StatusOr<std::vector<WaitingCount>> waiting = store_->Waiting();
  uint64_t count = 0;
  if (waiting.ok()) {
    for (const WaitingCount& one : *waiting) {
      count += one.count;
    }
  }
  if (count > 0) {
    spdlog::info("{} deliveries wait in the ledger for the next start", count);
  }
}

void DeliveryRole::AppendProblems(std::vector<std::string>* problems) const {
  if (is_open_) {
    // One cause may stop both accepting and sending: it is said once.
    std::vector<std::string> found = components_->Problems();
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    problems->insert(problems->end(), found.begin(), found.end());
    return;
  }
  MutexLock lock(&mutex_);
  problems->push_back(problem_.empty() ? "the ledger is not open yet"
                                       : problem_);
}

void DeliveryRole::SetProblem(const absl::Status& status) {
  const std::string problem(status.message());
  MutexLock lock(&mutex_);
  if (!problem.empty() && problem != problem_) {
    LogEach(spdlog::level::err, "", problem);
  }
  problem_ = problem;
}

void DeliveryRole::WaitUntilIdle(absl::Time deadline) const {
  if (direct_ != nullptr) {
    direct_->Flush(deadline);
  }
  // Looking is cheap beside what it waits for, and no answer may come at all.
  while (is_open_ && absl::Now() < deadline && !sending_->IsIdle()) {
    absl::SleepFor(kIdleLook);
  }
}

absl::Status DeliveryRole::Reload() {
  if (!is_open_) {
    return absl::UnavailableError("the ledger is not open yet");
  }
  if (receivers_.Reread()) {
    sending_->ReceiversChanged();
  }
  return subscriptions_->Reload();
}

}  // namespace presshawk
