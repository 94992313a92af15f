// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/reign.h"

#include <iterator>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/app/logging.h"
#include "cmd/delivery/incoming_alert.h"
#include "core/alerts/shortened_alert.h"
#include "core/base/interval.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "core/stories/signature.h"
#include "core/stories/story_facts.h"

namespace presshawk {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(20);
constexpr absl::Duration kRenewLease = absl::Seconds(5);
constexpr absl::Duration kTick = absl::Seconds(1);

bool IsEmpty(const LedgerBatch& batch) {
  return batch.alerts.empty() && batch.entries.empty() &&
         batch.events.empty() && batch.deliveries.empty() &&
         batch.subscriptions.empty() && batch.notes.empty();
}

std::string HashId(std::string_view bytes) {
  Sha256 sha256;
  return HexPrefix(sha256.Add(bytes).Finish(), 16);
}

}  // namespace

absl::Status Accepting::Reign::Load(absl::Time now) {
  const auto subscriptions = parts_.store->Subscriptions();
  if (!subscriptions.ok()) {
    return subscriptions.status();
  }
  auto notes = parts_.store->Notes(std::string(ToldStories::kPrefix));
  if (!notes.ok()) {
    return notes.status();
  }
  auto people = parts_.store->Notes(std::string(PeopleGate::kPrefix));
  if (!people.ok()) {
    return people.status();
  }
  notes->insert(notes->end(), std::make_move_iterator(people->begin()),
                std::make_move_iterator(people->end()));
  decider_ =
      std::make_unique<Decider>(Decider::Options{.epoch = parts_.store->epoch(),
                                                 .rebuilt = parts_.rebuilt,
                                                 .keep_all = parts_.keep_all,
                                                 .shorten = ShortenedAlert},
                                *subscriptions, *notes);
  decider_->SetReceivers(parts_.receivers->Current());
  const auto retractions =
      parts_.store->Notes(std::string(Decider::kRetractionNotes));
  if (!retractions.ok()) {
    return retractions.status();
  }
  decider_->LoadRetractions(*retractions);
  const auto slots = parts_.store->Notes(std::string(DigestClock::kPrefix));
  if (!slots.ok()) {
    return slots.status();
  }
  digests_.Load(*slots);
  for (const SubscriptionRecord& record : *subscriptions) {
    if (record.vanished_at != absl::InfiniteFuture()) {
      vanished_[record.id] = record.vanished_at;
    }
    const auto waits = parts_.store->WaitingEntries(record.id, 1);
    if (!waits.ok()) {
      return waits.status();
    }
    if (!waits->empty()) {
      waiting_.insert(record.id);
    }
  }
  if (absl::Status status = parts_.store->ForEachStoryArticle(
          now - kStoryAge,
          [this](const StoryArticleRecord& record) {
            const auto signature = DecodeSignature(record.signature);
            if (signature.has_value()) {
              stories_.Add({.id = record.article,
                            .version = record.version,
                            .site = record.site,
                            .published_at = record.published_at,
                            .signature = &*signature},
                           record.accepted_at);
            }
          });
      !status.ok()) {
    return status;
  }
  people_ = std::make_unique<PeopleTeller>(PeopleTeller::Parts{
      .store = parts_.store,
      .decider = decider_.get(),
      .rebuilt = parts_.rebuilt,
      .recall = [this](const std::string& id) { return Recall(id); },
      .commit =
          [this](LedgerBatch batch) { return Commit(std::move(batch), 0); }});
  if (absl::Status status = people_->Load(now); !status.ok()) {
    return status;
  }
  if (absl::Status status = LoadLoss(); !status.ok()) {
    return status;
  }
  lost_reported_ = parts_.intake->lost();
  const auto positions = parts_.store->Positions();
  if (!positions.ok()) {
    return positions.status();
  }
  return parts_.intake->Begin(*positions, parts_.store->epoch());
}

absl::Status Accepting::Reign::Step() {
  absl::Time now = absl::Now();
  if (IsDue(now, kRenewLease, &next_renewal_)) {
    const auto renewed = parts_.store->AcquireLease(lease_.holder, now);
    if (!renewed.ok()) {
      return renewed.status();
    }
    if (renewed->epoch != lease_.epoch) {
      return absl::AbortedError("the lease was lost meanwhile");
    }
  }
  if (absl::Status status = parts_.intake->Poll(kPoll, &items_); !status.ok()) {
    return status;
  }
  now = absl::Now();
  set_ = parts_.subscriptions->Current();
  if (!items_.empty()) {
    if (absl::Status status = Accept(now); !status.ok()) {
      return status;
    }
  }
  return IsDue(now, kTick, &next_tick_) ? Tick(now) : absl::OkStatus();
}

// One transaction of all that was polled. What was taken back comes first: of
// alerts of the same poll nobody is told then, and nobody told that they are
// wrong.
absl::Status Accepting::Reign::Accept(absl::Time now) {
  std::vector<absl::StatusOr<Alert>> alerts;
  std::vector<std::string> ids;
  std::vector<RetractedArticle> retracted;
  for (const IntakeItem& item : items_) {
    const auto& alert = alerts.emplace_back(Read(item, &retracted));
    if (alert.ok()) {
      ids.push_back(alert->id);
    }
  }
  const auto known = parts_.store->KnownEntries(ids);
  if (!known.ok()) {
    return known.status();
  }
  decider_->Begin(now, *known);
  if (absl::Status status = Retract(retracted); !status.ok()) {
    return status;
  }
  for (size_t i = 0; i < items_.size(); ++i) {
    if (!absl::IsCancelled(alerts[i].status())) {
      Take(alerts[i], std::move(items_[i]), now);
    }
  }
  if (absl::Status status = Commit(decider_->Take(), items_.size());
      !status.ok()) {
    return status;
  }
  parts_.intake->Accepted();
  return absl::OkStatus();
}

void Accepting::Reign::Take(const absl::StatusOr<Alert>& alert, IntakeItem item,
                            absl::Time now) {
  if (!alert.ok()) {
    std::string id = HashId(item.json);
    LogEach(spdlog::level::warn,
            "ledger: an alert cannot be read and is kept: ",
            StrCat(std::string(alert.status().message()), " (", id, ")"));
    decider_->AcceptUnreadable(std::move(id), std::move(item.json),
                               std::string(alert.status().message()));
    return;
  }
  IncomingAlert incoming = IncomingOf(*alert, std::move(item.json));
  AddStory(*alert, item.signature, now, &incoming);
  const std::vector<MatchedSubscription> matched = set_->Match(*alert, now);
  for (const MatchedSubscription& one : matched) {
    if (one.subscription->paused || incoming.embargo > now ||
        one.subscription->when != Subscription::When::kInstant) {
      waiting_.insert(one.subscription->id);
    }
  }
  decider_->Accept(incoming, matched);
}

void Accepting::Reign::AddStory(const Alert& alert,
                                const std::string& signature, absl::Time now,
                                IncomingAlert* incoming) {
  const auto decoded = DecodeSignature(signature);
  if (!decoded.has_value()) {
    return;
  }
  StoryArticle article = StoryArticleOf(alert);
  article.signature = &*decoded;
  const StoryUpdate update = stories_.Add(article, now);
  incoming->story = FactsOf(update);
  incoming->record.story = incoming->story.id;
  for (const StoryId& united : update.united) {
    incoming->united.push_back(united.ToString());
  }
  if (!update.repeated) {
    story_articles_.push_back({.article = alert.article.id,
                               .version = alert.article.version,
                               .site = std::string(article.site),
                               .published_at = alert.article.published_at,
                               .signature = signature,
                               .accepted_at = now});
  }
}

absl::Status Accepting::Reign::Commit(LedgerBatch batch, size_t alerts) {
  batch.lease = lease_;
  batch.story_articles = std::exchange(story_articles_, {});
  if (alerts > 0) {
    batch.positions = parts_.intake->positions();
  } else if (IsEmpty(batch)) {
    return absl::OkStatus();
  }
  while (true) {
    const absl::Time begin = absl::Now();
    const absl::Status status = parts_.store->Commit(batch, begin);
    owner_.SetProblem(status);
    if (status.ok()) {
      if (parts_.on_commit) {
        parts_.on_commit(absl::Now() - begin);
      }
      people_->NoteCommitted(batch, begin);
      MutexLock lock(&owner_.mutex_);
      owner_.counts_.decided = decider_->counts();
      owner_.counts_.alerts += alerts;
      ++owner_.counts_.batches;
      break;
    }
    if (!absl::IsUnavailable(status) || owner_.stopping()) {
      return status;
    }
    owner_.SleepUnlessStopping(kLedgerRetry);
  }
  if (parts_.on_accepted) {
    parts_.on_accepted();
  }
  return absl::OkStatus();
}

}  // namespace presshawk
