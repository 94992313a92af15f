// SPDX-License-Identifier: Apache-2.0
// The whole stage of delivery in virtual time: a topic of alerts, two instances
// that share a ledger, receivers that fail, subscriptions that are edited, and
// crashes between any two statements:
//
//   everything that is owed is told to every receiver, nothing else is
//   sequences have no gap, and a message has one id and one body for ever
//   entries and deliveries add up to what was accepted
//   people are told each event once, by itself or in a catch-up
//
// Whom an alert belongs to is decided here by a rule of one line, which is also
// the oracle: list N belongs to the subscriptions whose number divides N.
//
// PRESSHAWK_SEED, PRESSHAWK_CASES: other histories, and how many.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/delivery/decider.h"
#include "core/delivery/delivery_id.h"
#include "core/delivery/people_teller.h"
#include "core/delivery/sending_queue.h"
#include "core/ledger/ledger_names.h"
#include "tests/support/memory_store.h"

namespace presshawk::testing {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t usual) {
  const char* const text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

class NoOtherForm : public Resealer {
 public:
  std::optional<std::string> Reduce(const ReceiverOptions&,
                                    const ClaimedDelivery&) override {
    return std::nullopt;
  }
  std::optional<std::string> MarkRepeat(const ReceiverOptions&,
                                        const ClaimedDelivery&) override {
    return std::nullopt;
  }
};

constexpr size_t kSubscriptions = 5;
constexpr size_t kReceivers = 4;

// One process, with a part that decides and a part that sends.
struct Instance {
  std::string name;
  std::unique_ptr<LedgerStore> store;
  std::optional<Lease> lease;
  std::unique_ptr<Decider> decider;
  std::unique_ptr<PeopleTeller> people;
  DigestClock digests;
  std::unique_ptr<SendingQueue> queue;
  std::vector<Dispatch> in_flight;
};

class Stage {
 public:
  explicit Stage(uint64_t seed) : random_(seed) {
    for (size_t i = 0; i < kReceivers; ++i) {
      ReceiverOptions receiver;
      receiver.name = StrCat("r", i);
      receiver.in_flight = static_cast<uint32_t>(1 + Pick(3));
      receiver.give_up = absl::Hours(24 * 365);
      receiver.fingerprint = "1";
      if (Pick(2) == 0) {
        receiver.kind = ReceiverKind::kSlack;
        receiver.burst = static_cast<uint32_t>(1 + Pick(4));
        receiver.stale_after = absl::Hours(1 + Pick(4));
      }
      receivers_.push_back(std::move(receiver));
    }
    for (size_t i = 0; i < kSubscriptions; ++i) {
      Subscription subscription;
      subscription.id = StrCat("s", i + 1);
      subscription.to = {StrCat("r", i % kReceivers)};
      if (Pick(2) == 0) {
        subscription.to.push_back(StrCat("r", (i + 1) % kReceivers));
      }
      subscription.stories.once = Pick(2) == 0;
      if (Pick(3) == 0) {
        subscription.when = Subscription::When::kDigest;
        subscription.digest = {.at = {},
                               .every = absl::Hours(1),
                               .zone = "UTC",
                               .send_empty = Pick(3) == 0,
                               .top = 2};
      }
      // Where a digest comes every hour, something always waits.
      if (!subscription.digest.send_empty && Pick(2) == 0) {
        const auto from = static_cast<uint32_t>(Pick(1440));
        subscription.quiet = QuietHours{
            .from = from,
            .to = static_cast<uint32_t>((from + 60 + Pick(900)) % 1440),
            .zone = "Europe/Berlin",
            .except_labels = {}};
      }
      if (!subscription.digest.send_empty && Pick(2) == 0) {
        subscription.max = static_cast<uint32_t>(1 + Pick(4));
        subscription.max_period = absl::Minutes(1 + Pick(200));
      }
      subscriptions_.push_back(std::move(subscription));
    }
    for (const char* name : {"a", "b"}) {
      instances_.emplace_back().name = name;
      Restart(&instances_.back());
    }
  }

  // A random thing happens.
  void Step() {
    now_ += absl::Milliseconds(1 + Pick(Pick(20) == 0 ? 600'000 : 500));
    Instance& instance = instances_[Pick(instances_.size())];
    switch (Pick(12)) {
      case 0:
        Publish();
        break;
      case 1:
      case 2:
      case 3:
        DecideSome(&instance, /*may_crash=*/true);
        break;
      case 4:
        if (Pick(6) == 0) {
          Restart(&instance);
        }
        break;
      case 5:
        is_good_[StrCat("r", Pick(kReceivers))] = Pick(3) != 0;
        break;
      case 6:
        if (Pick(4) == 0) {
          Subscription& one = subscriptions_[Pick(kSubscriptions)];
          one.paused = !one.paused;
        }
        break;
      default:
        SendSome(&instance, /*may_crash=*/true);
    }
  }

  // Everything is good from now on, until nothing is left to do.
  void Settle() {
    for (size_t i = 0; i < kReceivers; ++i) {
      is_good_[StrCat("r", i)] = true;
    }
    for (Subscription& one : subscriptions_) {
      one.paused = false;
    }
    for (int round = 0; round < 500; ++round) {
      now_ += absl::Minutes(round < 400 ? 1 : 60);
      for (Instance& instance : instances_) {
        DecideSome(&instance, /*may_crash=*/false);
        for (int i = 0; i < 12; ++i) {
          now_ += absl::Seconds(1);
          SendSome(&instance, /*may_crash=*/false);
        }
      }
    }
  }

  // The first rule that is broken; empty for none.
  std::string Judge();

 private:
  std::string JudgeCatchups(
      std::set<std::string>* covered,
      std::map<std::string, std::set<std::string>>* expected);
  uint64_t Pick(uint64_t below) { return random_() % below; }

  void Publish() {
    for (uint64_t count = 1 + Pick(4); count > 0; --count) {
      // The matchers repeat alerts after a crash of theirs.
      if (!topic_.empty() && Pick(6) == 0) {
        topic_.push_back(topic_[Pick(topic_.size())]);
        continue;
      }
      IncomingAlert alert;
      const size_t number = topic_.size() + 1;
      alert.record.id = StrCat("alert", number);
      alert.record.watchlist = StrCat(1 + Pick(12));
      alert.record.article = StrCat("article", number);
      alert.record.json = StrCat(R"({"id":"alert)", number, R"("})");
      alert.record.detected_at = now_;
      alert.record.site = StrCat("site", Pick(5));
      if (Pick(2) == 0) {
        alert.story.id = StrCat("story", Pick(6));
        alert.record.story = alert.story.id;
        alert.story.sites = 1;
        alert.story.relation = "copy";
      }
      topic_.push_back(std::move(alert));
    }
  }

  void Restart(Instance* instance) {
    instance->queue.reset();
    instance->people.reset();
    instance->decider.reset();
    instance->lease.reset();
    instance->in_flight.clear();
    instance->store.reset();
    instance->store = OpenMemoryStore(ledger_);
    instance->queue = std::make_unique<SendingQueue>(
        SendingOptions{.instance = instance->name, .seed = random_()},
        &resealer_, *instance->store->Receivers());
    instance->queue->SetReceivers(receivers_, now_);
  }

  std::vector<MatchedSubscription> Match(const IncomingAlert& alert) const {
    std::vector<MatchedSubscription> matched;
    const int list = std::atoi(alert.record.watchlist.c_str());
    for (size_t i = 0; i < subscriptions_.size(); ++i) {
      if (list % static_cast<int>(i + 1) == 0) {
        matched.push_back({.subscription = &subscriptions_[i]});
      }
    }
    return matched;
  }

  void DecideSome(Instance* instance, bool may_crash) {
    if (!instance->lease.has_value()) {
      const auto lease = instance->store->AcquireLease(instance->name, now_);
      if (!lease.ok()) {
        return;
      }
      instance->lease = *lease;
      auto notes = *instance->store->Notes(std::string(ToldStories::kPrefix));
      const auto people =
          *instance->store->Notes(std::string(PeopleGate::kPrefix));
      notes.insert(notes.end(), people.begin(), people.end());
      instance->decider = std::make_unique<Decider>(
          Decider::Options{.epoch = instance->store->epoch()},
          *instance->store->Subscriptions(), notes);
      instance->decider->SetReceivers(receivers_);
      instance->people = std::make_unique<PeopleTeller>(PeopleTeller::Parts{
          .store = instance->store.get(),
          .decider = instance->decider.get(),
          .recall = [this, instance](
                        const std::string& id) { return Recall(instance, id); },
          .commit =
              [this, instance](LedgerBatch batch) {
                return CommitOfPeople(instance, std::move(batch));
              }});
      ASSERT_TRUE(instance->people->Load(now_).ok());
      instance->digests = DigestClock();
      instance->digests.Load(
          *instance->store->Notes(std::string(DigestClock::kPrefix)));
    }
    const auto positions = instance->store->Positions();
    const size_t next =
        positions->empty() ? 0 : static_cast<size_t>(positions->front().next);
    const size_t end = std::min(topic_.size(), next + 1 + Pick(5));
    std::vector<std::string> ids;
    for (size_t i = next; i < end; ++i) {
      ids.push_back(topic_[i].record.id);
    }
    instance->decider->Begin(now_, *instance->store->KnownEntries(ids));
    for (size_t i = next; i < end; ++i) {
      instance->decider->Accept(topic_[i], Match(topic_[i]));
    }
    ReleaseWaiting(instance);
    DigestClock::Notes changed;
    CutDigests(instance, &changed);
    LedgerBatch batch = instance->decider->Take();
    batch.notes.insert(batch.notes.end(), changed.begin(), changed.end());
    batch.lease = *instance->lease;
    batch.positions = {
        {.topic = "alerts", .partition = 0, .next = static_cast<int64_t>(end)}};
    if (may_crash && Pick(8) == 0) {
      Restart(instance);  // Before the transaction.
      return;
    }
    if (!instance->store->Commit(batch, now_).ok()) {
      instance->lease.reset();
      instance->decider.reset();
      return;
    }
    if (may_crash && Pick(8) == 0) {
      Restart(instance);  // After it, before anybody knows.
      return;
    }
    instance->people->NoteCommitted(batch, now_);
    may_crash_ = may_crash;
    if (!instance->people
             ->Tick(
                 receivers_,
                 [this](const std::string& id) { return FindSubscription(id); },
                 now_)
             .ok()) {
      Restart(instance);
      return;
    }
    for (const ReceiverOptions& receiver : receivers_) {
      instance->queue->Hint(receiver.name, now_);
    }
  }

  // A crash comes before the transaction, or after it.
  absl::Status CommitOfPeople(Instance* instance, LedgerBatch batch) {
    const bool crashes = may_crash_ && Pick(8) == 0;
    if (crashes && Pick(2) == 0) {
      return absl::AbortedError("a crash");
    }
    batch.lease = *instance->lease;
    absl::Status status = instance->store->Commit(batch, now_);
    if (status.ok() && crashes) {
      return absl::AbortedError("a crash");
    }
    instance->people->NoteCommitted(batch, now_);
    return status;
  }

  const Subscription* FindSubscription(const std::string& id) const {
    const auto found =
        std::find_if(subscriptions_.begin(), subscriptions_.end(),
                     [&](const Subscription& one) { return one.id == id; });
    return found == subscriptions_.end() ? nullptr : &*found;
  }

  void ReleaseWaiting(Instance* instance) {
    for (const Subscription& one : subscriptions_) {
      if (one.paused || one.when == Subscription::When::kDigest) {
        continue;
      }
      const auto entries = instance->store->WaitingEntries(one.id, 3);
      for (const EntryRecord& entry : *entries) {
        instance->decider->Release(
            one, {.entry = entry, .alert = Recall(instance, entry.alert)});
      }
    }
  }

  IncomingAlert Recall(Instance* instance, const std::string& id) {
    IncomingAlert alert;
    alert.record = **instance->store->FindAlert(id);
    if (alert.record.story != alert.record.article) {
      alert.story.id = alert.record.story;
      alert.story.sites = 1;
    }
    return alert;
  }

  // In parts of three alerts. What was accepted in this transaction waits for
  // the next slot.
  void CutDigests(Instance* instance, DigestClock::Notes* changed) {
    constexpr uint32_t kPart = 3;
    for (const DigestCut& cut :
         instance->digests.Due(subscriptions_, now_, changed)) {
      const Subscription& one = *cut.subscription;
      auto entries = *instance->store->WaitingEntries(one.id, kPart + 1);
      const bool is_last = entries.size() <= kPart;
      entries.resize(std::min<size_t>(entries.size(), kPart));
      std::erase_if(entries, [&](const EntryRecord& entry) {
        const bool was_told = instance->decider->WasTold(one, entry);
        if (was_told) {
          instance->decider->Release(
              one, {.entry = entry, .alert = Recall(instance, entry.alert)});
        }
        return was_told;
      });
      if (!entries.empty() || (cut.part == 1 && one.digest.send_empty)) {
        const DigestPlan plan = PlanDigest(
            entries, instance->decider->TellsOnce(one), one.digest.top);
        std::vector<IncomingAlert> shown;
        for (size_t i = 0; i < plan.shown; ++i) {
          shown.push_back(Recall(instance, plan.rows[i].alert));
        }
        instance->decider->Digest(cut, entries, plan, shown);
      }
      instance->digests.Done(cut, is_last, now_, changed);
    }
  }

  void SendSome(Instance* instance, bool may_crash) {
    for (Dispatch& dispatch : std::exchange(instance->in_flight, {})) {
      instance->queue->Finish(dispatch.request.delivery, dispatch.number,
                              AnswerTo(dispatch), now_);
    }
    instance->queue->TakeOver(
        *instance->store->TakeOrphans(instance->name, now_, 10), now_);
    const SenderStep* const step = instance->queue->Prepare(now_);
    if (step == nullptr) {
      return;
    }
    if (may_crash && Pick(10) == 0) {
      Restart(instance);
      return;
    }
    auto result = instance->store->Step(*step, now_);
    ASSERT_TRUE(result.ok()) << result.status();
    if (may_crash && Pick(10) == 0) {
      Restart(instance);
      return;
    }
    instance->in_flight = instance->queue->Commit(*std::move(result), now_);
  }

  // A receiver that fails has sometimes taken the message all the same.
  AttemptResult AnswerTo(const Dispatch& dispatch) {
    const std::string& name = dispatch.receiver->name;
    const bool is_good = !is_good_.contains(name) || is_good_[name];
    if (is_good || Pick(3) == 0) {
      auto& bodies = taken_[name][dispatch.request.delivery];
      bodies.insert(dispatch.request.body);
    }
    if (is_good) {
      return {.outcome = AttemptOutcome::kDelivered, .status = 200};
    }
    return Pick(2) == 0 ? AttemptResult{.outcome = AttemptOutcome::kTransient,
                                        .status = 500}
                        : AttemptResult{.outcome = AttemptOutcome::kUnknown};
  }

  std::mt19937_64 random_;
  NoOtherForm resealer_;
  std::shared_ptr<MemoryLedger> ledger_ = std::make_shared<MemoryLedger>();
  std::vector<IncomingAlert> topic_;
  std::vector<ReceiverOptions> receivers_;
  std::vector<Subscription> subscriptions_;
  std::vector<Instance> instances_;
  std::map<std::string, bool> is_good_;
  bool may_crash_ = false;
  // By receiver and delivery: the bodies that it took.
  std::map<std::string, std::map<std::string, std::set<std::string>>> taken_;
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
};

// The number that follows `name` in a body.
uint64_t NumberAfter(const std::string& body, const std::string& name) {
  const size_t at = body.find(name);
  return at == std::string::npos
             ? 0
             : std::strtoull(body.c_str() + at + name.size(), nullptr, 10);
}

// Nobody is told of an event by itself and in a catch-up, unless an answer came
// after the message was counted as one without an answer. Fills *covered with
// the deliveries that catch-ups told in their place, and adds the catch-ups to
// *expected.
std::string Stage::JudgeCatchups(
    std::set<std::string>* covered,
    std::map<std::string, std::set<std::string>>* expected) {
  LedgerStore& store = *instances_[0].store;
  using Place = std::pair<std::string, std::string>;
  std::map<Place, std::map<uint64_t, const DeliveryRecord*>> messages;
  std::vector<const DeliveryRecord*> catchups;
  const auto all = store.Deliveries({.limit = 100'000});
  for (const DeliveryRecord& one : all->rows) {
    if (one.type == kCatchupType) {
      catchups.push_back(&one);
      continue;
    }
    messages[{one.subscription, one.receiver}][one.sequence] = &one;
    if (one.state == DeliveryState::kCancelled) {
      covered->insert(one.id);
    }
  }
  size_t told = 0;
  for (const DeliveryRecord* one : catchups) {
    (*expected)[one->receiver].insert(one->id);
    const std::string body = (*store.FindDelivery(one->id))->body;
    const auto& mine = messages[{one->subscription, one->receiver}];
    const uint64_t from = NumberAfter(body, "\"covers\":[");
    uint64_t least = 0;  // Alerts that nothing else has told.
    uint64_t most = 0;
    for (auto it = mine.lower_bound(from);
         it != mine.upper_bound(one->sequence); ++it) {
      const auto digest = store.Alerts(
          {.subscription = one->subscription, .sequence = it->first});
      const uint64_t alerts =
          it->second->type == kDigestType ? digest->rows.size() : 1;
      most += alerts;
      if (it->second->state == DeliveryState::kCancelled) {
        least += alerts;
        ++told;
      }
    }
    const uint64_t alerts = NumberAfter(body, "\"alerts\":");
    if (alerts < least || alerts > most) {
      return StrCat("a catch-up of ", least, " to ", most, " says ", body);
    }
  }
  return told == covered->size()
             ? ""
             : StrCat(covered->size(), " are cancelled, and catch-ups tell ",
                      told);
}

std::string Stage::Judge() {
  LedgerStore& store = *instances_[0].store;
  std::set<std::string> alerts;
  uint64_t owed = 0;
  for (const IncomingAlert& alert : topic_) {
    if (alerts.insert(alert.record.id).second) {
      owed += Match(alert).size();
    }
  }
  const LedgerCounts counts = *store.Counts();
  uint64_t entries = 0;
  for (const auto& [state, count] : counts.entries) {
    entries += count;
    if (state == EntryState::kWaiting && count > 0) {
      return StrCat(count, " entries wait still");
    }
  }
  if (entries != owed) {
    return StrCat(owed, " entries are owed, ", entries, " are there");
  }
  std::map<std::string, std::set<std::string>> expected;
  std::set<std::string> covered;
  if (std::string wrong = JudgeCatchups(&covered, &expected); !wrong.empty()) {
    return wrong;
  }
  for (const auto& [state, count] : counts.deliveries) {
    if (state != DeliveryState::kDelivered &&
        count > (state == DeliveryState::kCancelled ? covered.size() : 0)) {
      std::string text;
      const auto some = store.Deliveries({.state = state, .limit = 3});
      for (const DeliveryRecord& one : some->rows) {
        StrAppend(&text, "; ", one.subscription, " ", one.sequence, " to ",
                  one.receiver, " ", WaitReasonName(one.reason));
      }
      return StrCat(count, " deliveries are ", DeliveryStateName(state), text);
    }
  }
  for (const Subscription& subscription : subscriptions_) {
    const auto events = *store.Events(subscription.id, 0, 100'000);
    uint64_t sequence = 0;
    std::set<std::string> told;
    for (const auto& [event, json] : events) {
      if (event.sequence != ++sequence) {
        return StrCat(subscription.id, " has a gap before ", event.sequence);
      }
      if (event.type == kDigestType) {
        const size_t in_it = store
                                 .Alerts({.subscription = subscription.id,
                                          .sequence = event.sequence})
                                 ->rows.size();
        if (event.body.middle.find(StrCat("\"alerts\":", in_it, ",")) ==
            std::string::npos) {
          return StrCat(subscription.id, " has a digest of ", in_it,
                        " alerts that says ", event.body.middle);
        }
      } else if (!told.insert(event.alert).second) {
        return StrCat(subscription.id, " is told of ", event.alert, " twice");
      }
      for (const std::string& receiver : subscription.to) {
        std::string id = DeliveryId({.subscription = subscription.id,
                                     .receiver = receiver,
                                     .type = event.type,
                                     .key = event.key});
        if (!covered.contains(id)) {
          expected[receiver].insert(std::move(id));
        }
      }
    }
  }
  for (const auto& [receiver, ids] : expected) {
    for (const std::string& id : ids) {
      const auto& bodies = taken_[receiver][id];
      if (bodies.size() != 1) {
        return StrCat(receiver, " has ", bodies.size(), " bodies of ", id);
      }
    }
    // What it has taken without an answer may be in a catch-up as well.
    for (const auto& [id, bodies] : taken_[receiver]) {
      if (!ids.contains(id) && !covered.contains(id)) {
        return StrCat(receiver, " was told what is not owed");
      }
    }
  }
  return "";
}

TEST(DeliveryStageTest, EverythingOwedIsToldAndNothingElse) {
  const uint64_t seed = FromEnvironment("PRESSHAWK_SEED", 1);
  const uint64_t cases = FromEnvironment("PRESSHAWK_CASES", 60);
  for (uint64_t i = seed; i < seed + cases; ++i) {
    Stage stage(i);
    for (int step = 0; step < 600; ++step) {
      stage.Step();
    }
    stage.Settle();
    ASSERT_EQ(stage.Judge(), "") << "PRESSHAWK_SEED=" << i;
  }
}

}  // namespace
}  // namespace presshawk::testing
