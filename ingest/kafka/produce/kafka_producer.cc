// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/produce/kafka_producer.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/client_callbacks.h"
#include "ingest/kafka/client/connection_errors.h"
#include "ingest/kafka/client/rebootstrap.h"

namespace presshawk {
namespace {

constexpr absl::Duration kBackOffMin = absl::Milliseconds(100);
constexpr absl::Duration kBackOffMax = absl::Seconds(5);
// How often a blocked Send() asks its caller whether to go on.
constexpr auto kBlockedSlice = std::chrono::milliseconds(50);
constexpr int kPollMillis = 100;
constexpr int kBusyPollMillis = 5;
// How long a failed handle may take to report what it still knows.
constexpr absl::Duration kPurgeTimeout = absl::Seconds(2);
constexpr absl::Duration kReconnectInterval = absl::Seconds(1);
// How long a broker surely knows a producer (its producer.id.expiration.ms is a
// day, unless somebody made it shorter).
constexpr absl::Duration kKnownFor = absl::Minutes(30);
// No acknowledgement for so long, while some are due: not healthy.
constexpr absl::Duration kStalledAfter = absl::Seconds(10);

uint64_t PositiveValue(const KafkaConf& conf, const char* name) {
  const uint64_t value =
      std::strtoull(ConfValue(conf, name).c_str(), nullptr, 10);
  return value == 0 ? UINT64_MAX : value;
}

rd_kafka_headers_t* MakeHeaders(const ProducerRecord& record) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()),
                        value.data(), static_cast<ssize_t>(value.size()));
  }
  return headers;
}

// Hands `record` to librdkafka without a copy of its value, which stays valid
// until the delivery report.
rd_kafka_resp_err_t Produce(rd_kafka_t* handle, const ProducerRecord& record,
                            uint64_t sequence) {
  KafkaHeaders headers(MakeHeaders(record));
  std::array<rd_kafka_vu_t, 6> fields;
  fields[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  fields[0].u.cstr = record.topic.c_str();
  fields[1].vtype = RD_KAFKA_VTYPE_PARTITION;
  fields[1].u.i32 = RD_KAFKA_PARTITION_UA;
  fields[2].vtype = RD_KAFKA_VTYPE_KEY;
  fields[2].u.mem.ptr =
      record.has_key ? const_cast<char*>(record.key.data()) : nullptr;
  fields[2].u.mem.size = record.has_key ? record.key.size() : 0;
  fields[3].vtype = RD_KAFKA_VTYPE_VALUE;
  const std::string_view value = record.value();
  fields[3].u.mem.ptr =
      record.has_value ? const_cast<char*>(value.data()) : nullptr;
  fields[3].u.mem.size = record.has_value ? value.size() : 0;
  fields[4].vtype = RD_KAFKA_VTYPE_OPAQUE;
  fields[4].u.ptr = reinterpret_cast<void*>(sequence);
  fields[5].vtype = RD_KAFKA_VTYPE_HEADERS;
  fields[5].u.headers = headers.get();
  rd_kafka_error_t* error =
      rd_kafka_produceva(handle, fields.data(), fields.size());
  if (error == nullptr) {
    headers.release();  // librdkafka's now.
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  return code;
}

}  // namespace

size_t ProducerRecord::bytes() const {
  size_t size = sizeof(ProducerRecord) + key.size() + value().size();
  for (const auto& [name, text] : headers) {
    size += name.size() + text.size();
  }
  return size;
}

struct KafkaProducer::Channel : KafkaCallbacks {
  Channel(KafkaProducer* channel_producer, ChannelKind channel_kind)
      : KafkaCallbacks(channel_producer->events_),
        producer(channel_producer),
        kind(channel_kind),
        reports(&channel_producer->reports_),
        rebootstrap(BootstrapServers(channel_producer->options_)) {}
  // On the serving thread, which polls without the producer's lock.
  void OnError(int error, std::string_view text) override {
    KafkaCallbacks::OnError(error, text);
    if (IsConnectionError(error)) {
      producer->NoteConnectionError(text);
    }
    fatal = fatal || error == RD_KAFKA_RESP_ERR__FATAL;
  }
  bool Failed() const {
    return fatal || rd_kafka_fatal_error(handle.get(), nullptr, 0) !=
                        RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  // Calls back for reports and errors.
  void Poll(int timeout_millis) {
    const size_t before = reports->size();
    rd_kafka_poll(handle.get(), timeout_millis);
    if (reports->size() > before || rd_kafka_outq_len(handle.get()) == 0) {
      rebootstrap.Answered();
    } else {
      rebootstrap.NoAnswer(handle.get(), absl::Now());
    }
  }

  KafkaProducer* const producer;
  const ChannelKind kind;
  std::vector<Report>* const reports;
  Rebootstrap rebootstrap;
  // Partitions whose broker knows this producer: since when, and when it last
  // acknowledged a record with its offset. The serving thread's.
  struct Known {
    absl::Time since = absl::InfiniteFuture();
    absl::Time last = absl::InfinitePast();
  };
  std::map<std::pair<std::string, int32_t>, Known> known;
  bool fatal = false;  // The serving thread's.
  KafkaHandle handle;
};

absl::StatusOr<std::unique_ptr<KafkaProducer>> KafkaProducer::Create(
    const KafkaClientOptions& options, KafkaEvents* events) {
  std::unique_ptr<KafkaProducer> producer(new KafkaProducer(options, events));
  absl::StatusOr<std::unique_ptr<Channel>> bulk =
      producer->Connect(ChannelKind::kBulk);
  if (!bulk.ok()) {
    return bulk.status();
  }
  {
    MutexLock lock(&producer->mutex_);
    producer->bulk_ = *std::move(bulk);
  }
  producer->thread_ = std::thread([raw = producer.get()] { raw->Serve(); });
  return producer;
}

KafkaProducer::KafkaProducer(const KafkaClientOptions& options,
                             KafkaEvents* events)
    : options_(options), events_(events) {}

KafkaProducer::~KafkaProducer() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  if (thread_.joinable()) {
    thread_.join();
  }
  // Before the records, whose values librdkafka still views.
  MutexLock lock(&mutex_);
  bulk_.reset();
  single_.reset();
}

absl::StatusOr<std::unique_ptr<KafkaProducer::Channel>> KafkaProducer::Connect(
    ChannelKind kind) {
  absl::StatusOr<KafkaConf> conf = MakeProducerConf(options_);
  if (!conf.ok()) {
    return conf.status();
  }
  if (kind == ChannelKind::kSingle) {
    rd_kafka_conf_set(conf->get(), "batch.num.messages", "1", nullptr, 0);
    rd_kafka_conf_set(conf->get(), "queue.buffering.max.ms", "0", nullptr, 0);
    // A refusal leaves a gap in the sequence: what is in flight behind it is
    // out of order, and may be written twice when it is sent again.
    rd_kafka_conf_set(conf->get(), "max.in.flight", "1", nullptr, 0);
  } else {
    messages_max_ = PositiveValue(*conf, "queue.buffering.max.messages");
    bytes_max_ = PositiveValue(*conf, "queue.buffering.max.kbytes") * 1024;
  }
  auto made = std::make_unique<Channel>(this, kind);
  made->Install(conf->get());
  rd_kafka_conf_set_dr_msg_cb(
      conf->get(),
      [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
        const auto* channel =
            static_cast<Channel*>(static_cast<KafkaCallbacks*>(opaque));
        channel->reports->push_back(
            {.sequence = reinterpret_cast<uint64_t>(message->_private),
             .error = message->err,
             .has_offset = message->offset >= 0,
             .partition = message->partition,
             .kind = channel->kind});
      });
  absl::StatusOr<KafkaHandle> handle = NewProducer(*std::move(conf));
  if (!handle.ok()) {
    return handle.status();
  }
  made->handle = *std::move(handle);
  return made;
}

KafkaProducer::Channel* KafkaProducer::channel(ChannelKind kind) {
  return kind == ChannelKind::kBulk ? bulk_.get() : single_.get();
}

bool KafkaProducer::HasRoomFor(const ProducerRecord& record) const {
  return entries_.empty() || (entries_.size() < messages_max_ &&
                              bytes_ + record.bytes() <= bytes_max_);
}

bool KafkaProducer::Send(std::unique_ptr<ProducerRecord> record,
                         WhileBlocked while_blocked) {
  // A dead letter for an alert that was refused: its place has become free, and
  // waiting here would wait for itself.
  const bool may_wait = std::this_thread::get_id() != thread_.get_id();
  while (true) {
    {
      MutexLock lock(&mutex_);
      if (may_wait && !HasRoomFor(*record)) {
        lock.WaitUntil(&changed_,
                       std::chrono::steady_clock::now() + kBlockedSlice);
      }
      if (!may_wait || HasRoomFor(*record)) {
        Accept(std::move(record));
        return true;
      }
    }
    if (!while_blocked()) {
      return false;
    }
  }
}

void KafkaProducer::Accept(std::unique_ptr<ProducerRecord> record) {
  const uint64_t sequence = next_sequence_++;
  record->sent_at = absl::Now();
  bytes_ += record->bytes();
  Entry& entry = entries_[sequence];
  entry.record = std::move(record);
  // Behind those that wait for librdkafka already.
  const HandOver result =
      ready_.empty() ? TryHandOver(sequence, &entry) : HandOver::kLater;
  if (result == HandOver::kLater || result == HandOver::kTooLarge) {
    ready_.insert(sequence);  // The thread does the rest.
  }
}

KafkaProducer::HandOver KafkaProducer::TryHandOver(uint64_t sequence,
                                                   Entry* entry) {
  Channel* to = channel(entry->kind);
  if (to == nullptr) {
    return HandOver::kLater;
  }
  entry->handed_over_at = absl::Now();
  const rd_kafka_resp_err_t error =
      Produce(to->handle.get(), *entry->record, sequence);
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      entry->handed_over = true;
      return HandOver::kDone;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
      return HandOver::kTooLarge;
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
    case RD_KAFKA_RESP_ERR__FATAL:  // The thread makes a new handle.
      return HandOver::kLater;
    default:
      RetryLater(sequence, entry, error);
      return HandOver::kRefused;
  }
}

void KafkaProducer::RetryLater(uint64_t sequence, Entry* entry, int error) {
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  Refusals& refusals = refusals_[entry->record->topic];
  refusals.last =
      StrCat("topic ", entry->record->topic, ": ",
             code == RD_KAFKA_RESP_ERR_NO_ERROR ? "no offset for a record"
                                                : rd_kafka_err2str(code),
             " (tried again)");
  events_->Error(rd_kafka_err2name(code), refusals.last);
  entry->record->owner->OnRefused(*entry->record);
  if (!entry->refused) {
    entry->refused = true;
    ++refusals.entries;
  }
  if (waiting_.empty()) {
    back_off_ = std::clamp(back_off_ * 2, kBackOffMin, kBackOffMax);
    retry_at_ = absl::Now() + back_off_;
  }
  ready_.erase(sequence);
  waiting_.insert(sequence);
}

std::unique_ptr<ProducerRecord> KafkaProducer::Remove(uint64_t sequence) {
  const auto it = entries_.find(sequence);
  std::unique_ptr<ProducerRecord> record = std::move(it->second.record);
  bytes_ -= record->bytes();
  if (it->second.refused) {
    const auto refusals = refusals_.find(record->topic);
    if (--refusals->second.entries == 0) {
      refusals_.erase(refusals);
    }
    if (refusals_.empty()) {
      back_off_ = absl::ZeroDuration();
    }
  }
  ready_.erase(sequence);
  waiting_.erase(sequence);
  entries_.erase(it);
  return record;
}

void KafkaProducer::NoteConnectionError(std::string_view text) {
  MutexLock lock(&mutex_);
  connection_error_ = ConnectionCause(text);
}

void KafkaProducer::Serve() {
  while (true) {
    Channel* bulk = nullptr;
    Channel* single = nullptr;
    bool busy = false;
    {
      MutexLock lock(&mutex_);
      if (stop_) {
        return;
      }
      bulk = bulk_.get();
      single = single_.get();
      busy = !ready_.empty() || !waiting_.empty();
    }
    busy = busy ||
           (single != nullptr && rd_kafka_outq_len(single->handle.get()) > 0);
    if (bulk != nullptr) {
      bulk->Poll(busy ? kBusyPollMillis : kPollMillis);
    } else {
      absl::SleepFor(absl::Milliseconds(kBusyPollMillis));
    }
    if (single != nullptr) {
      single->Poll(0);
    }
    HandleReports();
    RepairChannel(ChannelKind::kBulk);
    RepairChannel(ChannelKind::kSingle);
    SendReady();
  }
}

void KafkaProducer::HandleReports() {
  if (reports_.empty()) {
    return;
  }
  std::vector<std::unique_ptr<ProducerRecord>> delivered;
  std::vector<uint64_t> too_large;
  {
    MutexLock lock(&mutex_);
    for (const Report& report : reports_) {
      if (IsWritten(report)) {
        connection_error_.clear();
        delivered.push_back(Remove(report.sequence));
      } else {
        HandleRefusal(report, &too_large);
      }
    }
    reporting_ = true;
    changed_.notify_all();
  }
  reports_.clear();
  // Without the lock: the owners' work may send again.
  for (const std::unique_ptr<ProducerRecord>& record : delivered) {
    record->owner->OnDelivered(*record);
  }
  for (const uint64_t sequence : too_large) {
    HandleTooLarge(sequence);
  }
  delivered.clear();
  MutexLock lock(&mutex_);
  reporting_ = false;
  changed_.notify_all();
}

bool KafkaProducer::IsWritten(const Report& report) {
  Channel* const from = channel(report.kind);
  if (report.error != RD_KAFKA_RESP_ERR_NO_ERROR || from == nullptr) {
    return false;
  }
  const Entry& entry = entries_.find(report.sequence)->second;
  const absl::Time now = absl::Now();
  Channel::Known& known = from->known[{entry.record->topic, report.partition}];
  if (report.has_offset) {
    if (now - known.last >= kKnownFor) {
      known.since = now;
    }
    known.last = now;
    return true;
  }
  return known.since < entry.handed_over_at && now - known.last < kKnownFor;
}

void KafkaProducer::HandleRefusal(const Report& report,
                                  std::vector<uint64_t>* too_large) {
  Entry& entry = entries_.find(report.sequence)->second;
  entry.handed_over = false;
  switch (report.error) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
      if (report.kind == ChannelKind::kSingle) {
        too_large->push_back(report.sequence);
      } else {
        entry.kind = ChannelKind::kSingle;  // Perhaps its neighbours' fault.
        ready_.insert(report.sequence);
      }
      return;
    // The handle failed or is being emptied: no word about this record.
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__DESTROY:
      ready_.insert(report.sequence);
      return;
    default: {
      Channel* from = channel(report.kind);
      if (from == nullptr || from->Failed()) {
        ready_.insert(report.sequence);
      } else {
        RetryLater(report.sequence, &entry, report.error);
      }
    }
  }
}

void KafkaProducer::HandleTooLarge(uint64_t sequence) {
  ProducerRecord* record = nullptr;
  uint64_t bytes_before = 0;
  {
    MutexLock lock(&mutex_);
    record = entries_.find(sequence)->second.record.get();
    bytes_before = record->bytes();
  }
  // Only this thread removes entries, so the record stays.
  const RecordOwner::TooLarge answer = record->owner->OnTooLarge(record);
  std::unique_ptr<ProducerRecord> dropped;
  MutexLock lock(&mutex_);
  bytes_ = bytes_ - bytes_before + record->bytes();
  Entry& entry = entries_.find(sequence)->second;
  switch (answer) {
    case RecordOwner::TooLarge::kSendAgain:
      ready_.insert(sequence);
      break;
    case RecordOwner::TooLarge::kDrop:
      dropped = Remove(sequence);
      changed_.notify_all();
      break;
    case RecordOwner::TooLarge::kRetryLater:
      RetryLater(sequence, &entry, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
      break;
  }
}

void KafkaProducer::SendReady() {
  std::vector<uint64_t> too_large;
  {
    MutexLock lock(&mutex_);
    if (!waiting_.empty() && absl::Now() >= retry_at_) {
      ready_.merge(waiting_);
    }
    bool bulk_is_full = false;
    for (auto it = ready_.begin(); it != ready_.end();) {
      const uint64_t sequence = *it;
      ++it;  // The calls below may erase it.
      Entry& entry = entries_.find(sequence)->second;
      if (bulk_is_full && entry.kind == ChannelKind::kBulk) {
        continue;
      }
      switch (TryHandOver(sequence, &entry)) {
        case HandOver::kDone:
          ready_.erase(sequence);
          break;
        case HandOver::kTooLarge:
          ready_.erase(sequence);
          too_large.push_back(sequence);  // Over message.max.bytes alone.
          entry.kind = ChannelKind::kSingle;
          break;
        case HandOver::kLater:
          bulk_is_full = bulk_is_full || entry.kind == ChannelKind::kBulk;
          break;
        case HandOver::kRefused:
          break;
      }
    }
  }
  for (const uint64_t sequence : too_large) {
    HandleTooLarge(sequence);
  }
}

void KafkaProducer::RepairChannel(ChannelKind kind) {
  std::unique_ptr<Channel> failed;
  {
    MutexLock lock(&mutex_);
    std::unique_ptr<Channel>& slot =
        kind == ChannelKind::kBulk ? bulk_ : single_;
    if (slot != nullptr && !slot->Failed()) {
      return;
    }
    bool single_waits = false;
    for (const uint64_t sequence : ready_) {
      single_waits |=
          entries_.find(sequence)->second.kind == ChannelKind::kSingle;
    }
    if (slot == nullptr && kind == ChannelKind::kSingle && !single_waits) {
      return;  // Made when it is needed first.
    }
    failed = std::move(slot);  // Send() now queues.
  }
  if (failed != nullptr) {
    events_->Log(KafkaLogLevel::kError,
                 "kafka: fatal producer error, making a new producer; "
                 "everything unacknowledged is sent again");
    rd_kafka_purge(failed->handle.get(),
                   RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    const absl::Time deadline = absl::Now() + kPurgeTimeout;
    while (rd_kafka_outq_len(failed->handle.get()) > 0 &&
           absl::Now() < deadline) {
      rd_kafka_poll(failed->handle.get(), kBusyPollMillis);
    }
    HandleReports();
    failed.reset();
  }
  absl::StatusOr<std::unique_ptr<Channel>> made = Connect(kind);
  if (!made.ok()) {
    events_->Log(KafkaLogLevel::kError, StatusText(made.status()));
    absl::SleepFor(kReconnectInterval);
  }
  MutexLock lock(&mutex_);
  for (auto& [sequence, entry] : entries_) {
    if (entry.kind == kind && entry.handed_over) {
      entry.handed_over = false;
      ready_.insert(sequence);
    }
  }
  if (made.ok()) {
    (kind == ChannelKind::kBulk ? bulk_ : single_) = *std::move(made);
    if (kind == ChannelKind::kBulk) {
      ++restarts_;
    }
  }
}

absl::Status KafkaProducer::Health(std::string_view topic) const {
  MutexLock lock(&mutex_);
  if (const auto refusals =
          topic.empty() ? refusals_.begin() : refusals_.find(topic);
      refusals != refusals_.end()) {
    return absl::UnavailableError(
        StrCat(refusals->second.entries,
               " records are refused: ", refusals->second.last));
  }
  if (bulk_ == nullptr) {
    return absl::UnavailableError("the producer connects anew");
  }
  const absl::Time now = absl::Now();
  for (const auto& [sequence, entry] : entries_) {
    const absl::Duration age = now - entry.record->sent_at;
    if (age <= kStalledAfter) {
      break;  // All later ones are younger.
    }
    if (topic.empty() || entry.record->topic == topic) {
      return absl::UnavailableError(
          StrCat("no acknowledgement from ", BootstrapServers(options_),
                 " since ", FormatSince(entry.record->sent_at),
                 connection_error_.empty() ? "" : ": ", connection_error_));
    }
  }
  return absl::OkStatus();
}

void KafkaProducer::Flush(absl::Time deadline) {
  const absl::Duration left =
      std::min(deadline - absl::Now(), absl::Hours(24 * 365));
  const auto until =
      std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(left);
  MutexLock lock(&mutex_);
  while ((!entries_.empty() || reporting_) &&
         lock.WaitUntil(&changed_, until)) {
  }
}

size_t KafkaProducer::unacknowledged() const {
  MutexLock lock(&mutex_);
  return entries_.size();
}

uint64_t KafkaProducer::restarts() const {
  MutexLock lock(&mutex_);
  return restarts_;
}

}  // namespace presshawk
