// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/topic_intake.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "core/model/topic_names.h"

namespace presshawk {
namespace {

constexpr absl::Duration kLookTimeout = absl::Seconds(5);
constexpr absl::Duration kTellInterval = absl::Seconds(1);
// A topic of retractions that is missing, or was made anew.
constexpr absl::Duration kLookAgain = absl::Seconds(15);

AlertTopic::Options RetractionsOf(AlertTopic::Options options) {
  options.topic = RetractionTopic(options.topic);
  return options;
}

std::map<int32_t, int64_t> PositionsOf(
    const std::vector<PositionRecord>& positions, const std::string& topic) {
  std::map<int32_t, int64_t> known;
  for (const PositionRecord& position : positions) {
    if (position.topic == topic) {
      known[position.partition] = position.next;
    }
  }
  return known;
}

}  // namespace

TopicIntake::TopicIntake(Options options, KafkaEvents* events)
    : options_(std::move(options)),
      events_(events),
      retraction_options_(RetractionsOf(options_.topic)) {}

absl::Status TopicIntake::Begin(const std::vector<PositionRecord>& positions,
                                const std::string& epoch) {
  topic_.reset();
  auto topic = AlertTopic::Open(options_.topic, events_);
  if (!topic.ok()) {
    return SetHealth(topic.status());
  }
  const absl::StatusOr<AlertTopic::Found> found = (*topic)->Look(kLookTimeout);
  if (!found.ok()) {
    return SetHealth(found.status());
  }
  topic_ = *std::move(topic);
  epoch_ = epoch;
  absl::StatusOr<std::vector<int64_t>> next =
      StartAt(*found, PositionsOf(positions, options_.topic.topic), epoch);
  if (!next.ok()) {
    return SetHealth(next.status());
  }
  next_ = *std::move(next);
  next_retractions_ = PositionsOf(positions, retraction_options_.topic);
  NoteRetractions(BeginRetractions());
  return SetHealth(topic_->Begin(next_));
}

absl::StatusOr<std::vector<int64_t>> TopicIntake::StartAt(
    const AlertTopic::Found& found, const Positions& positions,
    const std::string& epoch) {
  const bool group_knows_another =
      std::any_of(found.partitions.begin(), found.partitions.end(),
                  [](const auto& one) { return one.committed >= 0; }) &&
      found.ledger != epoch;
  if (group_knows_another && !options_.rebuild) {
    return absl::FailedPreconditionError(StrCat(
        "the ledger was lost or replaced: the group ", options_.topic.group,
        " was told of another one",
        found.ledger.empty() ? "" : StrCat(" (", found.ledger, ")"),
        ", this is ", epoch,
        ". Bring the old one back, or confirm with `presshawk deliver "
        "--rebuild`, which reads the topic again; what was told may then be "
        "told again, with the same ids"));
  }
  return Starts(topic_.get(), found, positions);
}

absl::StatusOr<std::vector<int64_t>> TopicIntake::Starts(
    AlertTopic* topic, const AlertTopic::Found& found,
    const Positions& positions) {
  std::vector<int64_t> starts(found.partitions.size(), 0);
  if (positions.empty() && options_.rebuild &&
      options_.rebuild_from > absl::InfinitePast()) {
    const absl::StatusOr<std::vector<int64_t>> offsets =
        topic->OffsetsAt(options_.rebuild_from, kLookTimeout);
    if (!offsets.ok()) {
      return offsets.status();
    }
    starts = *offsets;
  }
  uint64_t gone = 0;
  for (size_t i = 0; i < starts.size(); ++i) {
    const int64_t first = found.partitions[i].first;
    const auto position = positions.find(static_cast<int32_t>(i));
    if (position != positions.end()) {
      starts[i] = position->second;
      gone += static_cast<uint64_t>(std::max<int64_t>(0, first - starts[i]));
    }
    starts[i] = std::max(starts[i], first);
  }
  if (gone > 0) {
    MutexLock lock(&mutex_);
    lost_ += gone;
  }
  return starts;
}

absl::Status TopicIntake::Poll(absl::Duration timeout,
                               std::vector<IntakeItem>* items) {
  items->clear();
  if (absl::Status status = topic_->Read(timeout, &records_); !status.ok()) {
    return SetHealth(status);
  }
  for (AlertTopicRecord& record : records_) {
    next_[static_cast<size_t>(record.partition)] = record.offset + 1;
    // A deletion says nothing here: alerts are never taken back by one.
    if (record.has_value) {
      items->push_back({.json = std::move(record.value),
                        .signature = std::move(record.signature)});
    }
  }
  if (!records_.empty()) {
    told_ = false;
  } else if (!told_ && absl::Now() >= next_tell_) {
    Accepted();  // Nothing new came since: the group is told of the last.
  }
  SetHealth(topic_->Health()).IgnoreError();  // It passes by itself.
  ReadRetractions(items);
  return absl::OkStatus();
}

absl::Status TopicIntake::BeginRetractions() {
  retractions_.reset();
  next_look_ = absl::Now() + kLookAgain;
  auto topic = AlertTopic::Open(retraction_options_, events_);
  if (!topic.ok()) {
    return topic.status();
  }
  const auto found = (*topic)->Look(kLookTimeout);
  if (absl::IsNotFound(found.status())) {
    if (!std::exchange(said_missing_, true)) {
      spdlog::info(
          "kafka: there is no topic {}: of articles that are taken back only "
          "those are known that alert, until it is made",
          retraction_options_.topic);
    }
    return absl::OkStatus();
  }
  if (!found.ok()) {
    return found.status();
  }
  auto starts = Starts(topic->get(), *found, next_retractions_);
  if (!starts.ok()) {
    return starts.status();
  }
  next_retractions_.clear();
  for (size_t i = 0; i < starts->size(); ++i) {
    // Behind the end of a topic that was made anew; a repeat does no harm.
    const AlertTopic::Partition& partition = found->partitions[i];
    int64_t& start = (*starts)[i];
    start = start > partition.end ? partition.first : start;
    next_retractions_[static_cast<int32_t>(i)] = start;
  }
  if (absl::Status status = (*topic)->Begin(*starts); !status.ok()) {
    return status;
  }
  retractions_ = *std::move(topic);
  said_missing_ = false;
  return absl::OkStatus();
}

// A topic that was read before is missed. One that never was may be none of
// this cluster: then it may be forbidden to ask for it.
void TopicIntake::NoteRetractions(const absl::Status& status) {
  const std::string problem =
      status.ok() ? ""
                  : StrCat("the topic ", retraction_options_.topic,
                           " cannot be read: ", std::string(status.message()));
  MutexLock lock(&mutex_);
  if (!problem.empty() && problem != retraction_problem_) {
    spdlog::warn("kafka: {}; what is taken back is not known meanwhile",
                 problem);
  }
  retraction_problem_ = problem;
  is_retraction_missed_ = !problem.empty() && !next_retractions_.empty();
}

// Alerts go on whatever becomes of this topic.
void TopicIntake::ReadRetractions(std::vector<IntakeItem>* items) {
  if (retractions_ == nullptr) {
    // It may take a while, so that no alert waits for it.
    if (items->empty() && absl::Now() >= next_look_) {
      NoteRetractions(
          BeginRetractions());  // Where it fails, it is tried again.
    }
    return;
  }
  const absl::Status status =
      retractions_->Read(absl::ZeroDuration(), &records_);
  for (AlertTopicRecord& record : records_) {
    next_retractions_[record.partition] = record.offset + 1;
    if (record.has_value) {
      items->push_back({.json = std::move(record.value),
                        .signature = "",
                        .is_retraction = true});
      told_ = false;
    }
  }
  if (!status.ok()) {
    spdlog::warn("kafka: {}; it is opened again",
                 std::string(status.message()));
    retractions_.reset();
    next_look_ = absl::Now() + absl::Seconds(1);
  }
}

std::vector<PositionRecord> TopicIntake::positions() const {
  std::vector<PositionRecord> positions;
  positions.reserve(next_.size());
  for (size_t i = 0; i < next_.size(); ++i) {
    positions.push_back({.topic = options_.topic.topic,
                         .partition = static_cast<int32_t>(i),
                         .next = next_[i]});
  }
  for (const auto& [partition, next] : next_retractions_) {
    positions.push_back({.topic = retraction_options_.topic,
                         .partition = partition,
                         .next = next});
  }
  return positions;
}

void TopicIntake::Accepted() {
  if (absl::Now() < next_tell_) {
    return;
  }
  next_tell_ = absl::Now() + kTellInterval;
  topic_->Tell(next_, epoch_);
  if (retractions_ != nullptr) {
    std::vector<int64_t> next;
    for (const auto& [partition, offset] : next_retractions_) {
      next.push_back(offset);
    }
    retractions_->Tell(next, epoch_);
  }
  told_ = true;
}

absl::Status TopicIntake::Health() const {
  MutexLock lock(&mutex_);
  return health_.ok() && is_retraction_missed_
             ? absl::UnavailableError(retraction_problem_)
             : health_;
}

absl::Status TopicIntake::SetHealth(absl::Status health) {
  MutexLock lock(&mutex_);
  health_ = health;
  return health;
}

uint64_t TopicIntake::lost() const {
  MutexLock lock(&mutex_);
  return lost_;
}

}  // namespace presshawk
