// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/live_subscriptions.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/app/logging.h"
#include "core/base/deadline.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr absl::Duration kLook = absl::Seconds(1);

bool IsSame(const std::vector<SilenceRecord>& a,
            const std::vector<SilenceRecord>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const SilenceRecord& x, const SilenceRecord& y) {
                      return x.id == y.id && x.matchers == y.matchers &&
                             x.starts_at == y.starts_at &&
                             x.ends_at == y.ends_at;
                    });
}

}  // namespace

LiveSubscriptions::LiveSubscriptions(Parts parts) : parts_(std::move(parts)) {
  current_ = *SubscriptionSet::Make({}, {});
}

LiveSubscriptions::~LiveSubscriptions() { Stop(absl::InfinitePast()); }

absl::Status LiveSubscriptions::Start() {
  if (parts_.silences) {
    // The first set has them: what they hide may be the first alert.
    absl::StatusOr<std::vector<SilenceRecord>> silences = parts_.silences();
    if (!silences.ok()) {
      return silences.status();
    }
    MutexLock work(&work_mutex_);
    silences_ = *std::move(silences);
  }
  if (absl::Status status = Reload(); !status.ok()) {
    return status;
  }
  if (!parts_.options->subscription_topic.empty()) {
    {
      MutexLock lock(&mutex_);
      topic_complete_ = false;
    }
    topic_ = WatchlistTopicReader::Start(
        {.client = *parts_.client, .topic = parts_.options->subscription_topic},
        parts_.events, [this] {
          MutexLock lock(&mutex_);
          topic_changed_ = true;
          changed_.notify_all();
        });
  }
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void LiveSubscriptions::Stop(absl::Time /*deadline*/) {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
  topic_.reset();
}

std::shared_ptr<const SubscriptionSet> LiveSubscriptions::Current() const {
  MutexLock lock(&mutex_);
  return current_;
}

bool LiveSubscriptions::IsComplete() const {
  MutexLock lock(&mutex_);
  return topic_complete_;
}

LiveSubscriptions::Counts LiveSubscriptions::counts() const {
  MutexLock lock(&mutex_);
  return counts_;
}

void LiveSubscriptions::AppendProblems(
    std::vector<std::string>* problems) const {
  MutexLock lock(&mutex_);
  if (!problem_.empty()) {
    problems->push_back(problem_);
  }
  if (!topic_complete_) {
    problems->push_back(StrCat("subscriptions: the topic ",
                               parts_.options->subscription_topic,
                               " is not read to its end yet"));
  }
}

void LiveSubscriptions::Run() {
  while (true) {
    bool topic_changed = false;
    {
      const Deadline until = Deadline::After(kLook);
      MutexLock lock(&mutex_);
      while (!stop_ && !topic_changed_ && lock.WaitUntil(&changed_, until)) {
      }
      if (stop_) {
        return;
      }
      topic_changed = std::exchange(topic_changed_, false);
    }
    MutexLock work(&work_mutex_);
    if (topic_changed) {
      TakeTopic();
    }
    TakeSilences();
    DropVanished();
  }
}

absl::Status LiveSubscriptions::Reload() {
  MutexLock work(&work_mutex_);
  absl::Status status = ReadFiles();
  if (status.ok()) {
    status = Publish();
  }
  MutexLock lock(&mutex_);
  problem_ = status.ok()
                 ? ""
                 : StrCat("subscriptions: ", std::string(status.message()));
  return status;
}

// What is bad keeps its last good condition; what is gone is gone.
absl::Status LiveSubscriptions::ReadFiles() {
  SubscriptionList list;
  if (!parts_.options->subscription_files.empty()) {
    if (absl::Status status = LoadSubscriptions(
            parts_.options->subscription_files, parts_.options->zone, &list);
        !status.ok()) {
      return status;
    }
    RejectUnbuilt(&list);
  }
  ById read;
  for (Subscription& one : list.subscriptions) {
    std::string id = one.id;
    read.emplace(std::move(id), std::move(one));
  }
  for (const std::string& id : list.rejected) {
    const auto before = from_files_.find(id);
    if (before != from_files_.end() && !read.contains(id)) {
      read.insert(*before);
    }
  }
  files_rejected_ = std::move(list.rejected);
  KeepMissing(list, &read);
  from_files_ = std::move(read);
  Log(list.diagnostics);
  return absl::OkStatus();
}

// What is missing: where its file cannot be read as a whole, it stays as it was;
// else it has vanished, and is paused for an hour, as a file may be missing by
// mistake (SPEC DELIVERY-5).
void LiveSubscriptions::KeepMissing(const SubscriptionList& list, ById* read) {
  std::vector<std::string> bad_files;
  for (const Diagnostic& diagnostic : list.diagnostics) {
    if (diagnostic.severity == Diagnostic::Severity::kError &&
        diagnostic.watchlist.empty()) {
      bad_files.push_back(diagnostic.file);
    }
  }
  const absl::Time now = absl::Now();
  std::map<std::string, absl::Time> vanished;
  for (const auto& [id, before] : from_files_) {
    if (read->contains(id)) {
      continue;
    }
    Subscription kept = before;
    if (std::find(bad_files.begin(), bad_files.end(), FileOf(before)) !=
        bad_files.end()) {
      files_rejected_.push_back(id);
    } else {
      kept.paused = true;
      kept.vanished = true;
      const auto since = vanished_.find(id);
      vanished[id] = since == vanished_.end() ? now : since->second;
    }
    read->emplace(id, std::move(kept));
  }
  vanished_ = std::move(vanished);
}

// Their hour is over.
void LiveSubscriptions::DropVanished() {
  const absl::Time now = absl::Now();
  bool changed = false;
  for (auto it = vanished_.begin(); it != vanished_.end();) {
    if (now - it->second < kVanishedFor) {
      ++it;
      continue;
    }
    from_files_.erase(it->first);
    it = vanished_.erase(it);
    changed = true;
  }
  if (changed) {
    Publish().IgnoreError();
  }
}

void LiveSubscriptions::TakeTopic() {
  WatchlistTopicReader::Batch batch = topic_->Take();
  for (const WatchlistChange& change : batch.changes) {
    topic_rejected_.erase(change.id);
    if (!change.definition.has_value()) {
      from_topic_.erase(change.id);
      continue;
    }
    const std::string place = StrCat(parts_.options->subscription_topic, "[",
                                     change.partition, "]@", change.offset);
    SubscriptionList list;
    ParseSubscriptionJson(place, 1, *change.definition, parts_.options->zone,
                          &list);
    RejectUnbuilt(&list);
    if (list.subscriptions.size() == 1 &&
        list.subscriptions[0].id == change.id) {
      from_topic_[change.id] = std::move(list.subscriptions[0]);
      continue;
    }
    topic_rejected_.insert(change.id);
    Log(list.diagnostics);
    if (list.diagnostics.empty()) {
      LogEach(spdlog::level::warn, StrCat("subscriptions: ", place, ": "),
              StrCat("its id is not the record's key ", change.id,
                     ": what was known of ", change.id, " stays in force"));
    }
  }
  if (absl::Status status = Publish(); !status.ok()) {
    LogEach(spdlog::level::err,
            "subscriptions: ", std::string(status.message()));
    return;
  }
  MutexLock lock(&mutex_);
  topic_complete_ = batch.complete;
}

void LiveSubscriptions::TakeSilences() {
  if (!parts_.silences) {
    return;
  }
  absl::StatusOr<std::vector<SilenceRecord>> silences = parts_.silences();
  if (!silences.ok() || IsSame(*silences, silences_)) {
    return;
  }
  silences_ = *std::move(silences);
  if (absl::Status status = Publish(); !status.ok()) {
    LogEach(spdlog::level::err,
            "subscriptions: ", std::string(status.message()));
  }
}

absl::Status LiveSubscriptions::Publish() {
  std::vector<Subscription> all;
  Counts counts;
  for (const auto& [id, one] : from_files_) {
    all.push_back(one);
  }
  for (const auto& [id, one] : from_topic_) {
    if (!from_files_.contains(id)) {
      all.push_back(one);
    }
  }
  for (const Subscription& one : all) {
    counts.paused += one.paused ? 1 : 0;
    const bool is_stale =
        topic_rejected_.contains(one.id) ||
        std::find(files_rejected_.begin(), files_rejected_.end(), one.id) !=
            files_rejected_.end();
    ++(is_stale ? counts.stale : counts.active);
  }
  counts.rejected =
      files_rejected_.size() + topic_rejected_.size() - counts.stale;
  auto set = SubscriptionSet::Make(std::move(all), silences_);
  if (!set.ok()) {
    return set.status();
  }
  MutexLock lock(&mutex_);
  current_ = *std::move(set);
  counts_ = counts;
  return absl::OkStatus();
}

void LiveSubscriptions::Log(const std::vector<Diagnostic>& diagnostics) const {
  for (const Diagnostic& diagnostic : diagnostics) {
    LogEach(diagnostic.severity == Diagnostic::Severity::kError
                ? spdlog::level::err
                : spdlog::level::warn,
            "subscription: ", FormatText(diagnostic));
  }
}

}  // namespace presshawk
