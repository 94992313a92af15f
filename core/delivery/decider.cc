// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/decider.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/delivery/delivery_id.h"

namespace presshawk {
namespace {

// How `why` of an entry begins that waits for an embargo; the time follows.
constexpr std::string_view kEmbargo = "embargo until ";
constexpr char kPaused[] = "the subscription is paused";

// Without a story, an article is a story of its own.
const std::string& StoryOf(const IncomingAlert& alert) {
  return alert.story.id.empty() ? alert.record.article : alert.story.id;
}

// Where it is kept what was told again of a story.
std::string GrowthKey(const Subscription& subscription,
                      std::string_view story) {
  return ToldStories::Key(subscription.id, /*watchlist=*/"", story);
}

std::string Because(const ToldStories::Growth& growth) {
  std::string because = "\"because\":{";
  if (growth.sites > 0) {
    StrAppend(&because, "\"sites\":", growth.sites);
  }
  if (!growth.site.empty()) {
    StrAppend(&because, growth.sites > 0 ? "," : "", "\"site\":");
    AppendJsonString(growth.site, &because);
  }
  return because + "}";
}

}  // namespace

Decider::Decider(Options options,
                 const std::vector<SubscriptionRecord>& subscriptions,
                 const ToldStories::Notes& notes)
    : options_(std::move(options)) {
  for (const SubscriptionRecord& record : subscriptions) {
    records_[record.id] = record;
  }
  told_.Load(notes);
  gate_.Load(notes);
}

void Decider::SetReceivers(absl::Span<const ReceiverOptions> receivers) {
  receivers_.clear();
  for (const ReceiverOptions& receiver : receivers) {
    receivers_[receiver.name] = receiver;
  }
}

void Decider::Begin(
    absl::Time now,
    absl::Span<const std::pair<std::string, std::string>> known) {
  now_ = now;
  known_.clear();
  known_.insert(known.begin(), known.end());
}

absl::Time Decider::EmbargoOf(const EntryRecord& entry) {
  absl::Time time;
  const std::string why = entry.why;
  return why.starts_with(kEmbargo) &&
                 absl::ParseTime(absl::RFC3339_full,
                                 why.substr(kEmbargo.size()), &time, nullptr)
             ? time
             : absl::InfinitePast();
}

LedgerBatch Decider::Take() {
  for (const std::string& id : changed_) {
    batch_.subscriptions.push_back(records_[id]);
  }
  // What was written twice counts as written last.
  std::map<std::string, std::string> notes;
  for (auto& [name, value] : batch_.notes) {
    notes[std::move(name)] = std::move(value);
  }
  batch_.notes.assign(std::make_move_iterator(notes.begin()),
                      std::make_move_iterator(notes.end()));
  changed_.clear();
  kept_.clear();
  known_.clear();
  return std::exchange(batch_, {});
}

SubscriptionRecord& Decider::Record(const std::string& id) {
  SubscriptionRecord& record = records_[id];
  record.id = id;
  changed_.insert(id);
  return record;
}

void Decider::Keep(const AlertRecord& alert) {
  if (kept_.insert(alert.id).second) {
    batch_.alerts.push_back(alert);
    batch_.alerts.back().accepted_at = now_;
  }
}

const ReceiverOptions* Decider::FindReceiver(const std::string& name) const {
  const auto receiver = receivers_.find(name);
  return receiver == receivers_.end() ? nullptr : &receiver->second;
}

bool Decider::TellsOnce(const Subscription& subscription) const {
  if (subscription.stories.once.has_value()) {
    return *subscription.stories.once;
  }
  return std::any_of(
      subscription.to.begin(), subscription.to.end(),
      [this](const std::string& name) {
        const ReceiverOptions* const receiver = FindReceiver(name);
        return receiver != nullptr && IsForPeople(receiver->kind);
      });
}

void Decider::Accept(const IncomingAlert& alert,
                     absl::Span<const MatchedSubscription> matched) {
  NoteUnited(alert, matched);
  if (options_.keep_all || !matched.empty()) {
    Keep(alert.record);
  }
  const bool is_retracted = IsRetracted(alert);
  for (const MatchedSubscription& one : matched) {
    const Subscription& subscription = *one.subscription;
    if (!known_.emplace(subscription.id, alert.record.id).second) {
      ++counts_.duplicates;
      continue;
    }
    ++counts_.accepted;
    EntryRecord entry = Entry(subscription, alert);
    if (is_retracted) {
      Cancel(std::move(entry));
      continue;
    }
    if (!one.silence.empty()) {
      ++counts_.silenced;
      entry.state = EntryState::kSilenced;
      entry.why = one.silence;
    } else if (alert.embargo > now_) {
      entry.why = StrCat(kEmbargo, EnvelopeTime(alert.embargo));
    } else if (subscription.paused) {
      entry.why = kPaused;
    } else {
      const bool is_late = options_.rebuilt || now_ - alert.record.detected_at >
                                                   HeldMessages::kLate;
      Decide(subscription, alert, is_late, &entry);
    }
    if (entry.state == EntryState::kWaiting &&
        !records_.contains(subscription.id)) {
      Record(subscription.id);  // After a restart it is asked what waits.
    }
    batch_.entries.push_back(std::move(entry));
  }
}

void Decider::AcceptUnreadable(std::string id, std::string bytes,
                               std::string why) {
  if (!kept_.insert(id).second) {
    return;
  }
  ++counts_.unreadable;
  AlertRecord& record = batch_.alerts.emplace_back();
  record.id = std::move(id);
  record.json = std::move(bytes);
  record.unreadable = std::move(why);
  record.detected_at = now_;
  record.accepted_at = now_;
}

void Decider::Release(const Subscription& subscription,
                      const WaitingAlert& waiting) {
  EntryRecord entry = waiting.entry;
  const bool is_late = entry.why == kPaused;
  entry.why.clear();
  Decide(subscription, waiting.alert, is_late, &entry);
  batch_.entries.push_back(std::move(entry));
}

void Decider::SetVanished(const std::string& subscription,
                          absl::Time vanished_at) {
  Record(subscription).vanished_at = vanished_at;
}

bool Decider::WasTold(const Subscription& subscription,
                      const EntryRecord& entry) const {
  return TellsOnce(subscription) &&
         told_.Has(
             ToldStories::Key(subscription.id, entry.watchlist, entry.story));
}

std::vector<std::string> Decider::Known() const {
  std::vector<std::string> ids;
  ids.reserve(records_.size());
  for (const auto& [id, record] : records_) {
    ids.push_back(id);
  }
  return ids;
}

EntryRecord Decider::Entry(const Subscription& subscription,
                           const IncomingAlert& alert) const {
  return {.subscription = subscription.id,
          .alert = alert.record.id,
          .watchlist = alert.record.watchlist,
          .story = StoryOf(alert),
          .state = EntryState::kWaiting,
          .sequence = 0,
          .why = "",
          .accepted_at = now_};
}

void Decider::Decide(const Subscription& subscription,
                     const IncomingAlert& alert, bool is_late,
                     EntryRecord* entry) {
  const bool once = TellsOnce(subscription);
  const std::string key =
      ToldStories::Key(subscription.id, alert.record.watchlist, StoryOf(alert));
  if (once && told_.Has(key)) {
    Fold(subscription, alert, is_late, key, entry);
    return;
  }
  if (subscription.when != Subscription::When::kInstant) {
    entry->why = "the next digest";
    return;
  }
  entry->state = EntryState::kTold;
  entry->sequence = Tell(subscription, alert, is_late, kAlertType,
                         alert.record.id, /*extra=*/{});
  if (once) {
    NoteTold(subscription, alert.record.watchlist, StoryOf(alert),
             alert.story.sites, alert.record.site);
  }
}

void Decider::NoteTold(const Subscription& subscription,
                       std::string_view watchlist, std::string_view story,
                       uint64_t sites, std::string_view site) {
  told_.Tell(ToldStories::Key(subscription.id, watchlist, story), sites, site,
             now_, &batch_.notes);
  const std::string growth = GrowthKey(subscription, story);
  if (!told_.Has(growth)) {
    told_.Tell(growth, sites, site, now_, &batch_.notes);
  }
}

// A copy of a story that was told: it is folded, and something is told again
// only where the subscription asks for that. What is told again is about the
// story: a subscription hears of it once, however many of its lists match.
void Decider::Fold(const Subscription& subscription, const IncomingAlert& alert,
                   bool is_late, const std::string& key, EntryRecord* entry) {
  ++counts_.folded;
  entry->state = EntryState::kFolded;
  told_.Grow(key, alert.story.sites, alert.record.site, {}, {}, now_,
             &batch_.notes);
  const std::string growth_key = GrowthKey(subscription, StoryOf(alert));
  const auto growth =
      told_.Grow(growth_key, alert.story.sites, alert.record.site,
                 subscription.stories.grow, subscription.stories.tier1, now_,
                 &batch_.notes);
  const std::string prefix = StrCat(options_.epoch, '\0', StoryOf(alert), '\0');
  if (alert.story.relation == "correction" &&
      subscription.stories.corrections) {
    const std::string which =
        StrCat(alert.record.article, '\0', alert.article_version);
    if (told_.Say(growth_key, StrCat("correction ", which), now_,
                  &batch_.notes)) {
      entry->sequence = Tell(subscription, alert, is_late, kCorrectionType,
                             StrCat(prefix, which), /*extra=*/{});
    }
  } else if (growth.has_value()) {
    entry->sequence =
        Tell(subscription, alert, is_late, kGrowthType,
             growth->sites > 0 ? StrCat(prefix, "sites=", growth->sites)
                               : StrCat(prefix, "site=", growth->site),
             Because(*growth));
  }
}

uint64_t Decider::Tell(const Subscription& subscription,
                       const IncomingAlert& alert, bool is_late,
                       std::string_view type, std::string_view key,
                       std::string_view extra) {
  EventRecord event = NextEvent(subscription, type, key);
  const uint64_t sequence = event.sequence;
  event.alert = alert.record.id;
  EnvelopeFacts facts = FactsOf(subscription, type, sequence);
  facts.story = &alert.story;
  facts.extra = extra;
  event.body = SealAlert(facts);
  const SealedBody body = event.body;
  const std::string& json = alert.record.json;
  AddEvent(subscription, std::move(event),
           ComposeBody(body, kNoDelivery, json).size(),
           {.is_excepted = IsExcepted(subscription, alert.labels),
            .is_late = is_late},
           [&](std::string_view delivery, uint64_t /*max_body*/) {
             return ComposeBody(body, delivery, options_.shorten(json));
           });
  Keep(alert.record);
  return sequence;
}

EventRecord Decider::NextEvent(const Subscription& subscription,
                               std::string_view type, std::string_view key) {
  EventRecord event;
  event.subscription = subscription.id;
  event.sequence = Record(subscription.id).next_sequence++;
  event.type = type;
  event.key = key;
  event.at = now_;
  return event;
}

EnvelopeFacts Decider::FactsOf(const Subscription& subscription,
                               std::string_view type, uint64_t sequence) const {
  EnvelopeFacts facts;
  facts.type = type;
  facts.at = now_;
  facts.subscription = subscription.id;
  facts.sequence = sequence;
  facts.ledger = options_.epoch;
  facts.rebuilt = options_.rebuilt;
  return facts;
}

void Decider::AddEvent(const Subscription& subscription, EventRecord event,
                       size_t bytes, Timing timing, Shorter shorter) {
  for (const std::string& receiver : subscription.to) {
    DeliveryRecord& delivery = batch_.deliveries.emplace_back();
    delivery.id = DeliveryId({.subscription = subscription.id,
                              .receiver = receiver,
                              .type = event.type,
                              .key = event.key});
    delivery.subscription = subscription.id;
    delivery.sequence = event.sequence;
    delivery.receiver = receiver;
    delivery.type = event.type;
    delivery.created_at = now_;
    delivery.due = now_;
    const ReceiverOptions* const options = FindReceiver(receiver);
    if (options == nullptr) {
      continue;
    }
    if (IsForPeople(options->kind)) {
      // Their message is made of the whole when it is sent.
      Hold(subscription, timing, &delivery);
    } else if (options->kind != ReceiverKind::kKafka &&
               options->kind != ReceiverKind::kFile && options_.shorten &&
               bytes > options->max_body) {
      // Kafka and file receivers take bodies of any size.
      delivery.own_body = shorter(delivery.id, options->max_body);
    }
  }
  batch_.events.push_back(std::move(event));
}

// Stories that this article united are one from now on, for every subscription
// that was told of them.
void Decider::NoteUnited(const IncomingAlert& alert,
                         absl::Span<const MatchedSubscription> matched) {
  for (const std::string& united : alert.united) {
    for (const MatchedSubscription& one : matched) {
      const std::string& id = one.subscription->id;
      for (const std::string& watchlist :
           {alert.record.watchlist, std::string()}) {
        told_.Unite(ToldStories::Key(id, watchlist, united),
                    ToldStories::Key(id, watchlist, alert.story.id),
                    alert.story.sites, now_, &batch_.notes);
      }
    }
  }
}

}  // namespace presshawk
