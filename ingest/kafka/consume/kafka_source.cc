// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/kafka_source.h"

#include <algorithm>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/consume/kafka_batch.h"

namespace presshawk {
namespace {

// How often KeepAlive() asks the queue, and what it may hold back before it
// pauses the partitions.
constexpr absl::Duration kKeepAliveInterval = absl::Milliseconds(500);
constexpr uint64_t kHeldBackBytesMax = uint64_t{1} << 20;
constexpr absl::Duration kReconnectInterval = absl::Seconds(1);
// Two members with one group.instance.id take the partitions from each other as
// often as they come back, and work on articles again each time.
constexpr absl::Duration kFencedInterval = absl::Seconds(5);
// An asynchronous commit that has no answer after this is asked for again: a
// broker that is well answers within some milliseconds.
constexpr absl::Duration kCommitAnswerWait = absl::Seconds(2);
// librdkafka holds a commit back until there is a coordinator, for a session
// time-out (10 s) at most.
constexpr absl::Duration kCommitLostAfter = absl::Seconds(15);
// How long leaving the group waits for the broker: longer than a revoke may
// take with its commit.
constexpr absl::Duration kLeaveTimeout = absl::Seconds(12);

}  // namespace

absl::StatusOr<std::unique_ptr<KafkaSource>> KafkaSource::Create(
    KafkaConsumerOptions options, OffsetTracker* tracker, KafkaEvents* events) {
  if (options.topics.empty() || options.group.empty()) {
    return absl::InvalidArgumentError(
        "source: kafka: needs topics and a group");
  }
  std::unique_ptr<KafkaSource> source(
      new KafkaSource(std::move(options), tracker, events));
  if (absl::Status status = source->Connect(); !status.ok()) {
    return status;
  }
  return source;
}

KafkaSource::KafkaSource(KafkaConsumerOptions options, OffsetTracker* tracker,
                         KafkaEvents* events)
    : options_(std::move(options)),
      in_flight_bytes_max_(InFlightBytesMax(options_.client)),
      tracker_(tracker),
      events_(events),
      log_prefix_(StrCat("kafka: worker ", options_.worker, ": ")),
      in_flight_bytes_(std::make_shared<ByteBudget>()),
      rebootstrap_(BootstrapServers(options_.client)),
      ledger_(kCommitAnswerWait, kCommitLostAfter),
      report_({.brokers = BootstrapServers(options_.client),
               .group = options_.group,
               .instance_id = GroupInstanceId(options_.client, options_.worker),
               .commits_overdue = CommitsOverdueAfter(options_.commit_interval),
               .topic_refresh = TopicRefreshInterval(options_.client)}),
      ages_(tracker) {}

KafkaSource::~KafkaSource() { Close().IgnoreError(); }

absl::Status KafkaSource::Connect() {
  absl::StatusOr<std::shared_ptr<Consumer>> consumer = Consumer::Create(
      MakeConsumerConf(options_.client, options_.group, options_.worker),
      events_, this);
  if (!consumer.ok()) {
    return consumer.status();
  }
  consumer_ = *std::move(consumer);
  committer_.emplace(consumer_.get(), &ledger_, [this](bool confirmed) {
    report_.OnCommitAnswer(confirmed, ledger_, absl::Now());
  });
  subscribed_ = false;
  paused_ = false;
  return absl::OkStatus();
}

void KafkaSource::Disconnect() {
  while (!streams_.empty()) {
    ForgetStream(streams_.begin());
  }
  fetched_.clear();
  fetched_bytes_ = 0;
  if (consumer_ != nullptr) {
    if (!consumer_->LeaveGroup(kLeaveTimeout)) {
      Log(KafkaLogLevel::kWarning,
          "leaves without the broker's answer; its partitions move when its "
          "session times out");
    }
    consumer_->Detach();
    committer_.reset();
    consumer_.reset();  // Destroyed with the last batch that came out of it.
  }
  PublishAssignment(/*joined=*/false);
  report_.OnReconnect();
}

void KafkaSource::Log(KafkaLogLevel level, std::string_view text) const {
  events_->Log(level, StrCat(log_prefix_, text));
}

bool KafkaSource::Recover() {
  if (consumer_ != nullptr) {
    consumer_->NoteFatalError();
    if (consumer_->is_fenced()) {
      report_.OnFenced(absl::Now());
    }
    if (consumer_->is_fatal()) {
      Log(KafkaLogLevel::kError,
          "fatal consumer error, connecting anew; what was in flight will be "
          "read again");
    } else if (const std::string why =
                   report_.TakeReasonToReconnect(absl::Now());
               !why.empty()) {
      Log(KafkaLogLevel::kError,
          StrCat(why,
                 ": connecting anew; what was in flight will be read again"));
    } else {
      return true;
    }
    const bool fenced = consumer_->is_fenced();
    Disconnect();
    reconnect_at_ =
        absl::Now() + (fenced ? kFencedInterval : kReconnectInterval);
  }
  if (absl::Now() < reconnect_at_) {
    return false;
  }
  if (const absl::Status status = Connect(); !status.ok()) {
    events_->Log(KafkaLogLevel::kError, StatusText(status));
    reconnect_at_ = absl::Now() + kReconnectInterval;
    return false;
  }
  return true;
}

absl::StatusOr<std::unique_ptr<MessageBatch>> KafkaSource::Poll(
    absl::Duration timeout) {
  if (closed_) {
    return absl::FailedPreconditionError("kafka: the source is closed");
  }
  if (!Recover()) {
    absl::SleepFor(std::min(timeout, reconnect_at_ - absl::Now()));
    return nullptr;
  }
  if (!subscribed_) {
    if (absl::Status status = consumer_->Subscribe(options_.topics);
        !status.ok()) {
      return status;
    }
    subscribed_ = true;
  }
  Commit();
  CheckTopics();
  if (!HasRoom()) {  // Back-pressure: what is in flight must get through first.
    KeepAlive();
    in_flight_bytes_->WaitForRelease(std::min(timeout, kKeepAliveInterval));
    return nullptr;
  }
  if (paused_) {
    SetPaused(false);
  }
  if (fetched_.size() < options_.batch_messages_max) {
    const absl::Duration wait = std::min(
        timeout, std::max(next_commit_ - absl::Now(), absl::Milliseconds(1)));
    consumer_->Poll(fetched_.empty() ? wait : absl::ZeroDuration(),
                    options_.batch_messages_max - fetched_.size());
  }
  return MakeBatch();
}

bool KafkaSource::HasRoom() const {
  return in_flight_bytes_->bytes() < in_flight_bytes_max_;
}

void KafkaSource::OnMessage(KafkaMessage message) {
  fetched_bytes_ += KafkaMessageBytes(*message);
  fetched_.push_back(std::move(message));
}

void KafkaSource::OnMessageError(const rd_kafka_message_s& message) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    return;
  }
  const char* const text = rd_kafka_message_errstr(&message);
  if (message.rkt != nullptr) {
    const char* const topic = rd_kafka_topic_name(message.rkt);
    if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
      report_.OnNoPosition(topic, message.partition, text);
    }
    if (MissingTopics::MayBeMissing(message.err)) {
      missing_topics_.Suspect(topic, absl::Now());
    }
  }
  consumer_->Report(message.err, text);
  // PITFALL 7: after _MAX_POLL_EXCEEDED the assignment comes back as lost, and
  // the polls that follow join again.
}

void KafkaSource::CheckTopics() {
  const auto answers = missing_topics_.Ask(consumer_->handle(), absl::Now());
  if (!answers.empty()) {
    report_.OnTopics(answers, absl::Now());
  }
}

KafkaSource::Stream* KafkaSource::StreamFor(std::string_view topic,
                                            int32_t partition, int64_t offset) {
  const auto it = streams_.find(std::pair(topic, partition));
  if (it == streams_.end()) {
    return nullptr;
  }
  Stream& stream = it->second;
  if (offset < stream.next_offset) {
    // The log was cut, or the topic made anew: this is another stream.
    events_->Log(KafkaLogLevel::kWarning,
                 StrCat("kafka: ", topic, "[", partition, "] went back from ",
                        stream.next_offset, " to offset ", offset));
    tracker_->Forget(stream.id);
    stream = {.id = tracker_->NewStream()};
    ledger_.Add(topic, partition);
    PublishStreams();
  } else if (stream.next_offset >= 0 && offset > stream.next_offset) {
    SayWhatExpired(it->first, stream.next_offset);
  }
  stream.next_offset = offset + 1;
  return &stream;
}

void KafkaSource::SayWhatExpired(const TopicPartition& partition,
                                 int64_t wanted) {
  // Offsets of transactions, and what a compaction left out, are no records.
  const int64_t begin = consumer_->BeginOf(partition.first, partition.second);
  if (begin <= wanted) {
    return;
  }
  report_.OnExpired(static_cast<uint64_t>(begin - wanted));
  events_->Log(
      KafkaLogLevel::kError,
      StrCat("kafka: ", partition.first, "[", partition.second,
             "]: the position ", wanted, " of group ", options_.group,
             " is gone, the partition begins at ", begin, ": ", begin - wanted,
             " records were deleted before they were read (retention.ms, "
             "retention.bytes of the topic)"));
}

bool KafkaSource::GoesBack(const rd_kafka_message_s& message) const {
  const auto it = streams_.find(std::pair(
      std::string_view(rd_kafka_topic_name(message.rkt)), message.partition));
  return it != streams_.end() && message.offset < it->second.next_offset;
}

std::unique_ptr<MessageBatch> KafkaSource::MakeBatch() {
  if (fetched_.empty() || consumer_ == nullptr) {
    return nullptr;
  }
  // PERF: reserved at once; one allocation a batch, none a message.
  auto batch = std::make_unique<KafkaBatch>(consumer_, in_flight_bytes_,
                                            fetched_.size());
  while (!fetched_.empty()) {
    if (!batch->messages().empty() && GoesBack(*fetched_.front())) {
      // Its stream is given up for another one, which must wait until what
      // this batch has of it was admitted.
      break;
    }
    KafkaMessage message = std::move(fetched_.front());
    fetched_.pop_front();
    const std::string_view topic = rd_kafka_topic_name(message->rkt);
    // PITFALL 3: the batch call can return messages of partitions that were
    // taken from us. Their new owner has them.
    const Stream* stream =
        StreamFor(topic, message->partition, message->offset);
    if (stream != nullptr) {
      batch->Add(std::move(message), topic, stream->id);
    }
  }
  fetched_bytes_ = 0;
  for (const KafkaMessage& message : fetched_) {
    fetched_bytes_ += KafkaMessageBytes(*message);
  }
  if (batch->messages().empty()) {
    return nullptr;
  }
  return batch;
}

void KafkaSource::KeepAlive() {
  if (consumer_ == nullptr || !subscribed_ || closed_ ||
      consumer_->is_fatal() || absl::Now() < next_keep_alive_) {
    return;
  }
  next_keep_alive_ = absl::Now() + kKeepAliveInterval;
  // PITFALL 7: only asking the consumer queue counts as a poll. It may give a
  // message, which waits for the next batch.
  // PITFALL 13: pausing throws the prefetched messages away, so it comes last.
  if (!paused_ && (fetched_.size() >= options_.batch_messages_max ||
                   fetched_bytes_ >= kHeldBackBytesMax)) {
    SetPaused(true);
  }
  consumer_->Poll(absl::ZeroDuration(), 1);
  Commit();
}

void KafkaSource::SetPaused(bool paused) {
  paused_ = paused;
  std::vector<PartitionOffset> partitions;
  for (const auto& [partition, stream] : streams_) {
    partitions.push_back(
        {.topic = partition.first, .partition = partition.second});
  }
  consumer_->SetPaused(partitions, paused);
}

void KafkaSource::OnAssign(const rd_kafka_topic_partition_list_s& partitions) {
  const KafkaPartitions committed = consumer_->Committed(partitions);
  for (int i = 0; i < partitions.cnt; ++i) {
    const rd_kafka_topic_partition_t& partition = partitions.elems[i];
    const auto [it, is_new] = streams_.try_emplace(
        TopicPartition(partition.topic, partition.partition));
    if (!is_new) {
      tracker_->Forget(it->second.id);
      DropFetched(it->first);
    }
    it->second = {
        .id = tracker_->NewStream(),
        .next_offset = std::max(committed->elems[i].offset, int64_t{-1})};
    ledger_.Add(partition.topic, partition.partition);
  }
  consumer_->Take(partitions);
  if (paused_) {
    SetPaused(true);
  }
  PublishAssignment(/*joined=*/true);
  Log(KafkaLogLevel::kInfo, StrCat(partitions.cnt, " partitions assigned, ",
                                   streams_.size(), " in all"));
}

void KafkaSource::OnRevoke(const rd_kafka_topic_partition_list_s& partitions,
                           bool lost) {
  std::vector<StreamMap::iterator> revoked;
  std::vector<StreamId> ids;
  for (int i = 0; i < partitions.cnt; ++i) {
    const auto it =
        streams_.find(std::pair(std::string_view(partitions.elems[i].topic),
                                partitions.elems[i].partition));
    if (it != streams_.end()) {
      revoked.push_back(it);
      ids.push_back(it->second.id);
    }
  }
  // PITFALL 9: what was lost belongs to another member already: a commit would
  // fail, and fence a static member. Else commit what got through, here, as
  // after the unassign it is no longer ours.
  if (!lost && !ids.empty()) {
    if (!consumer_->is_leaving()) {  // Close() comes after the drain.
      tracker_->WaitResolved(ids, absl::Now() + options_.revoke_wait);
    }
    CommitAndWait();
  }
  for (const auto& stream : revoked) {
    ForgetStream(stream);
  }
  consumer_->GiveBack(partitions);
  PublishAssignment(/*joined=*/consumer_->is_cooperative() && !lost);
  Log(KafkaLogLevel::kInfo,
      StrCat(partitions.cnt,
             lost ? " partitions lost, " : " partitions revoked, ",
             streams_.size(), " left"));
}

void KafkaSource::DropFetched(const TopicPartition& partition) {
  std::erase_if(fetched_, [&](const KafkaMessage& message) {
    return message->partition == partition.second &&
           partition.first == rd_kafka_topic_name(message->rkt);
  });
}

void KafkaSource::ForgetStream(StreamMap::iterator stream) {
  const uint64_t abandoned = tracker_->Forget(stream->second.id);
  if (abandoned > 0) {
    events_->Log(KafkaLogLevel::kWarning,
                 StrCat("kafka: ", stream->first.first, "[",
                        stream->first.second, "]: ", abandoned,
                        " messages were not acknowledged in time; whoever "
                        "reads the partition next works on them again"));
  }
  // What waits for the next batch would otherwise enter it after its partition
  // came back, ahead of what comes before it.
  DropFetched(stream->first);
  ledger_.Remove(stream->first.first, stream->first.second);
  streams_.erase(stream);
}

void KafkaSource::PublishAssignment(bool joined) {
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, stream] : streams_) {
    partitions.push_back(partition);
  }
  report_.OnAssignment(joined, std::move(partitions), ledger_);
  PublishStreams();
}

void KafkaSource::PublishStreams() {
  RecordAges::Streams streams;
  for (const auto& [partition, stream] : streams_) {
    streams.emplace(partition, stream.id);
  }
  ages_.SetStreams(std::move(streams));
}

std::vector<PartitionLag> KafkaSource::assignment() const {
  std::vector<PartitionLag> partitions = report_.assignment();
  ages_.AddTo(&partitions, absl::Now());
  return partitions;
}

void KafkaSource::Resolve(absl::Time now) {
  for (const auto& [partition, stream] : streams_) {
    if (const std::optional<int64_t> next = tracker_->Committable(stream.id)) {
      ledger_.Resolve(partition.first, partition.second, *next, now);
    }
  }
}

void KafkaSource::Commit() {
  committer_->TakeAnswers(absl::ZeroDuration());
  const absl::Time now = absl::Now();
  if (now < next_commit_) {
    return;
  }
  next_commit_ = now + options_.commit_interval;
  Resolve(now);
  committer_->AskForDue();
  report_.OnCommits(ledger_, now);
}

void KafkaSource::CommitAndWait() {
  Resolve(absl::Now());
  committer_->AskForAllAndWait();
  report_.OnCommits(ledger_, absl::Now());
}

void KafkaSource::OnStatistics(std::string_view json) {
  events_->SayWhatWasHeldBack();
  if (report_.OnStatistics(json, /*holds_messages=*/!fetched_.empty(),
                           absl::Now())) {
    rebootstrap_.Answered();
  } else {
    rebootstrap_.NoAnswer(consumer_->handle(), absl::Now());
  }
}

void KafkaSource::OnClientError(int error, std::string_view text) {
  report_.OnClientError(error, text, absl::Now());
}

absl::Status KafkaSource::Close() {
  if (closed_) {
    return absl::OkStatus();
  }
  closed_ = true;
  if (consumer_ != nullptr && subscribed_ && !consumer_->is_fatal()) {
    fetched_.clear();
    CommitAndWait();
  }
  Disconnect();
  return absl::OkStatus();
}

}  // namespace presshawk
