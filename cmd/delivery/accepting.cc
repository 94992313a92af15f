// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/accepting.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/container/flat_hash_set.h"
#include "absl/time/clock.h"
#include "cmd/app/logging.h"
#include "core/alerts/shortened_alert.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "core/model/published_time.h"
#include "core/stories/signature.h"
#include "core/stories/story_facts.h"
#include "ingest/json/alert_reader.h"

namespace presshawk {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(20);
constexpr absl::Duration kRetry = absl::Milliseconds(500);
constexpr absl::Duration kRenewLease = absl::Seconds(5);
constexpr absl::Duration kTick = absl::Seconds(1);
constexpr absl::Duration kLookAgain = absl::Seconds(5);
constexpr absl::Duration kStoryAge = absl::Hours(24 * 14);
constexpr uint32_t kReleasePage = 1000;    // In one transaction.
constexpr uint32_t kWaitingMax = 100'000;  // Looked through at once.
constexpr size_t kDigestMax = 100'000;     // Alerts in one part of a digest.
constexpr size_t kDigestPage = 2'000;      // Alerts told in one transaction.
// The note that says how many alerts were lost and not acknowledged yet.
constexpr char kLossNote[] = "loss";

AlertRecord RecordOf(const Alert& alert, std::string json) {
  AlertRecord record;
  record.id = alert.id;
  record.watchlist = alert.watchlist.id;
  record.article = alert.article.id;
  record.site =
      alert.article.site.empty() ? alert.article.source : alert.article.site;
  record.detected_at =
      ParsePublishedTime(alert.detected_at, absl::InfiniteFuture())
          .value_or(absl::UnixEpoch());
  record.json = std::move(json);
  return record;
}

absl::Time EmbargoOf(const Alert& alert) {
  return alert.article.embargo.empty()
             ? absl::InfinitePast()
             : ParsePublishedTime(alert.article.embargo, absl::InfiniteFuture())
                   .value_or(absl::InfinitePast());
}

StoryArticle StoryArticleOf(const Alert& alert) {
  return {.id = alert.article.id,
          .version = alert.article.version,
          .site = alert.article.site.empty() ? alert.article.source
                                             : alert.article.site,
          .published_at = alert.article.published_at};
}

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

// What only the decider has. It is made from the ledger when the lease is taken,
// and thrown away when it is lost.
class Accepting::Reign {
 public:
  Reign(Accepting* owner, Lease lease)
      : owner_(*owner), parts_(owner->parts_), lease_(std::move(lease)) {}

  absl::Status Load(absl::Time now);
  // One round: takes what there is, and commits it. Aborted: the lease is lost.
  absl::Status Step();

 private:
  absl::Status Accept(absl::Time now);
  void Take(const absl::StatusOr<Alert>& alert, IntakeItem item,
            absl::Time now);
  void AddStory(const Alert& alert, const std::string& signature,
                absl::Time now, IncomingAlert* incoming);
  absl::Status Tick(absl::Time now);
  absl::Status Release(const Subscription& subscription, absl::Time now);
  absl::Status CutDigests(absl::Time now);
  absl::StatusOr<bool> CutDigest(const DigestCut& cut, absl::Time now,
                                 size_t* alerts);
  absl::StatusOr<IncomingAlert> Recall(const std::string& id);
  absl::Status LoadLoss();
  void NoteLoss(LedgerBatch* batch);
  void NoteVanished(const SubscriptionSet& set, absl::Time now);
  absl::Status Commit(LedgerBatch batch, size_t alerts);

  Accepting& owner_;
  const Parts& parts_;
  Lease lease_;
  std::unique_ptr<Decider> decider_;
  StoryIndex stories_{{}};
  std::shared_ptr<const SubscriptionSet> set_;
  DigestClock digests_;
  // Subscriptions with entries that wait.
  absl::flat_hash_set<std::string> waiting_;
  absl::flat_hash_map<std::string, absl::Time> vanished_;
  // Of those in waiting_: when to look again.
  absl::flat_hash_map<std::string, absl::Time> release_at_;
  absl::Time next_renewal_ = absl::InfinitePast();
  absl::Time next_tick_ = absl::InfinitePast();
  uint64_t loss_ = 0;           // As the note has it.
  uint64_t lost_reported_ = 0;  // By the intake, as far as it is noted.
  std::vector<IntakeItem> items_;
  std::vector<StoryArticleRecord> story_articles_;  // Of this batch.
};

absl::Status Accepting::Reign::Load(absl::Time now) {
  const auto subscriptions = parts_.store->Subscriptions();
  if (!subscriptions.ok()) {
    return subscriptions.status();
  }
  const auto told = parts_.store->Notes(std::string(ToldStories::kPrefix));
  if (!told.ok()) {
    return told.status();
  }
  decider_ =
      std::make_unique<Decider>(Decider::Options{.epoch = parts_.store->epoch(),
                                                 .rebuilt = parts_.rebuilt,
                                                 .keep_all = parts_.keep_all,
                                                 .shorten = ShortenedAlert},
                                *subscriptions, *told);
  decider_->SetReceivers(parts_.receivers->Current());
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
  if (now >= next_renewal_) {
    next_renewal_ = now + kRenewLease;
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
  return now >= next_tick_ ? Tick(now) : absl::OkStatus();
}

// One transaction of all that was polled.
absl::Status Accepting::Reign::Accept(absl::Time now) {
  std::vector<absl::StatusOr<Alert>> alerts;
  std::vector<std::string> ids;
  for (const IntakeItem& item : items_) {
    const auto& alert = alerts.emplace_back(ReadAlert(item.json));
    if (alert.ok()) {
      ids.push_back(alert->id);
    }
  }
  const auto known = parts_.store->KnownEntries(ids);
  if (!known.ok()) {
    return known.status();
  }
  decider_->Begin(now, *known);
  for (size_t i = 0; i < items_.size(); ++i) {
    Take(alerts[i], std::move(items_[i]), now);
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
  IncomingAlert incoming;
  incoming.record = RecordOf(*alert, std::move(item.json));
  incoming.article_version = alert->article.version;
  incoming.embargo = EmbargoOf(*alert);
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

// What happens without an alert: pauses and embargoes end, subscriptions
// vanish, stories close, digests are cut.
absl::Status Accepting::Reign::Tick(absl::Time now) {
  next_tick_ = now + kTick;
  decider_->SetReceivers(parts_.receivers->Current());
  decider_->Begin(now, {});
  NoteVanished(*set_, now);
  decider_->Expire(now - kStoryAge);
  LedgerBatch batch = decider_->Take();
  NoteLoss(&batch);
  if (absl::Status status = Commit(std::move(batch), 0); !status.ok()) {
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
    if (later != release_at_.end() && later->second > now) {
      continue;
    }
    if (absl::Status status = Release(*subscription, now); !status.ok()) {
      return status;
    }
  }
  return CutDigests(now);
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
  if (entries->empty() && (cut.part > 1 || !subscription.digest.send_empty)) {
    return true;
  }
  const DigestPlan plan = PlanDigest(
      *entries, decider_->TellsOnce(subscription), subscription.digest.top);
  std::vector<IncomingAlert> shown;
  for (size_t i = 0; i < plan.shown; ++i) {
    auto alert = Recall(plan.rows[i].alert);
    if (!alert.ok()) {
      return alert.status();
    }
    shown.push_back(*std::move(alert));
  }
  decider_->Digest(cut, *entries, plan, shown);
  return is_last;
}

// An alert that is in the ledger, with its story as it is now. Without a text
// where it was forgotten meanwhile.
absl::StatusOr<IncomingAlert> Accepting::Reign::Recall(const std::string& id) {
  const auto record = parts_.store->FindAlert(id);
  if (!record.ok()) {
    return record.status();
  }
  IncomingAlert recalled;
  if (!record->has_value()) {
    return recalled;
  }
  recalled.record = **record;
  const absl::StatusOr<Alert> alert = ReadAlert(recalled.record.json);
  if (!alert.ok()) {
    recalled.record.json.clear();
    return recalled;
  }
  recalled.article_version = alert->article.version;
  if (const auto known = stories_.Known(StoryArticleOf(*alert));
      known.has_value()) {
    recalled.story = FactsOf(*known);
  }
  return recalled;
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
void Accepting::Reign::NoteLoss(LedgerBatch* batch) {
  const uint64_t lost = parts_.intake->lost();
  const bool acknowledged = owner_.loss_acknowledged_.exchange(false);
  if (lost == lost_reported_ && !acknowledged) {
    return;
  }
  if (acknowledged) {
    spdlog::info("the loss of {} alerts is acknowledged", loss_);
    loss_ = 0;
  }
  if (lost != lost_reported_) {
    spdlog::error("the topic had removed {} alerts before they were read",
                  lost - lost_reported_);
  }
  loss_ += lost - lost_reported_;
  lost_reported_ = lost;
  batch->notes.emplace_back(kLossNote, loss_ > 0 ? StrCat(loss_) : "");
  MutexLock lock(&owner_.mutex_);
  owner_.loss_ = loss_;
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
void Accepting::Reign::NoteVanished(const SubscriptionSet& set,
                                    absl::Time now) {
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
        spdlog::warn("subscription {} is deleted; {} deliveries are cancelled",
                     id, *cancelled);
      }
    }
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
      MutexLock lock(&owner_.mutex_);
      owner_.counts_.decided = decider_->counts();
      owner_.counts_.alerts += alerts;
      ++owner_.counts_.batches;
      break;
    }
    if (!absl::IsUnavailable(status) || owner_.stopping()) {
      return status;
    }
    owner_.SleepUnlessStopping(kRetry);
  }
  if (parts_.on_accepted) {
    parts_.on_accepted();
  }
  return absl::OkStatus();
}

Accepting::Accepting(Parts parts) : parts_(std::move(parts)) {}

Accepting::~Accepting() { Stop(absl::Now()); }

absl::Status Accepting::Start() {
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Accepting::Stop(absl::Time /*deadline*/) {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Accepting::Run() {
  // Whom this instance waits for; empty for nobody.
  std::string decider_before;
  while (!stopping()) {
    if (!parts_.subscriptions->IsComplete()) {
      SleepUnlessStopping(kPoll);
      continue;
    }
    absl::StatusOr<Lease> lease =
        parts_.store->AcquireLease(parts_.instance, absl::Now());
    if (!lease.ok()) {
      const bool is_standby = absl::IsAlreadyExists(lease.status());
      is_settled_ = is_standby;
      std::string decider(is_standby ? lease.status().message() : "");
      if (is_standby && decider != decider_before) {
        LogEach(spdlog::level::info, "standby: ", decider);
      }
      decider_before = std::move(decider);
      SetProblem(is_standby ? absl::OkStatus() : lease.status());
      SleepUnlessStopping(kRetry);
      continue;
    }
    decider_before.clear();
    is_decider_ = true;
    Reign reign(this, *lease);
    is_settled_ = false;
    absl::Status status = reign.Load(absl::Now());
    is_settled_ = status.ok();
    while (status.ok() && !stopping()) {
      status = reign.Step();
      if (status.ok()) {
        SetProblem(status);
      }
    }
    is_decider_ = false;
    is_settled_ = false;
    if (!status.ok() && !stopping()) {
      SetProblem(status);
      SleepUnlessStopping(kRetry);
    } else {
      parts_.store->ReleaseLease(*lease).IgnoreError();
    }
  }
}

void Accepting::AppendProblems(std::vector<std::string>* problems) const {
  MutexLock lock(&mutex_);
  if (loss_ > 0) {
    problems->push_back(StrCat(
        loss_,
        " alerts were removed from their topic before the ledger read "
        "them; POST /api/v1/ledger:acknowledge once that is understood"));
  }
  if (!problem_.empty()) {
    problems->push_back(problem_);
  } else if (!is_settled_) {
    problems->push_back("what the ledger knows is being read");
  } else if (const absl::Status health = parts_.intake->Health();
             is_decider_ && !health.ok()) {
    problems->push_back(StrCat("alerts: ", std::string(health.message())));
  }
}

bool Accepting::AcknowledgeLoss() {
  if (!is_decider_) {
    return false;
  }
  loss_acknowledged_ = true;
  return true;
}

Accepting::Counts Accepting::counts() const {
  MutexLock lock(&mutex_);
  return counts_;
}

void Accepting::SleepUnlessStopping(absl::Duration duration) {
  const Deadline until = Deadline::After(duration);
  MutexLock lock(&mutex_);
  while (!stop_ && lock.WaitUntil(&changed_, until)) {
  }
}

void Accepting::SetProblem(const absl::Status& status) {
  const std::string problem(status.message());
  MutexLock lock(&mutex_);
  if (problem_ == problem) {
    return;
  }
  if (problem.empty()) {
    LogEach(spdlog::level::info, "over: ", problem_);
  } else {
    LogEach(spdlog::level::err, "", problem);
  }
  problem_ = problem;
}

}  // namespace presshawk
