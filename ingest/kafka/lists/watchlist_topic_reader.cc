// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/lists/watchlist_topic_reader.h"

#include <array>
#include <chrono>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/identifier.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/connection_errors.h"

namespace presshawk {
namespace {

constexpr absl::Duration kRequestTimeout = absl::Seconds(3);
constexpr absl::Duration kRetryInterval = absl::Seconds(1);
constexpr absl::Duration kLogInterval = absl::Seconds(10);
constexpr absl::Duration kWait = absl::Milliseconds(200);

}  // namespace

std::unique_ptr<WatchlistTopicReader> WatchlistTopicReader::Start(
    Options options, KafkaEvents* events, std::function<void()> on_change) {
  std::unique_ptr<WatchlistTopicReader> reader(new WatchlistTopicReader(
      std::move(options), events, std::move(on_change)));
  reader->thread_ = std::thread([raw = reader.get()] { raw->Run(); });
  return reader;
}

WatchlistTopicReader::WatchlistTopicReader(Options options, KafkaEvents* events,
                                           std::function<void()> on_change)
    : options_(std::move(options)),
      events_(events),
      on_change_(std::move(on_change)),
      rebootstrap_(BootstrapServers(options_.client)) {}

WatchlistTopicReader::~WatchlistTopicReader() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

WatchlistTopicReader::Batch WatchlistTopicReader::Take() {
  Batch batch;
  {
    MutexLock lock(&mutex_);
    batch.changes = std::exchange(pending_, {});
    pending_bytes_ = 0;
    batch.complete = status_.complete;
  }
  changed_.notify_all();
  return batch;
}

WatchlistTopicReader::Status WatchlistTopicReader::status() const {
  MutexLock lock(&mutex_);
  return status_;
}

void WatchlistTopicReader::Run() {
  while (!stopping()) {
    if (reader_ == nullptr) {
      const absl::Status status = BeginReading();
      SetProblem(WithCause(status));
      if (!status.ok()) {
        reader_.reset();
        SleepUnlessStopping(kRetryInterval);
        continue;
      }
    }
    Read();
    if (absl::Now() >= next_check_ && read_again_.empty()) {
      // A failure is of the moment: what was read counts, and is told.
      const absl::Status status = CheckTopic();
      if (absl::IsUnavailable(status)) {
        rebootstrap_.NoAnswer(reader_->consumer().handle(), absl::Now());
      } else {
        rebootstrap_.Answered();
      }
      SetProblem(status);
      next_check_ = absl::Now() + options_.check_interval;
    }
    if (!read_again_.empty()) {
      events_->Log(KafkaLogLevel::kWarning,
                   StrCat("kafka: watch-list topic ", options_.topic, ": ",
                          read_again_, ": reading all of it again"));
      read_again_.clear();
      reader_.reset();
    }
  }
  reader_.reset();
}

absl::Status WatchlistTopicReader::BeginReading() {
  if (absl::Status status = Connect(); !status.ok()) {
    return status;
  }
  rd_kafka_t* const handle = reader_->consumer().handle();
  absl::StatusOr<TopicShape> shape =
      DescribeTopic(handle, options_.topic, kRequestTimeout);
  if (!shape.ok()) {
    return shape.status();
  }
  shape_ = *std::move(shape);
  low_offsets_.assign(shape_.partitions, 0);
  std::vector<TopicReader::Partition> partitions(shape_.partitions);
  for (size_t i = 0; i < partitions.size(); ++i) {
    const auto offsets = QueryOffsets(handle, options_.topic,
                                      static_cast<int32_t>(i), kRequestTimeout);
    if (!offsets.ok()) {
      return offsets.status();
    }
    low_offsets_[i] = offsets->first;
    partitions[i] = {.next = offsets->first, .end = offsets->second};
  }
  if (absl::Status status =
          reader_->Begin(std::move(partitions), /*follow=*/true);
      !status.ok()) {
    return status;
  }
  ++reading_;
  reading_done_ = false;
  {
    MutexLock lock(&mutex_);
    status_.readings = reading_;
  }
  next_check_ = absl::Now() + options_.check_interval;
  return absl::OkStatus();
}

absl::Status WatchlistTopicReader::Connect() {
  absl::StatusOr<KafkaConf> conf = MakeReaderConf(options_.client);
  if (!conf.ok()) {
    return conf.status();
  }
  // PITFALL 19: with `earliest`, a consumer whose position is gone goes on at
  // the begin without a word, and what the topic lost stays in force here.
  std::array<char, 512> error;
  if (rd_kafka_conf_set(conf->get(), "auto.offset.reset", "error", error.data(),
                        error.size()) != RD_KAFKA_CONF_OK) {
    return absl::InvalidArgumentError(StrCat("kafka: ", error.data()));
  }
  auto reader =
      TopicReader::Create(std::move(conf), options_.topic, events_, this);
  if (!reader.ok()) {
    return reader.status();
  }
  reader_ = *std::move(reader);
  return absl::OkStatus();
}

void WatchlistTopicReader::Read() {
  reader_->Read(kWait);
  if (!reading_done_ && read_again_.empty() && reader_->done()) {
    CompleteReading();
  }
  Announce();
}

void WatchlistTopicReader::OnReadError(const rd_kafka_message_s& message) {
  if (!read_again_.empty()) {
    return;
  }
  const std::string text = rd_kafka_message_errstr(&message);
  events_->Error(rd_kafka_err2name(message.err), text);
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_ID:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR__FATAL:
      read_again_ = text;
      break;
    default:  // Heals by itself.
      break;
  }
}

void WatchlistTopicReader::OnRecord(KafkaMessage owned) {
  const rd_kafka_message_s& message = *owned;
  if (!read_again_.empty()) {
    return;
  }
  {
    MutexLock lock(&mutex_);
    ++status_.records;
  }
  if (message.key == nullptr) {
    Reject(message, "it has no key");
    return;
  }
  const std::string_view key(static_cast<const char*>(message.key),
                             message.key_len);
  if (!IsIdentifier(key)) {
    Reject(message, "its key is no id ([A-Za-z0-9._-], 1 to 128)");
    return;
  }
  rd_kafka_timestamp_type_t ignored;
  const bool deletes = message.payload == nullptr;
  const Place place = {
      .partition = message.partition,
      .offset = message.offset,
      .timestamp_millis = rd_kafka_message_timestamp(&message, &ignored),
      .reading = reading_,
      .deleted = deletes};
  std::string id(key);
  if (!Counts(id, place)) {
    return;
  }
  if (deletes && reading_done_) {
    places_.erase(id);
  } else {
    places_[id] = place;
  }
  WatchlistChange change = {.id = std::move(id),
                            .definition = std::nullopt,
                            .partition = message.partition,
                            .offset = message.offset};
  if (!deletes) {
    change.definition.emplace(static_cast<const char*>(message.payload),
                              message.len);
  }
  Append(std::move(change));
}

bool WatchlistTopicReader::Counts(const std::string& id, const Place& place) {
  const auto known = places_.find(id);
  if (known == places_.end() || known->second.reading != reading_ ||
      known->second.partition == place.partition) {
    return true;
  }
  if (absl::Now() >= next_two_partitions_log_) {
    next_two_partitions_log_ = absl::Now() + kLogInterval;
    events_->Log(
        KafkaLogLevel::kWarning,
        StrCat("kafka: watch-list topic ", options_.topic, ": the id ", id,
               " is in partitions ", known->second.partition, " and ",
               place.partition,
               ": the later timestamp counts; write all records by one "
               "partitioner, and delete the id in the other partition"));
  }
  return std::pair(place.timestamp_millis, place.partition) >
         std::pair(known->second.timestamp_millis, known->second.partition);
}

void WatchlistTopicReader::Reject(const rd_kafka_message_s& message,
                                  std::string_view why) {
  uint64_t rejected = 0;
  {
    MutexLock lock(&mutex_);
    rejected = ++status_.rejected;
  }
  has_news_ = true;
  if (absl::Now() < next_reject_log_) {
    return;
  }
  next_reject_log_ = absl::Now() + kLogInterval;
  events_->Log(
      KafkaLogLevel::kWarning,
      StrCat("kafka: watch-list record ", options_.topic, "[",
             message.partition, "]@", message.offset, " is ignored: ", why,
             "; the key is the watch-list's id (", rejected, " so far)"));
}

void WatchlistTopicReader::CompleteReading() {
  reading_done_ = true;
  DeleteWhere([this](const Place& place) {
    return place.reading != reading_ || place.deleted;
  });
  MutexLock lock(&mutex_);
  status_.complete = true;
  has_news_ = true;
}

absl::Status WatchlistTopicReader::CheckTopic() {
  rd_kafka_t* const handle = reader_->consumer().handle();
  const absl::StatusOr<TopicShape> shape =
      DescribeTopic(handle, options_.topic, kRequestTimeout);
  if (shape.status().code() == absl::StatusCode::kNotFound) {
    read_again_ = "it does not exist any more; its lists stay in force";
    return shape.status();
  }
  if (!shape.ok()) {
    return shape.status();
  }
  if (*shape != shape_) {
    read_again_ =
        shape->id != shape_.id ? "it was made anew" : "it has other partitions";
    return absl::OkStatus();
  }
  for (size_t i = 0; i < low_offsets_.size(); ++i) {
    const auto offsets = QueryOffsets(handle, options_.topic,
                                      static_cast<int32_t>(i), kRequestTimeout);
    if (!offsets.ok()) {
      return offsets.status();
    }
    if (offsets->second < reader_->partitions()[i].next) {
      read_again_ = StrCat("partition ", i, " ends before what was read of it");
      return absl::OkStatus();
    }
    if (offsets->first > low_offsets_[i]) {
      low_offsets_[i] = offsets->first;
      DeleteWhere([i, low = offsets->first](const Place& place) {
        return static_cast<size_t>(place.partition) == i && place.offset < low;
      });
    }
  }
  Announce();
  return absl::OkStatus();
}

void WatchlistTopicReader::DeleteWhere(
    const std::function<bool(const Place&)>& gone) {
  std::vector<WatchlistChange> deletions;
  for (auto it = places_.begin(); it != places_.end();) {
    const auto current = it++;
    if (!gone(current->second)) {
      continue;
    }
    if (!current->second.deleted) {
      deletions.push_back({.id = current->first,
                           .definition = std::nullopt,
                           .partition = current->second.partition,
                           .offset = -1});
    }
    places_.erase(current);
  }
  for (WatchlistChange& deletion : deletions) {
    Append(std::move(deletion));
  }
}

void WatchlistTopicReader::Append(WatchlistChange change) {
  const size_t bytes =
      sizeof(change) + change.id.size() +
      (change.definition.has_value() ? change.definition->size() : 0);
  has_news_ = true;
  MutexLock lock(&mutex_);
  while (!stop_ && !pending_.empty() &&
         pending_bytes_ + bytes > kPendingBytesMax) {
    // Whoever is to take it must know of it.
    on_change_();
    lock.WaitUntil(&changed_, std::chrono::steady_clock::now() +
                                  absl::ToChronoMilliseconds(kWait));
  }
  pending_bytes_ += bytes;
  pending_.push_back(std::move(change));
}

void WatchlistTopicReader::Announce() {
  if (std::exchange(has_news_, false)) {
    on_change_();
  }
}

absl::Status WatchlistTopicReader::WithCause(const absl::Status& status) {
  if (status.ok() || reader_ == nullptr) {
    return status;
  }
  // Nothing is assigned yet: no messages, and calls back for errors.
  Consumer& consumer = reader_->consumer();
  reader_->Read(absl::ZeroDuration());
  return absl::IsUnavailable(status) && IsConnectionError(consumer.error())
             ? absl::UnavailableError(StrCat(std::string(status.message()),
                                             ": ",
                                             ConnectionCause(consumer.text())))
             : status;
}

void WatchlistTopicReader::SetProblem(const absl::Status& status) {
  const std::string problem(status.message());
  {
    MutexLock lock(&mutex_);
    if (status_.problem == problem) {
      return;
    }
    status_.problem = problem;
  }
  if (!status.ok()) {
    events_->Log(
        KafkaLogLevel::kError,
        StrCat("kafka: the watch-list topic: ", problem, "; trying again"));
  }
  on_change_();
}

bool WatchlistTopicReader::stopping() const {
  MutexLock lock(&mutex_);
  return stop_;
}

void WatchlistTopicReader::SleepUnlessStopping(absl::Duration duration) {
  const auto until =
      std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(duration);
  MutexLock lock(&mutex_);
  while (!stop_ && std::chrono::steady_clock::now() < until) {
    lock.WaitUntil(&changed_, until);
  }
}

}  // namespace presshawk
