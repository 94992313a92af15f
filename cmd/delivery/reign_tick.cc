// SPDX-License-Identifier: Apache-2.0
// What happens with time: pauses and embargoes end, digests are cut,
// subscriptions vanish, silences end.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "cmd/delivery/reign.h"
#include "core/base/interval.h"
#include "core/base/str_cat.h"
#include "core/delivery/envelope.h"
#include "core/delivery/retracted_alerts.h"
#include "core/delivery/rows_body.h"

namespace presshawk {
namespace {

constexpr absl::Duration kLookAtSilences = absl::Minutes(1);
constexpr absl::Duration kLookAtZones = absl::Minutes(30);
constexpr absl::Duration kSilenceNotice = absl::Hours(1);
constexpr absl::Duration kLookAgain = absl::Seconds(5);
constexpr uint32_t kReleasePage = 1000;    // In one transaction.
constexpr uint32_t kWaitingMax = 100'000;  // Looked through at once.
constexpr size_t kDigestMax = 100'000;     // Alerts in one part of a digest.
constexpr size_t kDigestPage = 2'000;      // Alerts told in one transaction.
// The note that says how many alerts were lost and not acknowledged yet.
constexpr char kLossNote[] = "loss";

}  // namespace

// What happens without an alert: pauses and embargoes end, subscriptions
// vanish, stories close, digests are cut.
absl::Status Accepting::Reign::Tick(absl::Time now) {
  LookAtClock(now);
  decider_->SetReceivers(parts_.receivers->Current());
  decider_->Begin(now, {});
  DigestClock::Notes forgotten;
  NoteVanished(*set_, now, &forgotten);
  decider_->Expire(now - kStoryAge);
  decider_->ExpireRetractions(now - parts_.retention);
  if (absl::Status status = SettleRetracted(parts_.store, decider_.get());
      !status.ok()) {
    return status;
  }
  LedgerBatch batch = decider_->Take();
  batch.notes.insert(batch.notes.end(), forgotten.begin(), forgotten.end());
  NoteLoss(now, &batch);
  if (absl::Status status = Commit(std::move(batch), 0); !status.ok()) {
    return status;
  }
  if (absl::Status status = TellOfSilences(now); !status.ok()) {
    return status;
  }
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    const std::string id = *it++;
    const Subscription* const subscription = set_->Find(id);
    if (subscription == nullptr || subscription->paused ||
        subscription->when != Subscription::When::kInstant) {
      release_at_.erase(id);
      continue;
    }
    const auto later = release_at_.find(id);
    if (later != release_at_.end() && later->second > now &&
        later->second - now <= kLookAgain) {
      continue;
    }
    if (absl::Status status = Release(*subscription, now); !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = CutDigests(now); !status.ok()) {
    return status;
  }
  return people_->Tick(
      parts_.receivers->Current(),
      [this](const std::string& id) { return set_->Find(id); }, now);
}

// A clock that is set stalls nothing and tells nothing twice; somebody should
// know of it all the same.
void Accepting::Reign::LookAtClock(absl::Time now) {
  const auto monotonic =
      absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
  const std::optional<absl::Duration> jump = clock_.Look(now, monotonic);
  if (jump.has_value()) {
    spdlog::warn("the clock of this machine was set by {}",
                 absl::FormatDuration(*jump));
  }
  if (IsDue(now, kLookAtZones, &next_zones_)) {
    std::set<std::string> in_use;
    for (const Subscription& one : set_->all()) {
      for (const std::string& zone :
           {one.digest.zone, one.quiet.has_value() ? one.quiet->zone : ""}) {
        if (!zone.empty()) {
          in_use.insert(zone);
        }
      }
    }
    for (const std::string& zone : zones_.Look(in_use)) {
      spdlog::warn(
          "the rules of the time zone {} have changed on this machine: restart "
          "to use them",
          zone);
    }
  }
  const absl::Time next_slot = digests_.NextSlot(set_->all());
  MutexLock lock(&owner_.mutex_);
  owner_.counts_.clock_jumps += jump.has_value() ? 1 : 0;
  owner_.counts_.zones_changed = zones_.changed();
  owner_.counts_.next_slot = next_slot;
}

// What is told and that it was told are one transaction, of as many digests as
// are short: at eight in the morning there may be thousands.
absl::Status Accepting::Reign::CutDigests(absl::Time now) {
  DigestClock::Notes changed;
  const std::vector<DigestCut> cuts = digests_.Due(set_->all(), now, &changed);
  decider_->Begin(now, {});
  size_t alerts = 0;
  for (const DigestCut& cut : cuts) {
    if (alerts >= kDigestPage) {
      next_tick_ = now;  // The rest is due still.
      break;
    }
    const auto is_last = CutDigest(cut, now, &alerts);
    if (!is_last.ok()) {
      return is_last.status();
    }
    digests_.Done(cut, *is_last, now, &changed);
    if (!*is_last) {
      next_tick_ = now;
    }
  }
  LedgerBatch batch = decider_->Take();
  batch.notes.insert(batch.notes.end(),
                     std::make_move_iterator(changed.begin()),
                     std::make_move_iterator(changed.end()));
  return Commit(std::move(batch), 0);
}

// Adds to *alerts how many it told. False where the slot has another part.
absl::StatusOr<bool> Accepting::Reign::CutDigest(const DigestCut& cut,
                                                 absl::Time now,
                                                 size_t* alerts) {
  const Subscription& subscription = *cut.subscription;
  auto entries = parts_.store->WaitingEntries(
      subscription.id, static_cast<uint32_t>(kDigestMax) + 1);
  if (!entries.ok()) {
    return entries.status();
  }
  const bool is_last = entries->size() <= kDigestMax;
  std::erase_if(*entries, [now](const EntryRecord& entry) {
    return Decider::EmbargoOf(entry) > now;
  });
  entries->resize(std::min(entries->size(), kDigestMax));
  *alerts += entries->size() + 1;
  const bool has_any = !entries->empty();
  if (absl::Status status = FoldTold(subscription, &*entries); !status.ok()) {
    return status;
  }
  if (entries->empty() && (cut.part > 1 || !subscription.digest.send_empty)) {
    return is_last || !has_any;
  }
  const DigestPlan plan = PlanDigest(
      *entries, decider_->TellsOnce(subscription), subscription.digest.top);
  // Where growth is told, it counts from how far each story has come.
  const StoryRule& stories = subscription.stories;
  const size_t recalled = stories.grow.empty() && stories.tier1.empty()
                              ? plan.shown
                              : plan.rows.size();
  const auto shown = AlertsOfRows(
      plan, recalled, [this](const std::string& id) { return Recall(id); });
  if (!shown.ok()) {
    return shown.status();
  }
  decider_->Digest(cut, *entries, plan, *shown);
  return is_last;
}

// Takes out what was told meanwhile: a copy of it came while it waited for a
// pause or an embargo, or stood in an earlier part.
absl::Status Accepting::Reign::FoldTold(const Subscription& subscription,
                                        std::vector<EntryRecord>* entries) {
  absl::Status status;
  std::erase_if(*entries, [&](const EntryRecord& entry) {
    if (!status.ok() || !decider_->WasTold(subscription, entry)) {
      return false;
    }
    auto alert = Recall(entry.alert);
    if (!alert.ok()) {
      status = alert.status();
      return false;
    }
    decider_->Release(subscription,
                      {.entry = entry, .alert = *std::move(alert)});
    return true;
  });
  return status;
}

// An alert that is in the ledger, with its story as it is now. Without a text
// where it was forgotten meanwhile.
absl::StatusOr<IncomingAlert> Accepting::Reign::Recall(const std::string& id) {
  const auto record = parts_.store->FindAlert(id);
  if (!record.ok()) {
    return record.status();
  }
  return record->has_value() ? Recalled(**record) : IncomingAlert();
}

absl::Status Accepting::Reign::LoadLoss() {
  const auto notes = parts_.store->Notes(kLossNote);
  if (!notes.ok()) {
    return notes.status();
  }
  for (const auto& [name, value] : *notes) {
    loss_ = std::strtoull(value.c_str(), nullptr, 10);
  }
  MutexLock lock(&owner_.mutex_);
  owner_.loss_ = loss_;
  return absl::OkStatus();
}

// A loss is kept in the ledger until somebody has acknowledged it.
void Accepting::Reign::NoteLoss(absl::Time now, LedgerBatch* batch) {
  const uint64_t lost = parts_.intake->lost();
  const bool acknowledged = owner_.loss_acknowledged_.exchange(false);
  if (lost == lost_reported_ && !acknowledged) {
    return;
  }
  if (acknowledged) {
    spdlog::info("the loss of {} alerts is acknowledged", loss_);
    loss_ = 0;
  }
  const uint64_t more = lost - std::exchange(lost_reported_, lost);
  if (more > 0) {
    const std::string text =
        StrCat(more,
               " alerts were removed from their topic before they were read: "
               "nobody is told of them");
    spdlog::error("{}", text);
    AddOperatorMessage({.event = "alerts_lost",
                        .about = "alerts",
                        .which = StrCat(more),
                        .since = now,
                        .text = text},
                       now, &batch->deliveries);
  }
  loss_ += more;
  batch->notes.emplace_back(kLossNote, loss_ > 0 ? StrCat(loss_) : "");
  MutexLock lock(&owner_.mutex_);
  owner_.loss_ = loss_;
}

// An hour before a silence ends, so that it can be made longer.
absl::Status Accepting::Reign::TellOfSilences(absl::Time now) {
  if (!IsDue(now, kLookAtSilences, &next_silences_)) {
    return absl::OkStatus();
  }
  auto silences = parts_.store->Silences();
  if (!silences.ok()) {
    return silences.status();
  }
  std::vector<DeliveryRecord> messages;
  std::vector<SilenceRecord> told;
  for (SilenceRecord& silence : *silences) {
    const absl::Time notice = silence.ends_at - kSilenceNotice;
    if (silence.end_told || notice > now || notice < silence.starts_at ||
        silence.ends_at <= now) {
      continue;  // Among them what somebody has ended.
    }
    const std::string text =
        StrCat("the silence \"", silence.comment, "\" of ", silence.author,
               " ends at ", EnvelopeTime(silence.ends_at));
    AddOperatorMessage({.to = silence.tell,
                        .event = "silence_ends",
                        .about = "silence",
                        .which = silence.id,
                        .since = silence.ends_at,
                        .text = text},
                       now, &messages);
    silence.end_told = true;
    told.push_back(std::move(silence));
  }
  if (!messages.empty()) {
    // Told twice they have one id.
    if (absl::Status status = parts_.store->AddMessages(messages);
        !status.ok()) {
      return status;
    }
    if (parts_.on_accepted) {
      parts_.on_accepted();
    }
  }
  for (const SilenceRecord& silence : told) {
    if (absl::Status status = parts_.store->PutSilence(silence); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

void Accepting::Reign::AddOperatorMessage(
    OperatorNews news, absl::Time now, std::vector<DeliveryRecord>* messages) {
  if (news.to.empty()) {
    news.to = parts_.operator_receiver;
  }
  if (!news.to.empty()) {
    const std::string epoch = parts_.store->epoch();
    news.ledger = epoch;
    messages->push_back(OperatorMessage(news, now));
  }
}

absl::Status Accepting::Reign::Release(const Subscription& subscription,
                                       absl::Time now) {
  const auto entries =
      parts_.store->WaitingEntries(subscription.id, kWaitingMax);
  if (!entries.ok()) {
    return entries.status();
  }
  if (entries->empty()) {
    waiting_.erase(subscription.id);
    return absl::OkStatus();
  }
  decider_->Begin(now, {});
  size_t released = 0;
  for (const EntryRecord& entry : *entries) {
    if (released == kReleasePage) {
      break;
    }
    if (Decider::EmbargoOf(entry) > now) {
      continue;  // Without a look at its alert: there may be many.
    }
    auto alert = Recall(entry.alert);
    if (!alert.ok()) {
      return alert.status();
    }
    if (!alert->record.json.empty()) {
      decider_->Release(subscription,
                        {.entry = entry, .alert = *std::move(alert)});
      ++released;
    }
  }
  if (released == 0) {
    // What waits, waits for a time: looking each second would cost for nothing.
    release_at_[subscription.id] = now + kLookAgain;
    return absl::OkStatus();
  }
  release_at_.erase(subscription.id);
  return Commit(decider_->Take(), 0);
}

// A subscription that vanished from its files is paused for an hour, as a file
// may be missing by mistake, and only then deleted (SPEC DELIVERY-5).
void Accepting::Reign::NoteVanished(const SubscriptionSet& set, absl::Time now,
                                    DigestClock::Notes* forgotten) {
  for (const std::string& id : decider_->Known()) {
    const auto vanished = vanished_.find(id);
    const Subscription* const found = set.Find(id);
    if (found != nullptr && !found->vanished) {
      if (vanished != vanished_.end()) {
        vanished_.erase(vanished);
        decider_->SetVanished(id, absl::InfiniteFuture());
        spdlog::info("subscription {} is there again", id);
      }
      continue;
    }
    if (vanished == vanished_.end()) {
      vanished_[id] = now;
      decider_->SetVanished(id, now);
      spdlog::warn(
          "subscription {} is in no file any more: what waits for it is kept "
          "for an hour, and cancelled then",
          id);
    } else if (vanished->second != absl::InfinitePast() &&
               now - vanished->second >= kVanishedFor) {
      const auto cancelled = parts_.store->CancelWaiting(
          lease_, id, /*article=*/"", "its subscription was deleted", now);
      if (cancelled.ok()) {
        vanished->second = absl::InfinitePast();
        decider_->SetVanished(id, absl::InfinitePast());
        digests_.Forget(id, forgotten);
        people_->Forget(id);
        spdlog::warn("subscription {} is deleted; {} deliveries are cancelled",
                     id, *cancelled);
      }
    }
  }
}

}  // namespace presshawk
