#include "cmd/service/list_keeper.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include <spdlog/spdlog.h>
#include <sys/eventfd.h>

#include "absl/time/clock.h"
#include "cmd/service/logging.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// What comes within this time is compiled together.
constexpr absl::Duration kSettle = absl::Milliseconds(20);
// Changes without an event of their own: looked at until two looks agree.
constexpr absl::Duration kRescanSettle = absl::Milliseconds(200);
constexpr absl::Duration kRescanInterval = absl::Seconds(5);
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
      wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      lists_(LiveLists::Create(options_.lists)) {
  MutexLock lock(&mutex_);
  state_.waiting_for = "watch-lists: not loaded yet";
  state_.last_change = absl::InfinitePast();
}

ListKeeper::~ListKeeper() {
  Stop();
  reader_.reset();  // It wakes.
  close(wake_fd_);
}

absl::Status ListKeeper::Start() {
  if (!options_.files.empty()) {
    // Before the first reading: what changes from then on is seen.
    watch_ = std::make_unique<FileWatch>(options_.files);
    due_.rescan = absl::Now() + kRescanInterval;
    if (absl::Status status = lists_->ReadFiles(options_.files); !status.ok()) {
      parts_.metrics->ObserveReload(false, absl::ZeroDuration());
      spdlog::error("watch-lists: {}", std::string(status.message()));
    }
  }
  if (options_.topic.has_value()) {
    SetWaitingFor(StrCat("watch-lists: topic ", options_.topic->topic,
                         " has not been read to its end yet"));
    reader_ = WatchlistTopicReader::Start(*options_.topic, parts_.events,
                                          [this] { Wake(); });
  } else if (absl::Status status = Update(/*read_files=*/false); !status.ok()) {
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
  Wake();
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

void ListKeeper::Wake() const {
  const uint64_t one = 1;
  // Full: it is awake.
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
}

void ListKeeper::RequestReload() {
  MutexLock lock(&mutex_);
  ++asked_;
  Wake();
}

absl::Status ListKeeper::Reload() {
  MutexLock lock(&mutex_);
  const uint64_t number = ++asked_;
  Wake();
  while (!stop_ && answered_up_to_ < number) {
    lock.Wait(&answered_);
  }
  if (answered_up_to_ < number) {
    return absl::UnavailableError("reload: the service is stopping");
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

absl::Time ListKeeper::Due::First() const {
  return std::min({files, topic, rescan, retry, merge});
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
    LookAtFiles(now);
    TakeTopic(now);
    FinishMerge();
    if (reader_ != nullptr && !topic_complete_) {
      if (reload) {
        Answer(asked, absl::UnavailableError(state().waiting_for));
      }
      continue;
    }
    const bool read_files = reload || now >= due_.files;
    if (read_files || now >= due_.topic || now >= due_.retry) {
      const absl::Status status = Update(read_files);
      if (reload) {
        Answer(asked, status);
      }
    }
    if (now >= due_.merge) {
      StartMerge();
    }
  }
}

void ListKeeper::WaitForWork() {
  std::array<pollfd, 2> fds = {
      pollfd{.fd = wake_fd_, .events = POLLIN, .revents = 0},
      // Negative ones are left out.
      pollfd{.fd = watch_ == nullptr ? -1 : watch_->fd(),
             .events = POLLIN,
             .revents = 0}};
  // Until the topic is complete nothing else can be done, and it wakes us.
  const bool can_update = reader_ == nullptr || topic_complete_;
  const absl::Time first = can_update ? due_.First() : due_.rescan;
  const absl::Duration wait =
      std::clamp(first - absl::Now(), absl::ZeroDuration(), absl::Minutes(1));
  poll(fds.data(), fds.size(),
       static_cast<int>(
           absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1)))));
  uint64_t ignored = 0;
  [[maybe_unused]] const ssize_t got =
      read(wake_fd_, &ignored, sizeof(ignored));
}

void ListKeeper::LookAtFiles(absl::Time now) {
  if (watch_ == nullptr) {
    return;
  }
  switch (watch_->Poll()) {
    case FileWatch::News::kChanged:
      due_.files = std::min(due_.files, now + kSettle);
      break;
    case FileWatch::News::kMaybe:
      due_.rescan = std::min(due_.rescan, now + kRescanSettle);
      break;
    case FileWatch::News::kNone:
      break;
  }
  if (now >= due_.rescan) {
    if (watch_->Rescan()) {
      files_changing_ = true;
    } else if (std::exchange(files_changing_, false)) {
      due_.files = now;
    }
    due_.rescan = now + (files_changing_ ? kRescanSettle : kRescanInterval);
  }
}

void ListKeeper::TakeTopic(absl::Time now) {
  if (reader_ == nullptr) {
    return;
  }
  const WatchlistTopicReader::Batch batch = reader_->Take();
  for (const WatchlistChange& change : batch.changes) {
    lists_->SetRecord(change.id, change.definition,
                      StrCat(options_.topic->topic, "[", change.partition, "]@",
                             change.offset));
  }
  if (!batch.changes.empty()) {
    due_.topic = std::min(due_.topic, now + kSettle);
  }
  if (batch.complete && !topic_complete_) {
    topic_complete_ = true;
    due_.topic = now;
  }
  const WatchlistTopicReader::Status status = reader_->status();
  parts_.metrics->SetWatchListRecordsRejected(status.rejected);
  MutexLock lock(&mutex_);
  state_.topic = status;
  if (!topic_complete_) {
    state_.waiting_for = StrCat("watch-lists: topic ", options_.topic->topic,
                                " has not been read to its end yet: ",
                                status.problem.empty()
                                    ? StrCat(status.records, " records so far")
                                    : status.problem);
  }
}

absl::Status ListKeeper::Update(bool read_files) {
  const absl::Time begin = absl::Now();
  due_.topic = due_.retry = absl::InfiniteFuture();
  absl::Status files_status;
  if (read_files && watch_ != nullptr) {
    due_.files = absl::InfiniteFuture();
    files_status = lists_->ReadFiles(options_.files);
    if (!files_status.ok()) {
      LogEach(spdlog::level::err, "reload: ", files_status);
    }
  }
  // Also where the files failed: the topic may have news.
  absl::StatusOr<LiveLists::Update> update = lists_->Apply();
  absl::Status status = update.ok() ? files_status : update.status();
  if (!update.ok()) {
    LogEach(spdlog::level::err,
            "reload: the lists stay as they are: ", update.status());
    due_.retry = absl::Now() + kRetryInterval;
  }
  parts_.metrics->ObserveReload(status.ok(), absl::Now() - begin);
  {
    MutexLock lock(&mutex_);
    state_.problem = std::string(status.message());
  }
  if (update.ok()) {
    status.Update(Publish(*update, begin));
    LogKept(update->kept);
    ScheduleMerge(*update);
    if (update->again) {
      due_.topic = absl::Now();
    }
  }
  return status;
}

absl::Status ListKeeper::Publish(const LiveLists::Update& update,
                                 absl::Time begin) {
  MutexLock publish_lock(&publish_mutex_);
  if (!publishes_) {
    return absl::UnavailableError("reload: the service is stopping");
  }
  LogDiagnostics(update.diagnostics);
  if (update.generation != nullptr) {
    generation_id_ = std::string(update.generation->id());
  }
  parts_.board->Take(update, generation_id_);
  parts_.metrics->SetWatchLists(update.active, update.stale, update.rejected);
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
  std::vector<std::string> changed;
  changed.reserve(update.changed.size());
  for (const ListStatus& list : update.changed) {
    changed.push_back(list.id);
  }
  if (!changed.empty() || !update.removed.empty()) {
    parts_.on_lists(changed, update.removed);
  }
  return status;
}

absl::Status ListKeeper::Swap(const std::shared_ptr<const QuerySet>& generation,
                              size_t lists) {
  const bool can_work = lists > 0 || options_.allow_empty;
  if (can_work) {
    parts_.generations->Set(generation);
  } else {
    spdlog::error(kNoneActive);
  }
  parts_.metrics->SetGenerationTime(absl::Now());
  absl::Status status = parts_.on_generation(can_work);
  if (!status.ok() && on_thread_) {
    parts_.on_failure(status);
  }
  SetWaitingFor(can_work ? "" : kNoneActive);
  return status;
}

void ListKeeper::ScheduleMerge(const LiveLists::Update& update) {
  due_.merge = update.merge_due         ? absl::Now()
               : update.delta_lists > 0 ? absl::Now() + kMergeIdle
                                        : absl::InfiniteFuture();
}

void ListKeeper::StartMerge() {
  due_.merge = absl::InfiniteFuture();
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
    Wake();
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
