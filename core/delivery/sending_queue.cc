// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/sending_queue.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Within which a courier has answered. Couriers of HTTP and SMTP have limits of
// their own, which are below; those of Kafka and files have none.
absl::Duration LimitOf(ReceiverKind kind) {
  switch (kind) {
    case ReceiverKind::kKafka:
    case ReceiverKind::kFile:
      return kSlowAttempt;
    case ReceiverKind::kEmail:
      return absl::Minutes(30);
    default:
      return absl::Minutes(1);
  }
}

// Whether it waits for nothing but its receiver.
bool IsSendable(WaitReason reason) {
  return reason == WaitReason::kDue || reason == WaitReason::kCircuit ||
         reason == WaitReason::kRate || reason == WaitReason::kRetry;
}

std::string HexOfSha256(std::string_view body) {
  thread_local Sha256 hash;
  return HexPrefix(hash.Add(body).Finish(), 32);
}

}  // namespace

struct SendingQueue::Receiver {
  Receiver(ReceiverRecord record, Jitter* jitter)
      : health(std::move(record), jitter), rate(0, absl::Seconds(1)) {}

  ReceiverHealth health;
  SendRate rate;
  std::shared_ptr<const ReceiverOptions> options;  // Null: not configured.
  uint32_t in_flight = 0;
  uint32_t wanted = 0;  // In the step in progress.
  // When something may wait for it.
  absl::Time look_at = absl::InfinitePast();
  bool hinted = false;        // During the step in progress.
  bool is_exhausted = false;  // The last step found less than it wanted.
  bool is_changed = false;    // It is in changed_.
  absl::Time place = absl::InfiniteFuture();  // In the timeline.

  // When the next claim is possible.
  absl::Time ready_at() const {
    if (options == nullptr || health.is_held() || wanted > 0 ||
        in_flight >= health.slots(options->in_flight)) {
      return absl::InfiniteFuture();
    }
    return std::max({look_at, health.not_before(), rate.NextAt()});
  }
};

SendingQueue::SendingQueue(SendingOptions options, Resealer* resealer,
                           absl::Span<const ReceiverRecord> known)
    : options_(std::move(options)),
      resealer_(resealer),
      jitter_(options_.seed) {
  step_.instance = options_.instance;
  step_.lease = options_.lease;
  for (const ReceiverRecord& record : known) {
    receivers_[record.name] = std::make_unique<Receiver>(record, &jitter_);
  }
}

SendingQueue::~SendingQueue() = default;

SendingQueue::Receiver* SendingQueue::Find(std::string_view name) {
  const auto found = receivers_.find(std::string(name));
  return found == receivers_.end() ? nullptr : found->second.get();
}

SendingQueue::Receiver* SendingQueue::FindOrAdd(const std::string& name) {
  std::unique_ptr<Receiver>& receiver = receivers_[name];
  if (receiver == nullptr) {
    ReceiverRecord record;
    record.name = name;
    receiver = std::make_unique<Receiver>(std::move(record), &jitter_);
  }
  return receiver.get();
}

void SendingQueue::SetReceivers(std::vector<ReceiverOptions> receivers,
                                absl::Time now) {
  for (const auto& [name, receiver] : receivers_) {
    receiver->options = nullptr;
  }
  for (ReceiverOptions& options : receivers) {
    Receiver* const receiver = FindOrAdd(options.name);
    options.in_flight = std::max<uint32_t>(options.in_flight, 1);
    receiver->rate.Set(options.rate, options.rate_period);
    receiver->health.Configure(options.fingerprint, now);
    receiver->look_at = now;
    receiver->options =
        std::make_shared<const ReceiverOptions>(std::move(options));
  }
  for (const auto& [name, receiver] : receivers_) {
    Changed(receiver.get());
  }
}

bool SendingQueue::Pause(std::string_view receiver, std::string why,
                         absl::Time now) {
  Receiver* const found = Find(receiver);
  if (found == nullptr) {
    return false;
  }
  found->health.Pause(std::move(why), now);
  Changed(found);
  return true;
}

bool SendingQueue::Resume(std::string_view receiver, absl::Time now) {
  Receiver* const found = Find(receiver);
  if (found == nullptr) {
    return false;
  }
  found->health.Resume(now);
  found->look_at = std::min(found->look_at, now);
  Changed(found);
  return true;
}

void SendingQueue::Learn(absl::Span<const ReceiverRecord> records,
                         absl::Time now) {
  for (const ReceiverRecord& record : records) {
    Receiver* const receiver = FindOrAdd(record.name);
    receiver->health.Learn(record);
    if (receiver->options != nullptr) {
      receiver->health.Configure(receiver->options->fingerprint, now);
    }
    Changed(receiver);
  }
}

void SendingQueue::Hint(std::string_view receiver, absl::Time now) {
  Receiver* const found = Find(receiver);
  if (found == nullptr) {
    return;
  }
  found->hinted = true;
  found->look_at = std::min(found->look_at, now);
  Schedule(found);
}

void SendingQueue::TakeOver(std::vector<ClaimedDelivery> orphans,
                            absl::Time now) {
  for (ClaimedDelivery& orphan : orphans) {
    if (in_flight_.contains(orphan.record.id) || HasAnswer(orphan.record.id)) {
      continue;  // It is ours: its lease ended while the ledger was away.
    }
    Receiver* const receiver = FindOrAdd(orphan.record.receiver);
    const EndedAttempt ended = AttemptOf(std::move(orphan), receiver, now);
    // Not told to its health: it was the sender that died.
    Write(ended,
          {.outcome = AttemptOutcome::kUnknown,
           .why = "the process that sent it ended before the answer"},
          receiver, now);
    Schedule(receiver);
  }
}

bool SendingQueue::HasAnswer(const std::string& delivery) const {
  const auto is_it = [&delivery](const auto& answer) {
    return answer.first.id == delivery;
  };
  return std::any_of(answers_.begin(), answers_.end(), is_it) ||
         std::any_of(step_.finished.begin(), step_.finished.end(), is_it);
}

void SendingQueue::NoteWaiting(absl::Span<const WaitingCount> waiting,
                               absl::Time now) {
  for (const WaitingCount& one : waiting) {
    Receiver* const receiver = Find(one.receiver);
    if (receiver != nullptr && one.count > 0 && IsSendable(one.reason)) {
      receiver->health.NoteOldest(one.oldest, now);
      Changed(receiver);
    }
  }
}

void SendingQueue::StopClaiming() { claims_ = false; }

void SendingQueue::Changed(Receiver* receiver) {
  for (ReceiverNews& news : receiver->health.TakeNews()) {
    news_.push_back(std::move(news));
  }
  if (!receiver->is_changed) {
    receiver->is_changed = true;
    changed_.push_back(receiver);
  }
  Schedule(receiver);
}

void SendingQueue::Schedule(Receiver* receiver) {
  const absl::Time place =
      std::min(receiver->ready_at(), receiver->health.news_at());
  if (place == receiver->place) {
    return;
  }
  timeline_.erase({receiver->place, receiver});
  receiver->place = place;
  if (place != absl::InfiniteFuture()) {
    timeline_.insert({place, receiver});
  }
}

uint32_t SendingQueue::FreeSlots() const {
  const size_t used = in_flight_.size() + reserved_;
  return claims_ && used < options_.in_flight_max
             ? options_.in_flight_max - static_cast<uint32_t>(used)
             : 0;
}

const SenderStep* SendingQueue::Prepare(absl::Time now) {
  PRESSHAWK_CHECK(!is_committing_);  // Commit() or Abort() must come first.
  EndLateAttempts(now);
  while (FreeSlots() > 0 && !timeline_.empty() &&
         timeline_.begin()->first <= now) {
    Receiver* const receiver = timeline_.begin()->second;
    receiver->health.CheckTime(now);
    Want(receiver, now);
    Changed(receiver);
  }
  for (Receiver* const receiver : std::exchange(changed_, {})) {
    receiver->is_changed = false;
    if (auto record = receiver->health.TakeChange(); record.has_value()) {
      step_.receivers.push_back(*std::move(record));
    }
  }
  for (auto& answer : std::exchange(answers_, {})) {
    step_.finished.push_back(std::move(answer));
  }
  Renew(now);
  is_committing_ = !step_.finished.empty() || !step_.receivers.empty() ||
                   !step_.wanted.empty() || !step_.renewed.empty();
  return is_committing_ ? &step_ : nullptr;
}

void SendingQueue::Want(Receiver* receiver, absl::Time now) {
  if (receiver->ready_at() > now) {
    return;  // It was there for its news.
  }
  const uint32_t count =
      std::min({receiver->health.slots(receiver->options->in_flight) -
                    receiver->in_flight,
                receiver->rate.Allowance(now), FreeSlots()});
  receiver->wanted = count;
  receiver->hinted = false;
  reserved_ += count;
  step_.wanted.emplace_back(receiver->options->name, count);
}

void SendingQueue::Renew(absl::Time now) {
  if (in_flight_.empty()) {
    renew_at_ = absl::InfiniteFuture();
    return;
  }
  if (now < renew_at_) {
    return;
  }
  for (const auto& [id, in_flight] : in_flight_) {
    step_.renewed.push_back(id);
  }
  renew_at_ = now + options_.lease / 3;
}

void SendingQueue::EndLateAttempts(absl::Time now) {
  if (now < limit_at_) {
    return;
  }
  std::vector<std::pair<std::string, uint32_t>> late;
  limit_at_ = absl::InfiniteFuture();
  for (const auto& [id, in_flight] : in_flight_) {
    if (in_flight.limit <= now) {
      late.emplace_back(id, in_flight.attempt.number);
    } else {
      limit_at_ = std::min(limit_at_, in_flight.limit);
    }
  }
  for (const auto& [id, number] : late) {
    Finish(id, number,
           {.outcome = AttemptOutcome::kUnknown,
            .took = now - in_flight_[id].attempt.began,
            .why = "no answer came in time"},
           now);
  }
}

std::vector<Dispatch> SendingQueue::Commit(SenderStepResult result,
                                           absl::Time now) {
  PRESSHAWK_CHECK(is_committing_);
  is_committing_ = false;
  const std::vector<std::pair<std::string, uint32_t>> wanted =
      std::exchange(step_.wanted, {});
  step_.finished.clear();
  step_.receivers.clear();
  step_.renewed.clear();
  reserved_ = 0;

  absl::flat_hash_map<Receiver*, uint32_t> counts;
  std::vector<Dispatch> dispatches;
  for (ClaimedDelivery& claimed : result.claimed) {
    Receiver* const receiver = FindOrAdd(claimed.record.receiver);
    ++counts[receiver];
    if (auto dispatch = Begin(std::move(claimed), receiver, now);
        dispatch.has_value()) {
      dispatches.push_back(*std::move(dispatch));
    }
  }
  absl::flat_hash_map<std::string_view, absl::Time> next_due;
  for (const auto& [name, due] : result.next_due) {
    next_due[name] = due;
  }
  for (const auto& [name, count] : wanted) {
    Receiver* const receiver = Find(name);
    const auto due = next_due.find(name);
    NoteClaims(receiver, counts[receiver],
               due == next_due.end() ? nullptr : &due->second, now);
  }
  return dispatches;
}

void SendingQueue::NoteClaims(Receiver* receiver, uint32_t claimed,
                              const absl::Time* next_due, absl::Time now) {
  const bool found_all = claimed >= receiver->wanted;
  receiver->wanted = 0;
  if (next_due != nullptr) {
    receiver->look_at = std::clamp(*next_due, now, now + options_.poll);
  } else {
    receiver->look_at = found_all ? now : now + options_.poll;
  }
  if (receiver->hinted) {
    receiver->look_at = now;
  }
  receiver->is_exhausted = receiver->look_at > now;
  CheckDrained(receiver, now);
  Changed(receiver);
}

void SendingQueue::CheckDrained(Receiver* receiver, absl::Time now) {
  if (receiver->is_exhausted && receiver->in_flight == 0) {
    receiver->health.OnDrained(now);
  }
}

EndedAttempt SendingQueue::AttemptOf(ClaimedDelivery claimed,
                                     const Receiver* receiver, absl::Time now) {
  EndedAttempt attempt;
  attempt.options = receiver->options;
  attempt.number = claimed.record.attempts + 1;
  attempt.began = now;
  attempt.bytes = claimed.body.size();
  attempt.sha256 = HexOfSha256(claimed.body);
  attempt.claimed = std::move(claimed);
  return attempt;
}

// People get a message that is made when it is sent for the first time; from then
// on it is what the delivery consists of (SPEC MESSAGE-2).
absl::Status SendingQueue::SealForPeople(const Receiver& receiver,
                                         ClaimedDelivery* claimed,
                                         std::string* envelope) {
  if (receiver.options == nullptr || !IsForPeople(receiver.options->kind)) {
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> body =
      resealer_->Render(*receiver.options, *claimed);
  if (!body.ok()) {
    return body.status();
  }
  if (*body != claimed->body) {
    *envelope = std::exchange(claimed->body, *std::move(body));
    claimed->record.own_body = claimed->body;
  }
  return absl::OkStatus();
}

std::optional<Dispatch> SendingQueue::Begin(ClaimedDelivery claimed,
                                            Receiver* receiver,
                                            absl::Time now) {
  std::string envelope;
  const absl::Status sealed = SealForPeople(*receiver, &claimed, &envelope);
  InFlight begun = {.attempt = AttemptOf(std::move(claimed), receiver, now),
                    .receiver = receiver,
                    .is_probe = receiver->health.is_open()};
  const DeliveryRecord& record = begun.attempt.claimed.record;
  if (receiver->options == nullptr) {
    Write(begun.attempt,
          {.outcome = AttemptOutcome::kStopped,
           .why = "the receiver is not in the configuration"},
          receiver, now);
    return std::nullopt;
  }
  if (!sealed.ok()) {
    Write(begun.attempt,
          {.outcome = AttemptOutcome::kRefused,
           .why = StrCat("not sent: ", std::string(sealed.message()))},
          receiver, now);
    return std::nullopt;
  }
  // What a failing receiver was owed for too long is not tried again; the probe
  // is the oldest that is still worth one.
  if (begun.is_probe && now - record.created_at >= receiver->options->give_up) {
    Write(begun.attempt,
          {.outcome = AttemptOutcome::kTransient,
           .why = StrCat("not sent, as it is older than `give_up` and the "
                         "receiver is failing: ",
                         receiver->health.record().why)},
          receiver, now);
    return std::nullopt;
  }
  begun.limit = now + LimitOf(receiver->options->kind);
  limit_at_ = std::min(limit_at_, begun.limit);
  if (in_flight_.empty()) {
    renew_at_ = now + options_.lease / 3;
  }
  ++receiver->in_flight;
  receiver->rate.Sent(now);
  Dispatch dispatch = {.receiver = receiver->options,
                       .request = {.delivery = record.id,
                                   .subscription = record.subscription,
                                   .type = record.type,
                                   .address = record.address,
                                   .body = begun.attempt.claimed.body,
                                   .at = now},
                       .number = begun.attempt.number,
                       .envelope = std::move(envelope)};
  InFlight& place = in_flight_[dispatch.request.delivery];
  if (place.receiver != nullptr) {
    // Our lease had ended while the ledger was away, and another instance gave
    // the delivery back. The answer of before is not waited for any more.
    --place.receiver->in_flight;
  }
  place = std::move(begun);
  return dispatch;
}

void SendingQueue::Abort() {
  PRESSHAWK_CHECK(is_committing_);
  is_committing_ = false;
  reserved_ = 0;
  for (const auto& [name, count] : std::exchange(step_.wanted, {})) {
    Receiver* const receiver = Find(name);
    receiver->wanted = 0;
    Schedule(receiver);
  }
  for (const ReceiverRecord& record : std::exchange(step_.receivers, {})) {
    Receiver* const receiver = Find(record.name);
    receiver->health.Unstored();
    Changed(receiver);
  }
  if (!step_.renewed.empty()) {
    step_.renewed.clear();
    renew_at_ = absl::InfinitePast();
  }
}

void SendingQueue::Finish(const std::string& delivery, uint32_t number,
                          const AttemptResult& result, absl::Time now) {
  const auto found = in_flight_.find(delivery);
  if (found == in_flight_.end() || found->second.attempt.number != number) {
    return;
  }
  InFlight ended = std::move(found->second);
  in_flight_.erase(found);
  if (in_flight_.empty()) {
    limit_at_ = absl::InfiniteFuture();
  }
  Receiver* const receiver = ended.receiver;
  --receiver->in_flight;
  receiver->health.OnAttempt(
      {.began = ended.attempt.began,
       .is_probe = ended.is_probe,
       .in_flight_max = ended.attempt.options->in_flight},
      result, now);
  Write(ended.attempt, result, receiver, now);
  CheckDrained(receiver, now);
  Changed(receiver);
}

void SendingQueue::Write(const EndedAttempt& ended, const AttemptResult& result,
                         Receiver* receiver, absl::Time now) {
  answers_.push_back(
      DecideAttempt(ended, result, receiver->health, resealer_, &jitter_, now));
  const DeliveryRecord& record = answers_.back().first;
  if (record.state == DeliveryState::kWaiting) {
    receiver->look_at = std::min(receiver->look_at, record.due);
  }
}

absl::Time SendingQueue::next_call() const {
  if (is_committing_) {
    return absl::InfiniteFuture();
  }
  if (has_answers() || !changed_.empty()) {
    return absl::InfinitePast();
  }
  absl::Time next = limit_at_;
  if (!in_flight_.empty()) {
    next = std::min(next, renew_at_);
  }
  if (FreeSlots() > 0 && !timeline_.empty()) {
    next = std::min(next, timeline_.begin()->first);
  }
  return next;
}

std::vector<ReceiverNews> SendingQueue::TakeNews() {
  return std::exchange(news_, {});
}

std::vector<ReceiverRecord> SendingQueue::Circuits() const {
  std::vector<ReceiverRecord> circuits;
  for (const auto& [name, receiver] : receivers_) {
    circuits.push_back(receiver->health.record());
  }
  std::sort(circuits.begin(), circuits.end(),
            [](const ReceiverRecord& left, const ReceiverRecord& right) {
              return left.name < right.name;
            });
  return circuits;
}

}  // namespace presshawk
