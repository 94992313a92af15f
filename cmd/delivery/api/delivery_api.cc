// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/api/delivery_api.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "cmd/delivery/api/answers.h"
#include "cmd/delivery/api/atom_feed.h"
#include "cmd/delivery/api/delivery_json.h"
#include "core/base/json_writer.h"
#include "core/base/random_hex.h"
#include "core/base/str_cat.h"
#include "core/delivery/delivery_id.h"
#include "core/delivery/envelope.h"
#include "core/delivery/people_teller.h"
#include "core/delivery/replay.h"
#include "core/ledger/ledger_names.h"
#include "core/ledger/ledger_reads.h"

namespace presshawk {
namespace {

constexpr uint32_t kAtomEntries = 50;
// What of a digest is listed by its delivery; `more` of its body lists all.
constexpr uint32_t kAlertsOfDelivery = 1000;
constexpr size_t kTestKeyBytes = 16;
constexpr uint64_t kSequenceMax = std::numeric_limits<int64_t>::max();

// `SUBSCRIPTION:SEQUENCE`; an empty text names none.
bool ReadDigest(const std::string& value, AlertFilter* filter) {
  const size_t colon = value.rfind(':');
  if (value.empty()) {
    return true;
  }
  if (colon == std::string::npos ||
      !ReadNumber(value.substr(colon + 1), &filter->sequence) ||
      filter->sequence == 0 || filter->sequence > kSequenceMax) {
    return false;
  }
  filter->subscription = value.substr(0, colon);
  return true;
}

// An empty list is none: whoever computed it does not mean everything.
bool IsListOfTexts(const nlohmann::json& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(),
                     [](const auto& one) { return one.is_string(); });
}

// A new one where there is none: nothing was sent to it yet.
ReceiverRecord RecordNamed(const std::vector<ReceiverRecord>& records,
                           const std::string& name) {
  const auto record =
      std::find_if(records.begin(), records.end(),
                   [&](const auto& one) { return one.name == name; });
  return record != records.end() ? *record : ReceiverRecord();
}

MaybeProblem ReadDeliveryFilter(const DeliveryApi::Parameters& parameters,
                                DeliveryFilter* filter) {
  const std::array<std::pair<std::string_view, std::string*>, 6> texts = {{
      {"subscription", &filter->subscription},
      {"receiver", &filter->receiver},
      {"alert", &filter->alert},
      {"article", &filter->article},
      {"story", &filter->story},
      {"after", &filter->after},
  }};
  for (const auto& [name, value] : parameters) {
    const auto text = std::find_if(
        texts.begin(), texts.end(),
        [&name = name](const auto& one) { return one.first == name; });
    MaybeProblem problem;
    if (text != texts.end()) {
      *text->second = value;
    } else if (name == "limit") {
      problem = ReadLimit(value, &filter->limit);
    } else if (name == "from") {
      problem = ReadTime(name, value, &filter->from);
    } else if (name == "until") {
      problem = ReadTime(name, value, &filter->until);
    } else if (name == "state") {
      filter->state = DeliveryStateOf(value);
      if (!filter->state.has_value()) {
        problem = BadParameter(name, "there is no such state",
                               "use waiting, sending, delivered, handed_over, "
                               "unknown, failed or cancelled");
      }
    } else {
      problem = BadParameter(name, "there is no such parameter",
                             "use subscription, receiver, alert, article, "
                             "story, state, from, until, limit and after");
    }
    if (problem.has_value()) {
      return problem;
    }
  }
  return std::nullopt;
}

// An event whose text was forgotten: the number stays.
void WriteForgotten(const EventRecord& event, const std::string& epoch,
                    JsonWriter* json) {
  json->BeginObject()
      .Member("type", event.type)
      .Member("timestamp", EnvelopeTime(event.at))
      .Key("data")
      .BeginObject()
      .Member("delivery", DeliveryId({.subscription = event.subscription,
                                      .receiver = "_feed",
                                      .type = event.type,
                                      .key = event.key}))
      .Member("subscription", event.subscription)
      .Member("sequence", event.sequence)
      .Member("ledger", epoch)
      .Member("replay", false)
      .Member("forgotten", true)
      .EndObject()
      .EndObject();
}

}  // namespace

absl::StatusOr<SubscriptionRecord> DeliveryApi::RecordOf(
    const std::string& id) const {
  const auto records = parts_.store->Subscriptions();
  if (!records.ok()) {
    return records.status();
  }
  for (const SubscriptionRecord& record : *records) {
    if (record.id == id) {
      return record;
    }
  }
  return SubscriptionRecord{.id = id};
}

JsonAnswer DeliveryApi::Subscriptions(const Parameters& parameters) const {
  uint32_t limit = 100;
  std::string after;
  for (const auto& [name, value] : parameters) {
    if (name == "after") {
      after = value;
    } else if (name == "limit") {
      if (MaybeProblem problem = ReadLimit(value, &limit)) {
        return *std::move(problem);
      }
    } else {
      return BadParameter(name, "there is no such parameter",
                          "use limit and after");
    }
  }
  const auto records = parts_.store->Subscriptions();
  if (!records.ok()) {
    return OfStore(records.status());
  }
  std::map<std::string_view, const SubscriptionRecord*> by_id;
  for (const SubscriptionRecord& record : *records) {
    by_id[record.id] = &record;
  }
  const auto set = parts_.subscriptions->Current();
  std::map<std::string_view, const Subscription*> sorted;
  for (const Subscription& one : set->all()) {
    if (one.id > after) {
      sorted[one.id] = &one;
    }
  }
  Page<const Subscription*> page;
  for (const auto& [id, one] : sorted) {
    if (page.rows.size() == limit) {
      page.next = page.rows.back()->id;
      break;
    }
    page.rows.push_back(one);
  }
  return PageJson("subscriptions", page,
                  [&](const Subscription* one, JsonWriter* json) {
                    const auto record = by_id.find(one->id);
                    WriteSubscription(*one,
                                      record == by_id.end()
                                          ? SubscriptionRecord{.id = one->id}
                                          : *record->second,
                                      json);
                  });
}

JsonAnswer DeliveryApi::OneSubscription(const std::string& id) const {
  const auto set = parts_.subscriptions->Current();
  const Subscription* const one = set->Find(id);
  if (one == nullptr) {
    return Missing("subscription", id, "/api/v1/subscriptions");
  }
  const auto record = RecordOf(id);
  if (!record.ok()) {
    return OfStore(record.status());
  }
  std::string json;
  JsonWriter writer(&json);
  WriteSubscription(*one, *record, &writer);
  return json + "\n";
}

JsonAnswer DeliveryApi::Events(const std::string& subscription,
                               const Parameters& parameters) const {
  uint64_t after = 0;
  uint32_t limit = 100;
  for (const auto& [name, value] : parameters) {
    if (name == "limit") {
      if (MaybeProblem problem = ReadLimit(value, &limit)) {
        return *std::move(problem);
      }
    } else if (name == "wait") {
      absl::Duration wait;
      if (MaybeProblem problem = ReadWait(value, &wait)) {
        return *std::move(problem);
      }
    } else if (name == "after" &&
               (!ReadNumber(value, &after) || after > kSequenceMax)) {
      return BadParameter(name, "this is no sequence",
                          "use `next` of the answer before, or 0");
    } else if (name != "after") {
      return BadParameter(name, "there is no such parameter",
                          "use after, limit and wait");
    }
  }
  const auto events = parts_.store->Events(subscription, after, limit);
  if (absl::IsOutOfRange(events.status())) {
    return Problem{410, std::string(events.status().message()),
                   "parameter after",
                   "what is older than the retention is gone; go on from the "
                   "number that is named"};
  }
  if (!events.ok()) {
    return OfStore(events.status());
  }
  if (events->empty() &&
      parts_.subscriptions->Current()->Find(subscription) == nullptr) {
    return Missing("subscription", subscription, "/api/v1/subscriptions");
  }
  if (events->empty() && after > 0) {
    const auto record = RecordOf(subscription);
    if (record.ok() && after >= record->next_sequence) {
      return Problem{410,
                     StrCat("the subscription has ", record->next_sequence - 1,
                            " events in the ledger ", parts_.store->epoch(),
                            ", not ", after),
                     "parameter after",
                     "numbers begin anew with another ledger: ask after 0"};
    }
  }
  std::string json;
  JsonWriter writer(&json);
  // Numbers begin anew with another ledger: a page says which one it is of.
  writer.BeginObject()
      .Member("ledger", parts_.store->epoch())
      .Key("events")
      .BeginArray();
  for (const auto& [event, alert] : *events) {
    if (event.body.head.empty()) {
      WriteForgotten(event, parts_.store->epoch(), &writer);
      after = event.sequence;
      continue;
    }
    writer.Raw(ComposeBody(event.body,
                           DeliveryId({.subscription = subscription,
                                       .receiver = "_feed",
                                       .type = event.type,
                                       .key = event.key}),
                           alert));
    after = event.sequence;
  }
  writer.EndArray().Member("next", after).EndObject();
  return json + "\n";
}

bool DeliveryApi::HasEvents(const std::string& subscription,
                            uint64_t after) const {
  const auto events = parts_.store->Events(subscription, after, 1);
  return !events.ok() || !events->empty();
}

JsonAnswer DeliveryApi::Atom(const std::string& subscription,
                             const std::string& self) const {
  const auto set = parts_.subscriptions->Current();
  const Subscription* const one = set->Find(subscription);
  if (one == nullptr) {
    return Missing("subscription", subscription, "/api/v1/subscriptions");
  }
  const auto record = RecordOf(subscription);
  if (!record.ok()) {
    return OfStore(record.status());
  }
  const uint64_t last = record->next_sequence - 1;
  auto events = parts_.store->Events(
      subscription, last > kAtomEntries ? last - kAtomEntries : 0,
      kAtomEntries);
  if (absl::IsOutOfRange(events.status())) {
    events = std::vector<std::pair<EventRecord, std::string>>();
  }
  if (!events.ok()) {
    return OfStore(events.status());
  }
  std::reverse(events->begin(), events->end());
  return AtomFeed(*one, self, *events, parts_.now());
}

JsonAnswer DeliveryApi::Deliveries(const Parameters& parameters) const {
  DeliveryFilter filter;
  if (MaybeProblem problem = ReadDeliveryFilter(parameters, &filter)) {
    return *std::move(problem);
  }
  const auto page = parts_.store->Deliveries(filter);
  if (!page.ok()) {
    return OfStore(page.status());
  }
  return PageJson("deliveries", *page,
                  [this](const DeliveryRecord& delivery, JsonWriter* json) {
                    WriteDelivery(delivery, WhyCancelled(delivery), json);
                  });
}

std::string DeliveryApi::WhyCancelled(const DeliveryRecord& delivery) const {
  if (delivery.state != DeliveryState::kCancelled || delivery.sequence == 0) {
    return "";
  }
  const auto event =
      EventAt(parts_.store, delivery.subscription, delivery.sequence);
  if (!event.ok() || !event->has_value()) {
    return "";
  }
  const auto entries = parts_.store->EntriesOf((*event)->alert);
  if (entries.ok()) {
    for (const EntryRecord& entry : *entries) {
      if (entry.subscription == delivery.subscription &&
          entry.sequence == delivery.sequence && entry.why == kRetracted) {
        return entry.why;
      }
    }
  }
  return "";
}

JsonAnswer DeliveryApi::OneDelivery(const std::string& id) const {
  const auto found = parts_.store->FindDelivery(id);
  if (!found.ok()) {
    return OfStore(found.status());
  }
  if (!found->has_value()) {
    return Missing("delivery", id, "/api/v1/deliveries");
  }
  const auto attempts = parts_.store->Attempts(id);
  if (!attempts.ok()) {
    return OfStore(attempts.status());
  }
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject().Key("delivery");
  WriteDelivery((*found)->record, WhyCancelled((*found)->record), &writer);
  writer.Key("log").BeginArray();
  for (const AttemptRecord& attempt : *attempts) {
    WriteAttempt(attempt, &writer);
  }
  writer.EndArray().Member("body", (*found)->body).EndObject();
  return json + "\n";
}

JsonAnswer DeliveryApi::AlertsOf(const std::string& delivery) const {
  const auto found = parts_.store->FindDelivery(delivery);
  if (!found.ok()) {
    return OfStore(found.status());
  }
  if (!found->has_value()) {
    return Missing("delivery", delivery, "/api/v1/deliveries");
  }
  const DeliveryRecord& record = (*found)->record;
  if (record.type == kDigestType) {
    const auto told = parts_.store->Alerts({.subscription = record.subscription,
                                            .sequence = record.sequence,
                                            .limit = kAlertsOfDelivery});
    if (!told.ok()) {
      return OfStore(told.status());
    }
    return PageJson("alerts", *told, WriteAlert);
  }
  std::vector<uint64_t> sequences;
  if (record.type == kCatchupType) {
    auto covered = CoveredBy(parts_.store, record, kAlertsOfDelivery);
    if (!covered.ok()) {
      return OfStore(covered.status());
    }
    sequences = *std::move(covered);
  } else if (record.sequence > 0) {
    sequences = {record.sequence};
  }
  Page<AlertRecord> page;
  for (const uint64_t sequence : sequences) {
    if (absl::Status status =
            AppendAlertOf(record.subscription, sequence, &page.rows);
        !status.ok()) {
      return OfStore(status);
    }
  }
  return PageJson("alerts", page, WriteAlert);
}

// Nothing where the event has no alert, or retention has removed it.
absl::Status DeliveryApi::AppendAlertOf(
    const std::string& subscription, uint64_t sequence,
    std::vector<AlertRecord>* alerts) const {
  const auto event = EventAt(parts_.store, subscription, sequence);
  if (!event.ok()) {
    return event.status();
  }
  if (!event->has_value() || (*event)->alert.empty()) {
    return absl::OkStatus();
  }
  auto alert = parts_.store->FindAlert((*event)->alert);
  if (!alert.ok()) {
    return alert.status();
  }
  if (alert->has_value()) {
    alerts->push_back(**std::move(alert));
  }
  return absl::OkStatus();
}

JsonAnswer DeliveryApi::Replay(const std::string& body) {
  const auto request = nlohmann::json::parse(body, nullptr,
                                             /*allow_exceptions=*/false);
  if (!request.is_object()) {
    return Problem{400, "this is no JSON object", "body",
                   R"(write {"ids":["…"]} or {"receiver":"crm"})"};
  }
  Parameters parameters;
  std::vector<std::string> ids;
  bool dry_run = false;
  for (const auto& [name, value] : request.items()) {
    if (name == "ids" && IsListOfTexts(value)) {
      ids = value.get<std::vector<std::string>>();
    } else if (name == "dry_run" && value.is_boolean()) {
      dry_run = value.get<bool>();
    } else if (value.is_string()) {
      parameters[name] = value.get<std::string>();
    } else {
      return Problem{400, StrCat("`", name, "` is not understood"), "body",
                     "texts, a list of one id or more, and dry_run: true or "
                     "false"};
    }
  }
  DeliveryFilter filter;
  if (MaybeProblem problem = ReadDeliveryFilter(parameters, &filter)) {
    problem->where = "body";
    return *std::move(problem);
  }
  if (ids.empty() && parameters.empty()) {
    return Problem{400, "it says nothing about what to replay", "body",
                   R"(write {"ids":["…"]} or {"receiver":"crm"})"};
  }
  const auto outcome =
      ReplayDeliveries(parts_.store, ids, filter, dry_run, parts_.now());
  if (!outcome.ok()) {
    return OfStore(outcome.status());
  }
  if (!dry_run) {
    parts_.wake_senders();
  }
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject()
      .Member("matched", outcome->matched)
      .Member("replayed", outcome->replayed)
      .EndObject();
  return json + "\n";
}

JsonAnswer DeliveryApi::ActOnDelivery(const std::string& id,
                                      const std::string& verb) {
  if (verb != "cancel") {
    return Problem{404, "a delivery can only be cancelled", "path",
                   "POST /api/v1/deliveries/ID:cancel"};
  }
  auto found = parts_.store->FindDelivery(id);
  if (!found.ok()) {
    return OfStore(found.status());
  }
  if (!found->has_value()) {
    return Missing("delivery", id, "/api/v1/deliveries");
  }
  DeliveryRecord record = (*found)->record;
  if (record.state != DeliveryState::kWaiting) {
    return Problem{409,
                   StrCat("the delivery is ", DeliveryStateName(record.state)),
                   "path", "only what waits can be cancelled"};
  }
  record.state = DeliveryState::kCancelled;
  record.reason = WaitReason::kDue;  // No catch-up told it.
  const auto updated =
      parts_.store->UpdateDeliveries({&record, 1}, parts_.now());
  if (!updated.ok()) {
    return OfStore(updated.status());
  }
  return OneDelivery(id);
}

JsonAnswer DeliveryApi::Receivers(const Parameters& parameters) const {
  if (MaybeProblem problem = NoParameters(parameters)) {
    return *std::move(problem);
  }
  const auto records = parts_.store->Receivers();
  const auto waiting = parts_.store->Waiting();
  if (!records.ok() || !waiting.ok()) {
    return OfStore(records.ok() ? waiting.status() : records.status());
  }
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject().Key("receivers").BeginArray();
  for (const ReceiverOptions& receiver : parts_.receivers()) {
    WriteReceiver(receiver, RecordNamed(*records, receiver.name), *waiting,
                  &writer);
  }
  writer.EndArray().EndObject();
  return json + "\n";
}

JsonAnswer DeliveryApi::OneReceiver(const std::string& name) const {
  const auto records = parts_.store->Receivers();
  const auto waiting = parts_.store->Waiting();
  if (!records.ok() || !waiting.ok()) {
    return OfStore(records.ok() ? waiting.status() : records.status());
  }
  for (const ReceiverOptions& receiver : parts_.receivers()) {
    if (receiver.name != name) {
      continue;
    }
    std::string json;
    JsonWriter writer(&json);
    WriteReceiver(receiver, RecordNamed(*records, name), *waiting, &writer);
    return json + "\n";
  }
  return Missing("receiver", name, "/api/v1/receivers");
}

JsonAnswer DeliveryApi::ActOnReceiver(const std::string& name,
                                      const std::string& verb) {
  const std::vector<ReceiverOptions> receivers = parts_.receivers();
  const auto receiver =
      std::find_if(receivers.begin(), receivers.end(),
                   [&](const auto& one) { return one.name == name; });
  if (receiver == receivers.end()) {
    return Missing("receiver", name, "/api/v1/receivers");
  }
  const absl::Time now = parts_.now();
  if (verb == "test") {
    const std::string key = RandomHex(kTestKeyBytes);
    DeliveryRecord message;
    message.id = DeliveryId({.subscription = kOperatorSubscription,
                             .receiver = name,
                             .type = kTestType,
                             .key = key});
    message.subscription = kOperatorSubscription;
    message.receiver = name;
    message.type = kTestType;
    message.created_at = now;
    message.due = now;
    message.own_body =
        ComposeBody(SealOther({.type = kTestType,
                               .at = now,
                               .subscription = kOperatorSubscription,
                               .ledger = parts_.store->epoch(),
                               .extra = R"("text":"This is a test.")"}),
                    message.id, "");
    if (absl::Status status = parts_.store->AddMessages({&message, 1});
        !status.ok()) {
      return OfStore(status);
    }
    parts_.wake_senders();
    return OneDelivery(message.id);
  }
  if (verb != "pause" && verb != "resume") {
    return Problem{404, StrCat("a receiver cannot ", verb), "path",
                   "use :test, :pause or :resume"};
  }
  const auto records = parts_.store->Receivers();
  if (!records.ok()) {
    return OfStore(records.status());
  }
  ReceiverRecord record = RecordNamed(*records, name);
  record.name = name;
  record.state =
      verb == "pause" ? CircuitState::kPaused : CircuitState::kClosed;
  record.since = now;
  record.failures = 0;
  record.probes = 0;
  record.not_before = absl::InfinitePast();
  record.why = verb == "pause" ? "paused by an operator" : "";
  if (absl::Status status = parts_.store->PutReceiver(record); !status.ok()) {
    return OfStore(status);
  }
  parts_.wake_senders();
  return OneReceiver(name);
}

JsonAnswer DeliveryApi::Alerts(const Parameters& parameters) const {
  AlertFilter filter;
  for (const auto& [name, value] : parameters) {
    if (name == "watchlist") {
      filter.watchlist = value;
    } else if (name == "story") {
      filter.story = value;
    } else if (name == "article") {
      filter.article = value;
    } else if (name == "digest") {
      if (!ReadDigest(value, &filter)) {
        return BadParameter(name, "this names no digest",
                            "write its subscription and its sequence, as in "
                            "oil-digest:7");
      }
    } else if (name == "after") {
      filter.after = value;
    } else if (name == "limit") {
      if (MaybeProblem problem = ReadLimit(value, &filter.limit)) {
        return *std::move(problem);
      }
    } else {
      return BadParameter(name, "there is no such parameter",
                          "use watchlist, story, article, digest, limit and "
                          "after");
    }
  }
  const auto page = parts_.store->Alerts(filter);
  if (!page.ok()) {
    return OfStore(page.status());
  }
  return PageJson("alerts", *page, WriteAlert);
}

JsonAnswer DeliveryApi::OneAlert(const std::string& id) const {
  const auto alert = parts_.store->FindAlert(id);
  if (!alert.ok()) {
    return OfStore(alert.status());
  }
  if (!alert->has_value()) {
    return Missing("alert", id, "/api/v1/alerts");
  }
  const auto entries = parts_.store->EntriesOf(id);
  if (!entries.ok()) {
    return OfStore(entries.status());
  }
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject().Key("alert");
  WriteAlert(**alert, &writer);
  writer.Key("entries").BeginArray();
  for (const EntryRecord& entry : *entries) {
    WriteEntry(entry, &writer);
  }
  writer.EndArray().EndObject();
  return json + "\n";
}

JsonAnswer DeliveryApi::OneStory(const std::string& id) const {
  AlertFilter filter;
  filter.story = id;
  filter.limit = kLimitMax;
  const auto page = parts_.store->Alerts(filter);
  if (!page.ok()) {
    return OfStore(page.status());
  }
  if (page->rows.empty()) {
    return Missing("story", id, "/api/v1/alerts");
  }
  std::vector<std::string> sites;
  for (const AlertRecord& alert : page->rows) {
    if (std::find(sites.begin(), sites.end(), alert.site) == sites.end()) {
      sites.push_back(alert.site);
    }
  }
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject()
      .Member("id", id)
      .Member("sites", sites.size())
      .Key("alerts")
      .BeginArray();
  for (const AlertRecord& alert : page->rows) {
    WriteAlert(alert, &writer);
  }
  writer.EndArray().EndObject();
  return json + "\n";
}

JsonAnswer DeliveryApi::AcknowledgeLoss() {
  if (parts_.acknowledge_loss == nullptr || !parts_.acknowledge_loss()) {
    return Problem{409, "another instance decides", "",
                   "ask that one; /readyz of it tells of the loss"};
  }
  return std::string("{\"acknowledged\":true}\n");
}

JsonAnswer DeliveryApi::Status(const Parameters& parameters) const {
  if (MaybeProblem problem = NoParameters(parameters)) {
    return *std::move(problem);
  }
  const auto counts = parts_.store->Counts();
  if (!counts.ok()) {
    return OfStore(counts.status());
  }
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject()
      .Member("ledger", parts_.store->name())
      .Member("epoch", parts_.store->epoch())
      .Key("counts");
  WriteCounts(*counts, &writer);
  writer.EndObject();
  return json + "\n";
}

}  // namespace presshawk
