// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/produce/watchlist_status_writer.h"

#include <utility>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {

WatchlistStatusWriter::WatchlistStatusWriter(KafkaProducer* producer,
                                             std::string topic,
                                             StatusOf status_of,
                                             Forgotten forgotten,
                                             KafkaEvents* events)
    : producer_(producer),
      topic_(std::move(topic)),
      status_of_(std::move(status_of)),
      forgotten_(std::move(forgotten)),
      events_(events) {
  thread_ = std::thread([this] { Run(); });
}

WatchlistStatusWriter::~WatchlistStatusWriter() { Stop(); }

void WatchlistStatusWriter::Write(const std::vector<std::string>& ids) {
  {
    MutexLock lock(&mutex_);
    for (const std::string& id : ids) {
      if (in_flight_.contains(id)) {
        again_.insert(id);
      } else {
        Enqueue(id);
      }
    }
  }
  changed_.notify_all();
}

void WatchlistStatusWriter::Enqueue(const std::string& id) {
  if (queued_.insert(id).second) {
    queue_.push_back(id);
  }
}

void WatchlistStatusWriter::WriteForgotten() {
  const absl::StatusOr<std::vector<std::string>> forgotten = forgotten_();
  if (forgotten.ok()) {
    Write(*forgotten);
    return;
  }
  events_->Log(
      KafkaLogLevel::kWarning,
      StrCat("kafka: topic ", topic_,
             " cannot be read: ", std::string(forgotten.status().message()),
             "; what it tells of lists that were deleted while nothing "
             "ran stays there until the next start"));
}

void WatchlistStatusWriter::Run() {
  bool is_first = true;
  while (const std::optional<std::string> id = Next()) {
    if (std::exchange(is_first, false)) {
      WriteForgotten();
    }
    std::optional<std::string> text = status_of_(*id);
    auto record = std::make_unique<ProducerRecord>();
    record->owner = this;
    record->topic = topic_;
    record->key = *id;
    record->has_value = text.has_value();
    record->owned_value = std::move(text).value_or("");
    if (!producer_->Send(std::move(record), [this] { return !stopping(); })) {
      return;
    }
  }
}

std::optional<std::string> WatchlistStatusWriter::Next() {
  MutexLock lock(&mutex_);
  while (!stop_ && (queue_.empty() || in_flight_.size() >= kWindow)) {
    lock.Wait(&changed_);
  }
  if (stop_) {
    return std::nullopt;
  }
  std::string id = std::move(queue_.front());
  queue_.pop_front();
  queued_.erase(id);
  in_flight_.insert(id);
  return id;
}

void WatchlistStatusWriter::OnDelivered(const ProducerRecord& record) {
  {
    MutexLock lock(&mutex_);
    in_flight_.erase(record.key);
    if (again_.erase(record.key) > 0) {
      Enqueue(record.key);
    }
  }
  changed_.notify_all();
}

RecordOwner::TooLarge WatchlistStatusWriter::OnTooLarge(
    ProducerRecord* record) {
  // Its errors are bounded: the topic takes hardly anything.
  events_->Log(KafkaLogLevel::kError,
               StrCat("kafka: topic ", topic_, " refuses the status of list ",
                      record->key, " as too large (", record->value().size(),
                      " bytes): raise its max.message.bytes"));
  OnDelivered(*record);
  return TooLarge::kDrop;
}

void WatchlistStatusWriter::Flush(absl::Time deadline) {
  MutexLock lock(&mutex_);
  while (!stop_ && !(queue_.empty() && in_flight_.empty()) &&
         absl::Now() < deadline) {
    lock.WaitFor(&changed_, absl::Milliseconds(50));
  }
}

void WatchlistStatusWriter::Stop() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

size_t WatchlistStatusWriter::pending() const {
  MutexLock lock(&mutex_);
  return queue_.size() + in_flight_.size() + again_.size();
}

bool WatchlistStatusWriter::stopping() const {
  MutexLock lock(&mutex_);
  return stop_;
}

}  // namespace presshawk
