// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/list_keeper.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/app/logging.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Articles are scanned twice while there is a delta.
constexpr absl::Duration kMergeIdle = absl::Seconds(5);
constexpr absl::Duration kRetryInterval = absl::Seconds(10);
constexpr size_t kDiagnosticsLoggedMax = 50;

constexpr char kNoneActive[] =
    "watch-lists: none is active: no article is fetched until one is, or "
    "watchlists: {allow_empty: true} is set";

void LogKept(const absl::Status& kept) {
  if (!kept.ok()) {
    spdlog::error(
        "watch-lists: what a restart needs cannot be kept (cache: path:), "
        "all else goes on: {}",
        std::string(kept.message()));
  }
}

void LogDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  size_t logged = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (++logged > kDiagnosticsLoggedMax) {
      spdlog::warn("watch-list: {} more messages: GET /api/v1/watchlists",
                   diagnostics.size() - kDiagnosticsLoggedMax);
      return;
    }
    if (diagnostic.severity == Diagnostic::Severity::kError) {
      spdlog::error("watch-list: {}", FormatText(diagnostic));
    } else {
      LogHint(StrCat("watch-list: ", FormatText(diagnostic)));
    }
  }
}

}  // namespace

ListKeeper::ListKeeper(Options options, Parts parts)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      lists_(std::make_unique<LiveLists>(options_.lists)) {
  MutexLock lock(&mutex_);
  state_.waiting_for = "watch-lists: not loaded yet";
}

ListKeeper::~ListKeeper() {
  Stop();
  parts_.feeds.clear();  // They wake.
}

absl::Status ListKeeper::Start() {
  for (const std::unique_ptr<ListFeed>& feed : parts_.feeds) {
    if (absl::Status status =
            feed->Start(lists_.get(), [this] { wake_.Wake(); });
        !status.ok()) {
      parts_.on_reload(false, absl::ZeroDuration());
      load_problem_ = std::string(status.message());
      spdlog::error("watch-lists: {}", load_problem_);
    }
  }
  if (std::string waiting = FeedsWaitFor(); !waiting.empty()) {
    SetWaitingFor(std::move(waiting));
  } else if (absl::Status status = Apply(absl::OkStatus(), absl::Now());
             !status.ok()) {
    RequestStop();  // Nobody else will answer a reload that waits.
    return status;
  }
  ++working_;
  thread_ = std::thread([this] {
    Run();
    --working_;
  });
  return absl::OkStatus();
}

void ListKeeper::RequestStop() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  answered_.notify_all();
  wake_.Wake();
  MutexLock lock(&publish_mutex_);
  publishes_ = false;
}

void ListKeeper::Stop() {
  RequestStop();
  if (thread_.joinable()) {
    thread_.join();
  }
  if (merge_thread_.joinable()) {
    merge_thread_.join();
  }
}

void ListKeeper::RequestReload() {
  MutexLock lock(&mutex_);
  ++asked_;
  wake_.Wake();
}

absl::Status ListKeeper::Reload() {
  MutexLock lock(&mutex_);
  const uint64_t number = ++asked_;
  wake_.Wake();
  while (!stop_ && answered_up_to_ < number) {
    lock.Wait(&answered_);
  }
  if (answered_up_to_ < number) {
    return absl::CancelledError("reload: the service is stopping");
  }
  return answer_;
}

void ListKeeper::Answer(uint64_t up_to, const absl::Status& status) {
  {
    MutexLock lock(&mutex_);
    answered_up_to_ = up_to;
    answer_ = status;
  }
  answered_.notify_all();
}

ListKeeper::State ListKeeper::state() const {
  State state;
  {
    MutexLock lock(&mutex_);
    state = state_;
  }
  return state;
}

void ListKeeper::SetWaitingFor(std::string reason) {
  MutexLock lock(&mutex_);
  state_.waiting_for = std::move(reason);
}

std::string ListKeeper::FeedsWaitFor() const {
  for (const std::unique_ptr<ListFeed>& feed : parts_.feeds) {
    if (std::string waiting = feed->waiting_for(); !waiting.empty()) {
      return waiting;
    }
  }
  return "";
}

bool ListKeeper::FeedsAreDue(absl::Time now) const {
  return std::any_of(parts_.feeds.begin(), parts_.feeds.end(),
                     [now](const auto& feed) { return now >= feed->due(); });
}

void ListKeeper::Run() {
  on_thread_ = true;
  while (true) {
    WaitForWork();
    uint64_t asked = 0;
    bool reload = false;
    {
      MutexLock lock(&mutex_);
      if (stop_) {
        return;
      }
      asked = asked_;
      reload = answered_up_to_ < asked;
    }
    const absl::Time now = absl::Now();
    for (const std::unique_ptr<ListFeed>& feed : parts_.feeds) {
      feed->Look(lists_.get(), now);
    }
    FinishMerge();
    if (std::string waiting = FeedsWaitFor(); !waiting.empty()) {
      if (reload) {
        Answer(asked, absl::UnavailableError(waiting));
      }
      SetWaitingFor(std::move(waiting));
      continue;
    }
    if (reload || now >= apply_due_ || FeedsAreDue(now)) {
      const absl::Status status = Update(reload);
      if (reload) {
        Answer(asked, status);
      }
    }
    if (now >= merge_due_) {
      StartMerge();
    }
  }
}

absl::Time ListKeeper::FirstDue() const {
  const bool waits = !FeedsWaitFor().empty();
  absl::Time first =
      waits ? absl::InfiniteFuture() : std::min(apply_due_, merge_due_);
  for (const std::unique_ptr<ListFeed>& feed : parts_.feeds) {
    first = std::min(first, feed->next_look());
    if (!waits) {
      first = std::min(first, feed->due());
    }
  }
  return first;
}

void ListKeeper::WaitForWork() {
  std::vector<pollfd> fds = {
      pollfd{.fd = wake_.fd(), .events = POLLIN, .revents = 0}};
  for (const std::unique_ptr<ListFeed>& feed : parts_.feeds) {
    // poll() skips negative ones.
    fds.push_back({.fd = feed->fd(), .events = POLLIN, .revents = 0});
  }
  const absl::Duration wait = std::clamp(
      FirstDue() - absl::Now(), absl::ZeroDuration(), absl::Minutes(1));
  poll(fds.data(), fds.size(),
       static_cast<int>(
           absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1)))));
  wake_.Clear();
}

absl::Status ListKeeper::Update(bool reload) {
  const absl::Time begin = absl::Now();
  absl::Status status;
  for (const std::unique_ptr<ListFeed>& feed : parts_.feeds) {
    absl::Status loaded = feed->Load(lists_.get(), begin, reload);
    status.Update(loaded);
  }
  // What is tried again and again is told once.
  if (const std::string why(status.message());
      !status.ok() && (reload || why != load_problem_)) {
    LogEach(spdlog::level::err, "reload: ", why);
  }
  load_problem_ = std::string(status.message());
  // Also where a feed failed: the others may have news.
  return Apply(std::move(status), begin);
}

absl::Status ListKeeper::Apply(absl::Status loaded, absl::Time begin) {
  apply_due_ = absl::InfiniteFuture();
  absl::StatusOr<LiveLists::Update> update = lists_->Apply();
  absl::Status status = update.ok() ? std::move(loaded) : update.status();
  if (!update.ok()) {
    LogEach(spdlog::level::err,
            "reload: the lists stay as they are: ", update.status());
    apply_due_ = absl::Now() + kRetryInterval;
  }
  parts_.on_reload(status.ok(), absl::Now() - begin);
  {
    MutexLock lock(&mutex_);
    state_.problem = std::string(status.message());
  }
  if (update.ok()) {
    status.Update(Publish(*update, begin));
    LogKept(update->kept);
    ScheduleMerge(*update);
    if (update->again) {
      apply_due_ = absl::Now();
    }
  }
  return status;
}

absl::Status ListKeeper::Publish(const LiveLists::Update& update,
                                 absl::Time begin) {
  MutexLock publish_lock(&publish_mutex_);
  if (!publishes_) {
    return absl::CancelledError("reload: the service is stopping");
  }
  LogDiagnostics(update.diagnostics);
  if (update.generation != nullptr) {
    generation_id_ = std::string(update.generation->id());
  }
  parts_.on_update(update, generation_id_);
  absl::Status status;
  if (update.generation != nullptr) {
    status = Swap(update.generation, update.active + update.stale);
    spdlog::info("generation {}: {} lists active, {} stale, {} rejected; {} ms",
                 generation_id_, update.active, update.stale, update.rejected,
                 absl::ToInt64Milliseconds(absl::Now() - begin));
    MutexLock lock(&mutex_);
    state_.last_change = absl::Now();
    state_.last_took = state_.last_change - begin;
  }
  parts_.on_published(update);
  return status;
}

absl::Status ListKeeper::Swap(
    const std::shared_ptr<const Generation>& generation, size_t lists) {
  const bool can_work = lists > 0 || options_.allow_empty;
  if (can_work) {
    parts_.generations->Set(generation);
  }
  absl::Status status = parts_.on_generation(can_work);
  if (!status.ok() && on_thread_) {
    parts_.on_failure(status);
  }
  SetWaitingFor(can_work ? std::string(status.message()) : kNoneActive);
  return status;
}

void ListKeeper::ScheduleMerge(const LiveLists::Update& update) {
  merge_due_ = update.merge_due         ? absl::Now()
               : update.delta_lists > 0 ? absl::Now() + kMergeIdle
                                        : absl::InfiniteFuture();
}

void ListKeeper::StartMerge() {
  merge_due_ = absl::InfiniteFuture();
  if (merge_ != nullptr) {
    return;  // Its end schedules the next.
  }
  merge_ = lists_->StartMerge();
  if (merge_ == nullptr) {
    return;
  }
  merge_ended_ = false;
  ++working_;
  merge_thread_ = std::thread([this] {
    merge_->Run();
    merge_ended_ = true;
    wake_.Wake();
    --working_;
  });
  MutexLock lock(&mutex_);
  state_.merging = true;
}

void ListKeeper::FinishMerge() {
  if (merge_ == nullptr || !merge_ended_) {
    return;
  }
  merge_thread_.join();
  const absl::StatusOr<LiveLists::Update> update =
      lists_->FinishMerge(std::move(merge_));
  merge_ = nullptr;
  {
    MutexLock lock(&mutex_);
    state_.merging = false;
  }
  if (!update.ok()) {
    spdlog::warn("watch-lists: merging failed, the delta stays: {}",
                 std::string(update.status().message()));
    return;
  }
  LogKept(update->kept);
  // The same lists, faster: no new generation to whoever looks.
  if (update->generation != nullptr &&
      (update->active + update->stale > 0 || options_.allow_empty)) {
    parts_.generations->Set(update->generation);
  }
  ScheduleMerge(*update);
}

}  // namespace presshawk
