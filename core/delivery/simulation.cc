// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/simulation.h"

#include <algorithm>

#include "core/base/str_cat.h"
#include "core/delivery/digest.h"
#include "core/delivery/envelope.h"

namespace presshawk {
namespace {

std::string WhyOf(const EventRecord& event, const std::string& why) {
  if (event.type == kGrowthType) {
    return "its story grew";
  }
  return event.type == kCorrectionType ? "it corrects what was told" : why;
}

}  // namespace

Simulation::Simulation(absl::Span<const Subscription> subscriptions,
                       absl::Span<const ReceiverOptions> receivers,
                       std::function<void(const SimulatedDelivery&)> tell)
    : subscriptions_(subscriptions),
      tell_(std::move(tell)),
      decider_({.epoch = "00000000"}, {}, {}),
      receivers_(receivers.begin(), receivers.end()) {
  decider_.SetReceivers(receivers);
}

void Simulation::Accept(const IncomingAlert& alert,
                        absl::Span<const MatchedSubscription> matched,
                        absl::Time time) {
  Run(time, /*inclusive=*/false);
  const std::string& id = alert.record.id;
  if (!seen_.insert(id).second) {
    return;
  }
  alerts_[id] = {.alert = alert};
  decider_.Begin(now_, {});
  decider_.Accept(alert, matched);
  Apply(decider_.Take(), /*slot=*/"", "at once");
  if (alerts_[id].entries == 0) {
    alerts_.erase(id);
  }
}

void Simulation::Retract(const RetractedArticle& article, absl::Time time) {
  Run(time, /*inclusive=*/false);
  decider_.Begin(now_, {});
  if (decider_.NoteRetraction(article)) {
    std::vector<AcceptedAlert> waiting;
    for (const auto& [id, queue] : waiting_) {
      for (const auto& [place, entry] : queue.entries) {
        const IncomingAlert& alert = alerts_[entry.alert].alert;
        if (alert.record.article == article.id) {
          waiting.push_back({.alert = alert, .entries = {entry}});
        }
      }
    }
    decider_.Retract(article, waiting, /*waiting=*/{},
                     [](const std::string&) { return nullptr; });
  }
  Apply(decider_.Take(), /*slot=*/"", /*why=*/"");
}

void Simulation::RunUntil(absl::Time end) { Run(end, /*inclusive=*/true); }

void Simulation::Run(absl::Time end, bool inclusive) {
  if (now_ == absl::InfinitePast()) {
    now_ = end;
    CutDigests();  // Their timers begin.
  }
  while (true) {
    const absl::Time embargo =
        embargoes_.empty() ? absl::InfiniteFuture() : embargoes_.begin()->first;
    const absl::Time held =
        held_.NextWake([this](const std::string& id) { return Find(id); },
                       decider_.gate(), now_);
    const absl::Time next =
        std::max(now_, std::min({digests_.NextWake(), embargo, held}));
    if (next > end || (next == end && !inclusive)) {
      break;
    }
    now_ = next;
    ReleaseEmbargoes();
    CutDigests();
    TellHeld();
  }
  now_ = std::max(now_, end);
}

// An entry of a digest waits for a slot after its embargo, and one of a paused
// subscription for ever.
void Simulation::ReleaseEmbargoes() {
  decider_.Begin(now_, {});
  while (!embargoes_.empty() && embargoes_.begin()->first <= now_) {
    const auto [id, alert] = embargoes_.begin()->second;
    embargoes_.erase(embargoes_.begin());
    const Subscription* const one = Find(id);
    Queue& queue = waiting_[id];
    const auto place = queue.places.find(alert);
    if (!one->paused && one->when == Subscription::When::kInstant &&
        place != queue.places.end()) {
      decider_.Release(*one, {.entry = queue.entries[place->second],
                              .alert = alerts_[alert].alert});
    }
  }
  Apply(decider_.Take(), /*slot=*/"", "its embargo has ended");
}

void Simulation::CutDigests() {
  DigestClock::Notes unused;
  for (const DigestCut& cut : digests_.Due(subscriptions_, now_, &unused)) {
    const Subscription& one = *cut.subscription;
    digests_.Done(cut, /*is_last=*/true, now_, &unused);
    // As the decider does: what was told meanwhile is folded first.
    std::vector<EntryRecord> entries;
    decider_.Begin(now_, {});
    for (const auto& [place, entry] : waiting_[one.id].entries) {
      if (Decider::EmbargoOf(entry) > now_) {
        continue;
      }
      if (decider_.WasTold(one, entry)) {
        decider_.Release(one,
                         {.entry = entry, .alert = alerts_[entry.alert].alert});
      } else {
        entries.push_back(entry);
      }
    }
    Apply(decider_.Take(), /*slot=*/"", "");
    if (entries.empty() && !one.digest.send_empty) {
      continue;
    }
    const DigestPlan plan =
        PlanDigest(entries, decider_.TellsOnce(one), one.digest.top);
    std::vector<IncomingAlert> shown;
    for (size_t i = 0; i < plan.shown; ++i) {
      shown.push_back(alerts_[plan.rows[i].alert].alert);
    }
    decider_.Begin(now_, {});
    decider_.Digest(cut, entries, plan, shown);
    Apply(decider_.Take(), cut.slot.name, StrCat(entries.size(), " waited"));
  }
}

void Simulation::Apply(const LedgerBatch& batch, const std::string& slot,
                       const std::string& why) {
  for (const EntryRecord& entry : batch.entries) {
    KeepWaiting(entry);
  }
  for (const EventRecord& event : batch.events) {
    SimulatedDelivery delivery = {.at = now_,
                                  .subscription = event.subscription,
                                  .receiver = "_feed",
                                  .type = event.type,
                                  .slot = slot,
                                  .alerts = {},
                                  .why = WhyOf(event, why)};
    if (!event.alert.empty()) {
      delivery.alerts.push_back(event.alert);
    } else {
      for (const EntryRecord& entry : batch.entries) {
        if (entry.subscription == event.subscription &&
            entry.sequence == event.sequence) {
          delivery.alerts.push_back(entry.alert);
        }
      }
    }
    bool has_receiver = false;
    for (const DeliveryRecord& one : batch.deliveries) {
      if (one.subscription == event.subscription &&
          one.sequence == event.sequence) {
        has_receiver = true;
        delivery.receiver = one.receiver;
        if (IsDecidersWait(one.reason)) {
          held_.Add(one, now_);
          held_back_[{one.subscription, one.receiver}][one.sequence] = {
              .record = one, .delivery = delivery, .oldest = now_};
        } else {
          tell_(delivery);
        }
      }
    }
    if (!has_receiver) {
      tell_(delivery);
    }
  }
}

const Subscription* Simulation::Find(const std::string& id) const {
  const auto found =
      std::find_if(subscriptions_.begin(), subscriptions_.end(),
                   [&](const Subscription& one) { return one.id == id; });
  return found == subscriptions_.end() ? nullptr : &*found;
}

void Simulation::TellHeld() {
  const std::vector<HeldGroup> due =
      held_.Due([this](const std::string& id) { return Find(id); },
                decider_.gate(), now_);
  absl::flat_hash_map<std::string, uint64_t> of_receiver;
  for (const HeldGroup& group : due) {
    of_receiver[group.receiver] += group.count;
  }
  for (const HeldGroup& group : due) {
    TellGroup(group, of_receiver[group.receiver]);
  }
}

// As the decider does with what is in the ledger.
void Simulation::TellGroup(const HeldGroup& group, uint64_t of_receiver) {
  const auto receiver =
      std::find_if(receivers_.begin(), receivers_.end(),
                   [&](const auto& one) { return one.name == group.receiver; });
  held_.Remove(group);
  std::map<uint64_t, HeldBack> held =
      std::exchange(held_back_[{group.subscription, group.receiver}], {});
  std::vector<DeliveryRecord> records;
  SimulatedDelivery catchup = {.at = now_,
                               .subscription = group.subscription,
                               .receiver = group.receiver,
                               .type = std::string(kCatchupType),
                               .slot = "",
                               .alerts = {},
                               .why = StrCat(held.size(), " waited")};
  absl::Time oldest = now_;
  for (const auto& [sequence, one] : held) {
    records.push_back(one.record);
    oldest = std::min(oldest, one.oldest);
    catchup.alerts.insert(catchup.alerts.end(), one.delivery.alerts.begin(),
                          one.delivery.alerts.end());
  }
  decider_.Begin(now_, {});
  if (IsCaughtUp(group, *receiver, of_receiver, oldest, now_)) {
    decider_.Catchup(*Find(group.subscription), records, catchup.alerts.size(),
                     /*plan=*/{}, /*shown=*/{});
    decider_.Take();
    tell_(catchup);
    return;
  }
  for (const DeliveryRecord& record : records) {
    decider_.LetGo(*Find(group.subscription), record);
  }
  for (const DeliveryRecord& record : decider_.Take().deliveries) {
    HeldBack& one = held[record.sequence];
    if (IsDecidersWait(record.reason)) {
      one.record = record;
      held_.Add(record, now_);
      held_back_[{record.subscription, record.receiver}][record.sequence] = one;
    } else {
      one.delivery.at = now_;
      one.delivery.why = "quiet hours have ended";
      tell_(one.delivery);
    }
  }
}

void Simulation::KeepWaiting(const EntryRecord& entry) {
  Queue& queue = waiting_[entry.subscription];
  const auto found = queue.places.find(entry.alert);
  if (entry.state != EntryState::kWaiting) {
    if (found != queue.places.end()) {
      queue.entries.erase(found->second);
      queue.places.erase(found);
      if (--alerts_[entry.alert].entries == 0) {
        alerts_.erase(entry.alert);
      }
    }
    return;
  }
  if (found == queue.places.end()) {
    queue.entries[++arrivals_] = entry;
    queue.places[entry.alert] = arrivals_;
    ++alerts_[entry.alert].entries;
  }
  if (const absl::Time embargo = Decider::EmbargoOf(entry); embargo > now_) {
    embargoes_.emplace(embargo, std::pair(entry.subscription, entry.alert));
  }
}

}  // namespace presshawk
