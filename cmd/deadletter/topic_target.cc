// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

#include "absl/time/clock.h"
#include "cmd/deadletter/replay_target.h"
#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/topics.h"
#include "ingest/kafka/consume/topic_range.h"
#include "ingest/kafka/produce/kafka_producer.h"

namespace presshawk {
namespace {

constexpr absl::Duration kBrokerTimeout = absl::Seconds(15);
// A record's timestamp is a producer's clock, a death's another's.
constexpr absl::Duration kClockMargin = absl::Minutes(5);

class TopicTarget : public ReplayTarget, private RecordOwner {
 public:
  TopicTarget(TopicTargetOptions options, KafkaEvents* events)
      : options_(std::move(options)), events_(events) {}

  std::string DestinationOf(const DeadLetter& letter) const override {
    const std::string_view origin = letter.Header("topic");
    const auto& topics = options_.topics;
    const auto found = std::find(topics.begin(), topics.end(), origin);
    return found == topics.end() ? topics.front() : *found;
  }
  std::string Refusal(const DeadLetter&) const override { return ""; }

  absl::Status FindReplayed(absl::Time since, Replayed* replayed) override {
    for (const std::string& topic : options_.topics) {
      auto range = TopicRange::Open(
          {.client = options_.client,
           .topic = topic,
           .from = since == absl::InfinitePast() ? since : since - kClockMargin,
           .with_headers = true},
          events_);
      if (!range.ok()) {
        return range.status();
      }
      std::vector<TopicRecord> records;
      do {
        if (absl::Status status = (*range)->Read(&records); !status.ok()) {
          return status;
        }
        for (const TopicRecord& record : records) {
          for (const auto& [name, value] : record.headers) {
            if (name == kReplayOfHeader) {
              replayed->ids.emplace(value);
            }
          }
        }
      } while (!records.empty());
    }
    return absl::OkStatus();
  }

  absl::Status Open() override {
    if (absl::Status status = CheckTopicsExist(options_.client, options_.topics,
                                               kBrokerTimeout, events_);
        !status.ok()) {
      return status;
    }
    auto producer = KafkaProducer::Create(options_.client, events_);
    if (!producer.ok()) {
      return producer.status();
    }
    producer_ = *std::move(producer);
    return absl::OkStatus();
  }

  absl::Status Send(const DeadLetter& letter,
                    const ReplayHistory& headers) override {
    auto record = std::make_unique<ProducerRecord>();
    record->owner = this;
    record->topic = DestinationOf(letter);
    record->has_key = letter.has_key;
    record->key = letter.key;
    record->owned_value = letter.value;
    record->headers = headers;
    record->message = next_++;
    {
      MutexLock lock(&mutex_);
      pending_.emplace(record->message, letter.place);
      if (pending_.size() == 1) {
        last_progress_ = absl::Now();
      }
    }
    return producer_->Send(std::move(record), [this] { return Hopeful(); })
               ? absl::OkStatus()
               : WhyNot();
  }

  absl::Status Finish() override {
    while (producer_ != nullptr && producer_->unacknowledged() > 0 &&
           Hopeful()) {
      producer_->Flush(absl::Now() + absl::Milliseconds(100));
    }
    const absl::Status status =
        Unacknowledged().empty() ? absl::OkStatus() : WhyNot();
    producer_.reset();
    return status;
  }
  uint64_t acknowledged() const override { return acknowledged_; }
  std::vector<std::string> Unacknowledged() const override {
    MutexLock lock(&mutex_);
    std::vector<std::string> places;
    for (const auto& [message, place] : pending_) {
      places.push_back(place);
    }
    return places;
  }

  ~TopicTarget() override { producer_.reset(); }

 private:
  void OnDelivered(const ProducerRecord& record) override {
    MutexLock lock(&mutex_);
    pending_.erase(record.message);
    last_progress_ = absl::Now();
    ++acknowledged_;
  }
  // Stays among the unacknowledged.
  TooLarge OnTooLarge(ProducerRecord* record) override {
    MutexLock lock(&mutex_);
    last_progress_ = absl::Now();
    too_large_ =
        StrCat("topic ", record->topic, " takes no record of ",
               record->value().size(), " bytes: raise its max.message.bytes");
    return TooLarge::kDrop;
  }
  bool Hopeful() const {
    MutexLock lock(&mutex_);
    return absl::Now() - last_progress_ < options_.timeout;
  }
  absl::Status WhyNot() const {
    const absl::Status health = producer_->Health();
    MutexLock lock(&mutex_);
    return absl::UnavailableError(
        !too_large_.empty() ? too_large_
        : health.ok()       ? StrCat("no acknowledgement for ",
                                     absl::FormatDuration(options_.timeout))
                            : std::string(health.message()));
  }

  const TopicTargetOptions options_;
  KafkaEvents* const events_;
  uint32_t next_ = 0;
  std::atomic<uint64_t> acknowledged_ = 0;
  mutable Mutex mutex_;
  std::map<uint32_t, std::string> pending_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_progress_ ABSL_GUARDED_BY(mutex_) = absl::Now();
  std::string too_large_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<KafkaProducer> producer_;  // Last: its thread calls back.
};

}  // namespace

std::unique_ptr<ReplayTarget> MakeTopicTarget(TopicTargetOptions options,
                                              KafkaEvents* events) {
  return std::make_unique<TopicTarget>(std::move(options), events);
}

}  // namespace presshawk
