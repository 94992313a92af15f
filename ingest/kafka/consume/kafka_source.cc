#include "ingest/kafka/consume/kafka_source.h"

#include <algorithm>
#include <array>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/client_callbacks.h"
#include "ingest/kafka/client/metadata.h"
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
constexpr absl::Duration kCloseTimeout = absl::Seconds(12);
// A synchronous commit is given up after this, or after so many rounds: the
// next owner then works on some messages again. What the last round refuses is
// refused for good, and what was overtaken is repaired by then.
constexpr absl::Duration kSyncCommitTimeout = absl::Seconds(5);
constexpr int kSyncCommitRounds = 3;

}  // namespace

struct KafkaSource::Consumer : KafkaCallbacks {
  Consumer(KafkaEvents* client_events, KafkaSource* client_source)
      : KafkaCallbacks(client_events), source(client_source) {}
  ~Consumer() override {
    queue.reset();
    answers.reset();
    if (handle != nullptr) {
      // It was closed by Disconnect(); closing it again here would wait.
      rd_kafka_destroy_flags(handle.release(),
                             RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
  }
  void OnError(int error, std::string_view text) override {
    if (source != nullptr) {
      source->OnClientError(error, text);
    }
  }
  static KafkaSource* SourceOf(void* opaque) {
    return static_cast<Consumer*>(static_cast<KafkaCallbacks*>(opaque))->source;
  }

  KafkaSource* source;  // Null once the source is through with it.
  KafkaHandle handle;
  KafkaQueue queue;
  KafkaQueue answers;  // To commits.
};

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
      in_flight_bytes_(std::make_shared<ByteBudget>()),
      rebootstrap_(BootstrapServers(options_.client)),
      ledger_(kCommitAnswerWait, kCommitLostAfter),
      raw_(std::max<size_t>(options_.batch_messages_max, 1)),
      health_({.brokers = BootstrapServers(options_.client),
               .group = options_.group,
               .instance_id = GroupInstanceId(options_.client, options_.worker),
               .commits_overdue = CommitsOverdueAfter(options_.commit_interval),
               .topic_refresh = TopicRefreshInterval(options_.client)}) {}

KafkaSource::~KafkaSource() { Close().IgnoreError(); }

absl::Status KafkaSource::Connect() {
  absl::StatusOr<KafkaConf> conf =
      MakeConsumerConf(options_.client, options_.group, options_.worker);
  if (!conf.ok()) {
    return conf.status();
  }
  auto consumer = std::make_shared<Consumer>(events_, this);
  consumer->Install(conf->get());
  // PITFALL 3: with a rebalance callback of its own, the batch call is safe; it
  // and all other calls are made by the worker's thread alone.
  rd_kafka_conf_set_rebalance_cb(
      conf->get(),
      [](rd_kafka_t*, rd_kafka_resp_err_t kind,
         rd_kafka_topic_partition_list_t* partitions, void* opaque) {
        Consumer::SourceOf(opaque)->OnRebalance(kind, partitions);
      });
  rd_kafka_conf_set_stats_cb(
      conf->get(), [](rd_kafka_t*, char* json, size_t size, void* opaque) {
        Consumer::SourceOf(opaque)->OnStatistics({json, size});
        return 0;  // librdkafka frees it.
      });
  absl::StatusOr<KafkaHandle> handle = NewConsumer(*std::move(conf));
  if (!handle.ok()) {
    return handle.status();
  }
  consumer->handle = *std::move(handle);
  consumer->queue.reset(rd_kafka_queue_get_consumer(consumer->handle.get()));
  consumer->answers.reset(rd_kafka_queue_new(consumer->handle.get()));
  consumer_ = std::move(consumer);
  subscribed_ = false;
  fatal_ = false;
  fenced_ = false;
  paused_ = false;
  return absl::OkStatus();
}

absl::Status KafkaSource::Subscribe() {
  const KafkaPartitions topics(rd_kafka_topic_partition_list_new(
      static_cast<int>(options_.topics.size())));
  for (const std::string& topic : options_.topics) {
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(),
                                      RD_KAFKA_PARTITION_UA);
  }
  const rd_kafka_resp_err_t error =
      rd_kafka_subscribe(consumer_->handle.get(), topics.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::InvalidArgumentError(
        StrCat("kafka: cannot subscribe: ", rd_kafka_err2str(error)));
  }
  subscribed_ = true;
  return absl::OkStatus();
}

void KafkaSource::Disconnect() {
  while (!streams_.empty()) {
    ForgetStream(streams_.begin());
  }
  fetched_.clear();
  fetched_bytes_ = 0;
  rebalance_kind_ = 0;
  rebalance_partitions_.reset();
  if (consumer_ != nullptr) {
    closing_ = true;
    LeaveGroup();
    closing_ = false;
    consumer_->source = nullptr;
    consumer_.reset();  // Destroyed with the last batch that came out of it.
  }
  PublishAssignment(/*joined=*/false);
  MutexLock lock(&mutex_);
  health_.OnReconnect();
}

// Not rd_kafka_consumer_close(), which waits without a limit: with the broker
// gone in the wrong moment, for ever.
void KafkaSource::LeaveGroup() {
  rd_kafka_t* const handle = consumer_->handle.get();
  const KafkaQueue queue(rd_kafka_queue_new(handle));
  if (rd_kafka_error_t* error =
          rd_kafka_consumer_close_queue(handle, queue.get())) {
    OnError(rd_kafka_error_code(error), rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return;
  }
  const absl::Time deadline = absl::Now() + kCloseTimeout;
  while (!rd_kafka_consumer_closed(handle)) {
    if (absl::Now() > deadline) {
      events_->Log(KafkaLogLevel::kWarning,
                   StrCat("kafka: worker ", options_.worker,
                          " leaves without the broker's answer; its partitions "
                          "move when its session times out"));
      return;
    }
    // Calls back for what is revoked; messages are not wanted any more.
    // (rd_kafka_queue_poll_callback() aborts on ops that have no callback.)
    const KafkaMessage dropped(rd_kafka_consume_queue(queue.get(), 50));
  }
}

bool KafkaSource::Recover() {
  // Asked, not only told: the message that tells of a fatal error may be lost
  // with the assignment, as when a static member is fenced at its time-out.
  if (consumer_ != nullptr && !fatal_ &&
      rd_kafka_fatal_error(consumer_->handle.get(), nullptr, 0) !=
          RD_KAFKA_RESP_ERR_NO_ERROR) {
    OnError(RD_KAFKA_RESP_ERR__FATAL, "the consumer cannot go on");
  }
  if (consumer_ != nullptr && !fatal_) {
    std::string why;
    {
      MutexLock lock(&mutex_);
      why = health_.WhyReconnect(absl::Now());
      if (why.empty()) {
        return true;
      }
      health_.OnGivenUp();
    }
    events_->Log(KafkaLogLevel::kError,
                 StrCat("kafka: worker ", options_.worker, ": ", why,
                        ": connecting anew; what was in flight will be read "
                        "again"));
    fatal_ = true;
  } else if (consumer_ != nullptr) {
    events_->Log(KafkaLogLevel::kError,
                 StrCat("kafka: worker ", options_.worker,
                        ": fatal consumer error, connecting anew; what was in "
                        "flight will be read again"));
  }
  if (consumer_ != nullptr) {
    Disconnect();
    reconnect_at_ =
        absl::Now() + (fenced_ ? kFencedInterval : kReconnectInterval);
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

void KafkaSource::LogHealth() {
  std::optional<MemberHealth::Problem> problem;
  {
    MutexLock lock(&mutex_);
    const absl::Time now = absl::Now();
    std::optional<MemberProblem> kind = health_.FindKind(now);
    if (kind == MemberProblem::kNotJoined) {
      kind.reset();  // What begins and ends with every rebalance.
    }
    if (kind == logged_problem_) {
      return;
    }
    if (kind.has_value()) {
      problem = health_.Find(now);
    }
  }
  if (problem.has_value()) {
    events_->Log(
        KafkaLogLevel::kWarning,
        StrCat("kafka: worker ", options_.worker, ": ", problem->text));
    logged_problem_ = problem->kind;
  } else {
    events_->Log(KafkaLogLevel::kInfo, StrCat("kafka: worker ", options_.worker,
                                              ": ", EndOf(*logged_problem_)));
    logged_problem_.reset();
  }
}

absl::StatusOr<std::unique_ptr<MessageBatch>> KafkaSource::Poll(
    absl::Duration timeout) {
  if (closed_) {
    return absl::FailedPreconditionError("kafka: the source is closed");
  }
  LogHealth();
  if (!Recover()) {
    absl::SleepFor(std::min(timeout, reconnect_at_ - absl::Now()));
    return nullptr;
  }
  if (!subscribed_) {
    if (absl::Status status = Subscribe(); !status.ok()) {
      return status;
    }
  }
  TakeAnswers(absl::ZeroDuration());
  if (absl::Now() >= next_commit_) {
    Commit();
  }
  CheckTopics();
  if (!HasRoom()) {  // Back-pressure: what is in flight must get through first.
    KeepAlive();
    in_flight_bytes_->WaitForRelease(std::min(timeout, kKeepAliveInterval));
    return nullptr;
  }
  if (paused_) {
    SetPaused(false);
  }
  // The batch call waits until its array is full: so first for one message,
  // then for whatever is there already.
  const absl::Duration wait = std::min(
      timeout, std::max(next_commit_ - absl::Now(), absl::Milliseconds(1)));
  if (fetched_.empty() && !Fetch(wait, 1)) {
    return MakeBatch();
  }
  if (!fetched_.empty() && fetched_.size() < options_.batch_messages_max) {
    Fetch(absl::ZeroDuration(), options_.batch_messages_max - fetched_.size());
  }
  return MakeBatch();
}

bool KafkaSource::HasRoom() const {
  return in_flight_bytes_->bytes() < in_flight_bytes_max_;
}

bool KafkaSource::Fetch(absl::Duration timeout, size_t max) {
  const ssize_t count =
      rd_kafka_consume_batch_queue(consumer_->queue.get(), Millis(timeout),
                                   raw_.data(), std::min(max, raw_.size()));
  for (ssize_t i = 0; i < count; ++i) {
    Take(KafkaMessage(raw_[static_cast<size_t>(i)]));
  }
  if (rebalance_kind_ == 0) {
    return true;
  }
  const int kind = std::exchange(rebalance_kind_, 0);
  const KafkaPartitions partitions = std::move(rebalance_partitions_);
  HandleRebalance(kind, partitions.get());
  return false;
}

void KafkaSource::Take(KafkaMessage message) {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    fetched_bytes_ += KafkaMessageBytes(*message);
    fetched_.push_back(std::move(message));
  } else if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET &&
        message->rkt != nullptr) {
      MutexLock lock(&mutex_);
      health_.OnNoPosition(rd_kafka_topic_name(message->rkt),
                           message->partition,
                           rd_kafka_message_errstr(message.get()));
    }
    if (MissingTopics::MayBeMissing(message->err) && message->rkt != nullptr) {
      missing_topics_.Suspect(rd_kafka_topic_name(message->rkt), absl::Now());
    }
    OnError(message->err, rd_kafka_message_errstr(message.get()));
  }
}

void KafkaSource::CheckTopics() {
  for (const MissingTopics::Answer& answer :
       missing_topics_.Ask(consumer_->handle.get(), absl::Now())) {
    MutexLock lock(&mutex_);
    if (answer.status.ok()) {
      health_.OnTopicFound(answer.topic, absl::Now());
    } else {
      health_.OnTopicMissing(answer.topic, StatusText(answer.status));
    }
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
  }
  stream.next_offset = offset + 1;
  return &stream;
}

std::unique_ptr<MessageBatch> KafkaSource::MakeBatch() {
  if (fetched_.empty() || consumer_ == nullptr) {
    return nullptr;
  }
  // PERF: reserved at once; one allocation a batch, none a message.
  auto batch = std::make_unique<KafkaBatch>(consumer_, in_flight_bytes_,
                                            fetched_.size());
  while (!fetched_.empty()) {
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
  if (batch->messages().empty()) {
    return nullptr;
  }
  return batch;
}

void KafkaSource::KeepAlive() {
  if (consumer_ == nullptr || !subscribed_ || closed_ || fatal_ ||
      absl::Now() < next_keep_alive_) {
    return;
  }
  next_keep_alive_ = absl::Now() + kKeepAliveInterval;
  LogHealth();
  // PITFALL 7: only asking the consumer queue counts as a poll. It may give a
  // message, which waits for the next batch.
  // PITFALL 13: pausing throws the prefetched messages away, so it comes last.
  if (!paused_ && (fetched_.size() >= options_.batch_messages_max ||
                   fetched_bytes_ >= kHeldBackBytesMax)) {
    SetPaused(true);
  }
  Fetch(absl::ZeroDuration(), 1);
  TakeAnswers(absl::ZeroDuration());
  if (absl::Now() >= next_commit_) {
    Commit();
  }
}

void KafkaSource::SetPaused(bool paused) {
  paused_ = paused;
  const KafkaPartitions partitions(
      rd_kafka_topic_partition_list_new(static_cast<int>(streams_.size())));
  for (const auto& [partition, stream] : streams_) {
    rd_kafka_topic_partition_list_add(partitions.get(), partition.first.c_str(),
                                      partition.second);
  }
  if (paused) {
    rd_kafka_pause_partitions(consumer_->handle.get(), partitions.get());
  } else {
    rd_kafka_resume_partitions(consumer_->handle.get(), partitions.get());
  }
}

void KafkaSource::OnRebalance(int kind,
                              rd_kafka_topic_partition_list_s* partitions) {
  if (closing_) {
    HandleRebalance(kind, partitions);
    return;
  }
  // PITFALL 3: the array that the batch call is filling may hold messages of
  // these partitions. So it is ended here and now, and the rebalance handled
  // when it has returned.
  rebalance_kind_ = kind;
  rebalance_partitions_.reset(rd_kafka_topic_partition_list_copy(partitions));
  rd_kafka_yield(consumer_->handle.get());
}

void KafkaSource::HandleRebalance(int kind,
                                  rd_kafka_topic_partition_list_s* partitions) {
  // PITFALL 10: the protocol reads NONE during close; the last known one
  // counts.
  const std::string_view protocol =
      rd_kafka_rebalance_protocol(consumer_->handle.get());
  if (protocol == "COOPERATIVE" || protocol == "EAGER") {
    cooperative_ = protocol == "COOPERATIVE";
  }
  if (kind == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    Assign(partitions);
  } else if (kind == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
    Revoke(partitions);
  } else {
    OnError(kind, "rebalance failed");
    rd_kafka_assign(consumer_->handle.get(), nullptr);
  }
}

void KafkaSource::Assign(rd_kafka_topic_partition_list_s* partitions) {
  rd_kafka_t* handle = consumer_->handle.get();
  for (int i = 0; i < partitions->cnt; ++i) {
    const rd_kafka_topic_partition_t& partition = partitions->elems[i];
    const auto [it, is_new] = streams_.try_emplace(
        TopicPartition(partition.topic, partition.partition));
    if (!is_new) {
      tracker_->Forget(it->second.id);
    }
    it->second = {.id = tracker_->NewStream()};
    ledger_.Add(partition.topic, partition.partition);
  }
  if (cooperative_) {
    if (rd_kafka_error_t* error =
            rd_kafka_incremental_assign(handle, partitions)) {
      OnError(rd_kafka_error_code(error), rd_kafka_error_string(error));
      rd_kafka_error_destroy(error);
    }
  } else if (const rd_kafka_resp_err_t error =
                 rd_kafka_assign(handle, partitions)) {
    OnError(error, rd_kafka_err2str(error));
  }
  if (paused_) {
    SetPaused(true);
  }
  PublishAssignment(/*joined=*/true);
  events_->Log(KafkaLogLevel::kInfo,
               StrCat("kafka: worker ", options_.worker, ": ", partitions->cnt,
                      " partitions assigned, ", streams_.size(), " in all"));
}

void KafkaSource::Revoke(rd_kafka_topic_partition_list_s* partitions) {
  rd_kafka_t* handle = consumer_->handle.get();
  const bool lost = rd_kafka_assignment_lost(handle) != 0;
  std::vector<StreamMap::iterator> revoked;
  std::vector<StreamId> ids;
  for (int i = 0; i < partitions->cnt; ++i) {
    const auto it =
        streams_.find(std::pair(std::string_view(partitions->elems[i].topic),
                                partitions->elems[i].partition));
    if (it != streams_.end()) {
      revoked.push_back(it);
      ids.push_back(it->second.id);
    }
  }
  // PITFALL 9: what was lost belongs to another member already: a commit would
  // fail, and fence a static member. Else commit what got through, here, as
  // after the unassign it is no longer ours.
  if (!lost && !ids.empty()) {
    if (!closing_) {  // Close() comes after the drain.
      tracker_->WaitResolved(ids, absl::Now() + options_.revoke_wait);
    }
    CommitAndWait();
  }
  for (const auto& stream : revoked) {
    ForgetStream(stream);
  }
  if (cooperative_) {
    if (rd_kafka_error_t* error =
            rd_kafka_incremental_unassign(handle, partitions)) {
      OnError(rd_kafka_error_code(error), rd_kafka_error_string(error));
      rd_kafka_error_destroy(error);
    }
  } else if (const rd_kafka_resp_err_t error =
                 rd_kafka_assign(handle, nullptr)) {
    OnError(error, rd_kafka_err2str(error));
  }
  PublishAssignment(/*joined=*/cooperative_ && !lost);
  events_->Log(KafkaLogLevel::kInfo,
               StrCat("kafka: worker ", options_.worker, ": ", partitions->cnt,
                      lost ? " partitions lost, " : " partitions revoked, ",
                      streams_.size(), " left"));
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
  std::erase_if(fetched_, [&](const KafkaMessage& message) {
    return message->partition == stream->first.second &&
           stream->first.first == rd_kafka_topic_name(message->rkt);
  });
  ledger_.Remove(stream->first.first, stream->first.second);
  streams_.erase(stream);
}

void KafkaSource::PublishAssignment(bool joined) {
  MutexLock lock(&mutex_);
  assigned_.clear();
  for (const auto& [partition, stream] : streams_) {
    assigned_.push_back(partition);
  }
  health_.OnAssignment(joined, assigned_);
  if (joined) {
    health_.OnBrokerAnswered();  // The coordinator gave it its place.
  }
  health_.OnCommits(ledger_.LongestWaiting());
  std::erase_if(lags_, [&](const PartitionLag& lag) {
    return streams_.find(std::pair(std::string_view(lag.topic),
                                   lag.partition)) == streams_.end();
  });
}

void KafkaSource::Resolve(absl::Time now) {
  for (const auto& [partition, stream] : streams_) {
    if (const std::optional<int64_t> next = tracker_->Committable(stream.id)) {
      ledger_.Resolve(partition.first, partition.second, *next, now);
    }
  }
}

void KafkaSource::PublishCommits(absl::Time now) {
  MutexLock lock(&mutex_);
  health_.OnCommits(ledger_.LongestWaiting());
  commits_ = {.repeats = ledger_.repeats(),
              .overdue = ledger_.CountWaitingSince(
                  now - CommitsOverdueAfter(options_.commit_interval))};
}

void KafkaSource::Commit() {
  const absl::Time now = absl::Now();
  next_commit_ = now + options_.commit_interval;
  Resolve(now);
  Ask(ledger_.TakeDue(now));
  PublishCommits(now);
}

void KafkaSource::CommitAndWait() {
  const absl::Time deadline = absl::Now() + kSyncCommitTimeout;
  Resolve(absl::Now());
  Ask(ledger_.TakeAll(absl::Now()));
  for (int round = 0; round < kSyncCommitRounds; ++round) {
    // Also for those that were asked for before: one of them may be taken last.
    while (ledger_.AwaitsAnswers(absl::Now()) && absl::Now() < deadline) {
      TakeAnswers(deadline - absl::Now());
    }
    if (absl::Now() >= deadline) {
      break;
    }
    Ask(ledger_.TakeDue(absl::Now()));
  }
  if (ledger_.LongestWaiting().has_value()) {
    OnError(RD_KAFKA_RESP_ERR__TIMED_OUT,
            "the last commit is not confirmed; some messages will be worked on "
            "again");
  }
  PublishCommits(absl::Now());
}

void KafkaSource::Ask(const std::vector<CommitLedger::Position>& positions) {
  if (positions.empty()) {
    return;
  }
  const KafkaPartitions offsets(
      rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
  for (const CommitLedger::Position& position : positions) {
    rd_kafka_topic_partition_list_add(offsets.get(), position.topic.c_str(),
                                      position.partition)
        ->offset = position.offset;
  }
  // PITFALL 18: not rd_kafka_commit(), which waits without a limit, or answers
  // in the queue of the messages, which cannot be asked for answers alone.
  const rd_kafka_resp_err_t error = rd_kafka_commit_queue(
      consumer_->handle.get(), offsets.get(), consumer_->answers.get(),
      [](rd_kafka_t*, rd_kafka_resp_err_t code,
         rd_kafka_topic_partition_list_t* committed, void* opaque) {
        static_cast<KafkaSource*>(opaque)->OnCommitted(code, committed);
      },
      this);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    OnCommitted(error, offsets.get());
  }
}

void KafkaSource::TakeAnswers(absl::Duration timeout) {
  rd_kafka_queue_poll_callback(consumer_->answers.get(), Millis(timeout));
}

void KafkaSource::OnCommitted(int error,
                              rd_kafka_topic_partition_list_s* offsets) {
  if (error == RD_KAFKA_RESP_ERR__NO_OFFSET || offsets == nullptr) {
    return;
  }
  const absl::Time now = absl::Now();
  bool is_confirmed = false;
  for (int i = 0; i < offsets->cnt; ++i) {
    const rd_kafka_topic_partition_t& offset = offsets->elems[i];
    const int failure = offset.err != RD_KAFKA_RESP_ERR_NO_ERROR
                            ? static_cast<int>(offset.err)
                            : error;
    ledger_.Answer(offset.topic, offset.partition, offset.offset,
                   /*confirmed=*/failure == RD_KAFKA_RESP_ERR_NO_ERROR, now);
    if (failure == RD_KAFKA_RESP_ERR_NO_ERROR) {
      is_confirmed = true;
      continue;
    }
    // PITFALL 9: ILLEGAL_GENERATION and REBALANCE_IN_PROGRESS only mean
    // duplicates. Where the partition is still ours it is tried again.
    OnError(
        failure,
        StrCat("commit of ", offset.topic, "[", offset.partition, "]: ",
               rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(failure))));
  }
  MutexLock lock(&mutex_);
  health_.OnCommitAnswer(is_confirmed, now);
  health_.OnCommits(ledger_.LongestWaiting());
  if (is_confirmed) {
    health_.OnBrokerAnswered();
  }
}

void KafkaSource::OnStatistics(std::string_view json) {
  events_->SayWhatWasHeldBack();
  ConsumerStatistics statistics = ReadConsumerStatistics(json);
  std::erase_if(statistics.lags, [&](const PartitionLag& lag) {
    return streams_.find(std::pair(std::string_view(lag.topic),
                                   lag.partition)) == streams_.end();
  });
  MutexLock lock(&mutex_);
  lags_ = std::move(statistics.lags);
  health_.OnGroupState(statistics.coordinator_is_up, statistics.join_state,
                       absl::Now());
  if (statistics.some_broker_is_up) {
    rebootstrap_.Answered();
    health_.OnBrokerAnswered();
  } else {
    rebootstrap_.NoAnswer(consumer_->handle.get(), absl::Now());
    health_.OnAllBrokersDown(absl::Now());
  }
}

void KafkaSource::OnClientError(int error, std::string_view text) {
  {
    MutexLock lock(&mutex_);
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
      health_.OnAllBrokersDown(absl::Now());
    } else if (IsConnectionError(error)) {
      health_.OnConnectionError(error, text, absl::Now());
    }
  }
  OnError(error, text);
}

void KafkaSource::OnError(int error, std::string_view text) {
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  events_->Error(rd_kafka_err2name(code), text);
  const rd_kafka_resp_err_t fatal =
      consumer_ != nullptr && consumer_->handle != nullptr
          ? rd_kafka_fatal_error(consumer_->handle.get(), nullptr, 0)
          : RD_KAFKA_RESP_ERR_NO_ERROR;
  fatal_ = fatal_ || code == RD_KAFKA_RESP_ERR__FATAL ||
           fatal != RD_KAFKA_RESP_ERR_NO_ERROR;
  if (fatal == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) {
    fenced_ = true;
    MutexLock lock(&mutex_);
    health_.OnFenced(absl::Now());
  }
  // PITFALL 7: after _MAX_POLL_EXCEEDED the assignment comes back as lost, and
  // the polls that follow join again.
}

absl::Status KafkaSource::Ready() const {
  MutexLock lock(&mutex_);
  std::optional<MemberHealth::Problem> problem = health_.Find(absl::Now());
  return problem.has_value() ? absl::UnavailableError(std::move(problem)->text)
                             : absl::OkStatus();
}

KafkaCommitCounts KafkaSource::commits() const {
  MutexLock lock(&mutex_);
  return commits_;
}

absl::Status KafkaSource::Close() {
  if (closed_) {
    return absl::OkStatus();
  }
  closed_ = true;
  if (consumer_ != nullptr && subscribed_ && !fatal_) {
    fetched_.clear();
    CommitAndWait();
  }
  Disconnect();
  return absl::OkStatus();
}

std::vector<PartitionLag> KafkaSource::lags() const {
  MutexLock lock(&mutex_);
  return lags_;
}

size_t KafkaSource::assigned_partitions() const {
  MutexLock lock(&mutex_);
  return assigned_.size();
}

std::vector<PartitionLag> KafkaSource::assignment() const {
  MutexLock lock(&mutex_);
  std::vector<PartitionLag> partitions;
  for (const auto& [topic, partition] : assigned_) {
    PartitionLag& one = partitions.emplace_back();
    one.topic = topic;
    one.partition = partition;
    one.lag = -1;
    for (const PartitionLag& known : lags_) {
      if (known.partition == partition && known.topic == topic) {
        one.lag = known.lag;
      }
    }
  }
  return partitions;
}

}  // namespace presshawk
