// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/api/delivery_json.h"

#include <string>
#include <string_view>

#include "core/delivery/answer.h"
#include "core/delivery/envelope.h"
#include "core/ledger/ledger_names.h"

namespace presshawk {
namespace {

void WriteTime(std::string_view key, absl::Time time, JsonWriter* json) {
  if (time != absl::InfinitePast() && time != absl::InfiniteFuture()) {
    json->Member(key, EnvelopeTime(time));
  }
}

void WriteText(std::string_view key, std::string_view text, JsonWriter* json) {
  if (!text.empty()) {
    json->Member(key, text);
  }
}

std::string_view WhenName(Subscription::When when) {
  switch (when) {
    case Subscription::When::kInstant:
      return "instant";
    case Subscription::When::kDigest:
      return "digest";
    case Subscription::When::kSpike:
      return "spike";
  }
  return "";
}

}  // namespace

void WriteDelivery(const DeliveryRecord& delivery, std::string_view why,
                   JsonWriter* json) {
  json->BeginObject()
      .Member("id", delivery.id)
      .Member("subscription", delivery.subscription);
  if (delivery.sequence != 0) {
    json->Member("sequence", delivery.sequence);
  }
  json->Member("receiver", delivery.receiver);
  WriteText("address", delivery.address, json);
  json->Member("type", delivery.type)
      .Member("state", DeliveryStateName(delivery.state));
  const bool waits = delivery.state == DeliveryState::kWaiting;
  // What a catch-up told waited for one of the decider's reasons.
  if (waits || (delivery.state == DeliveryState::kCancelled &&
                IsDecidersWait(delivery.reason))) {
    json->Member("reason", WaitReasonName(delivery.reason));
  }
  if (waits) {
    WriteTime("due", delivery.due, json);
  } else if (delivery.state == DeliveryState::kCancelled) {
    WriteText("reason", why, json);
  }
  WriteTime("created_at", delivery.created_at, json);
  WriteTime("last_at", delivery.last_at, json);
  json->Member("attempts", delivery.attempts)
      .Member("replay", delivery.replay)
      .EndObject();
}

void WriteAttempt(const AttemptRecord& attempt, JsonWriter* json) {
  json->BeginObject().Member("number", attempt.number);
  WriteTime("at", attempt.at, json);
  json->Member("outcome", AttemptOutcomeName(attempt.outcome));
  if (attempt.status != 0) {
    json->Member("status", attempt.status);
  }
  json->Member("milliseconds", absl::ToInt64Milliseconds(attempt.took));
  WriteText("peer", attempt.peer, json);
  json->Member("bytes", attempt.bytes);
  WriteText("sha256", attempt.sha256, json);
  WriteText("answer", attempt.answer, json);
  WriteText("why", attempt.why, json);
  WriteTime("next", attempt.next, json);
  json->EndObject();
}

void WriteEntry(const EntryRecord& entry, JsonWriter* json) {
  json->BeginObject()
      .Member("subscription", entry.subscription)
      .Member("alert", entry.alert)
      .Member("watchlist", entry.watchlist)
      .Member("story", entry.story)
      .Member("state", EntryStateName(entry.state));
  if (entry.sequence != 0) {
    json->Member("sequence", entry.sequence);
  }
  WriteText("why", entry.why, json);
  WriteTime("accepted_at", entry.accepted_at, json);
  json->EndObject();
}

void WriteAlert(const AlertRecord& alert, JsonWriter* json) {
  json->BeginObject().Member("id", alert.id);
  WriteText("watchlist", alert.watchlist, json);
  WriteText("article", alert.article, json);
  WriteText("site", alert.site, json);
  WriteText("story", alert.story, json);
  WriteTime("detected_at", alert.detected_at, json);
  WriteTime("accepted_at", alert.accepted_at, json);
  if (!alert.unreadable.empty()) {
    json->Member("unreadable", alert.unreadable);
  } else if (!alert.json.empty()) {  // Empty: it was forgotten.
    json->Key("alert").Raw(alert.json);
  }
  json->EndObject();
}

void WriteSilence(const SilenceRecord& silence, JsonWriter* json) {
  json->BeginObject()
      .Member("id", silence.id)
      .Key("match")
      .Raw(silence.matchers);
  json->Member("author", silence.author).Member("comment", silence.comment);
  WriteText("tell", silence.tell, json);
  WriteTime("starts_at", silence.starts_at, json);
  WriteTime("ends_at", silence.ends_at, json);
  json->EndObject();
}

void WriteReceiver(const ReceiverOptions& receiver,
                   const ReceiverRecord& record,
                   const std::vector<WaitingCount>& waiting, JsonWriter* json) {
  json->BeginObject()
      .Member("name", receiver.name)
      .Member("kind", ReceiverKindName(receiver.kind))
      .Member("to", receiver.shown)
      .Member("state", CircuitStateName(record.state));
  WriteTime("since", record.since, json);
  WriteTime("not_before", record.not_before, json);
  WriteText("why", record.why, json);
  uint64_t count = 0;
  absl::Time oldest = absl::InfiniteFuture();
  json->Key("waiting").BeginObject();
  for (const WaitingCount& one : waiting) {
    if (one.receiver == receiver.name) {
      json->Member(WaitReasonName(one.reason), one.count);
      count += one.count;
      oldest = std::min(oldest, one.oldest);
    }
  }
  json->EndObject().Member("waiting_total", count);
  WriteTime("oldest", oldest, json);
  json->EndObject();
}

void WriteSubscription(const Subscription& subscription,
                       const SubscriptionRecord& record, JsonWriter* json) {
  json->BeginObject()
      .Member("id", subscription.id)
      .Member("name", subscription.name)
      .Member("when", WhenName(subscription.when))
      .Member("state", subscription.paused ? "paused" : "active")
      .Key("to")
      .BeginArray();
  for (const std::string& receiver : subscription.to) {
    json->Value(receiver);
  }
  json->EndArray().Key("watchlists").BeginArray();
  for (const std::string& watchlist : subscription.match.watchlists) {
    json->Value(watchlist);
  }
  json->EndArray().Key("labels").BeginObject();
  for (const auto& [name, value] : subscription.match.labels) {
    json->Member(name, value);
  }
  json->EndObject();
  WriteText("where", subscription.match.where, json);
  json->Member("last_sequence", record.next_sequence - 1);
  WriteText("defined_in", subscription.where_from, json);
  json->EndObject();
}

void WriteCounts(const LedgerCounts& counts, JsonWriter* json) {
  json->BeginObject()
      .Member("alerts", counts.alerts)
      .Member("unreadable", counts.unreadable)
      .Member("bytes", counts.bytes);
  uint64_t accepted = 0;
  json->Key("entries").BeginObject();
  for (const auto& [state, count] : counts.entries) {
    json->Member(EntryStateName(state), count);
    accepted += count;
  }
  json->EndObject().Member("accepted", accepted);
  uint64_t sealed = 0;
  json->Key("deliveries").BeginObject();
  for (const auto& [state, count] : counts.deliveries) {
    json->Member(DeliveryStateName(state), count);
    sealed += count;
  }
  json->EndObject().Member("sealed", sealed).EndObject();
}

}  // namespace presshawk
