// SPDX-License-Identifier: Apache-2.0
// Articles that are published, taken back and published again, in two topics
// that have no order between them, with repeats, crashes around transactions,
// pauses and digests:
//
//   of what was taken back nobody is told any more, and nothing waits
//   who was told of it is told so: once for each version that takes it back
//   all else is told as if nothing had been taken back
//
// The oracle looks at the events of each transaction, and knows of articles only
// the versions that were taken back in it and before.
//
// PRESSHAWK_SEED, PRESSHAWK_CASES: other histories, and how many.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/delivery/retracted_alerts.h"
#include "tests/support/memory_store.h"

namespace presshawk::testing {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t usual) {
  const char* const text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

constexpr size_t kArticles = 6;
constexpr int kVersions = 6;

class World {
 public:
  explicit World(uint64_t seed) : random_(seed) {
    for (const char* id : {"each", "once", "digest", "mute"}) {
      Subscription& one = subscriptions_.emplace_back();
      one.id = id;
      one.to = {"r"};
      one.stories.once = one.id == "once";
      one.stories.corrections = one.id != "mute";
      if (one.id == "digest") {
        one.when = Subscription::When::kDigest;
      }
    }
    // Each version of an article is told, or taken back, or both by accident.
    for (size_t article = 0; article < kArticles; ++article) {
      for (int version = 1; version <= kVersions; ++version) {
        if (Pick(3) == 0) {
          retractions_.push_back(
              {.id = StrCat("article", article), .version = StrCat(version)});
        }
        for (uint64_t list = Pick(3); list > 0; --list) {
          alerts_.push_back(AlertOf(article, version, list));
        }
      }
    }
    std::shuffle(retractions_.begin(), retractions_.end(), random_);
    std::shuffle(alerts_.begin(), alerts_.end(), random_);
    Repeat(&retractions_);
    Repeat(&alerts_);
    Restart();
  }

  // Reads both topics to their ends. Returns the first rule that is broken.
  std::string Run() {
    while (problem_.empty() && (next_alert_ < alerts_.size() ||
                                next_retraction_ < retractions_.size())) {
      now_ += absl::Seconds(1);
      if (Pick(6) == 0) {
        Restart();
      }
      Subscription& one = subscriptions_[Pick(2)];
      one.paused = Pick(4) == 0;
      Decide();
      if (Pick(4) == 0) {
        Tick();
      }
    }
    for (Subscription& one : subscriptions_) {
      one.paused = false;
    }
    may_crash_ = false;
    now_ += absl::Seconds(1);
    Tick();
    return problem_.empty() ? JudgeEnd() : problem_;
  }

 private:
  uint64_t Pick(uint64_t below) { return random_() % below; }

  template <typename Rows>
  void Repeat(Rows* rows) {
    const size_t count = rows->size();
    for (size_t i = 0; i < count; ++i) {
      if (Pick(5) == 0) {
        const auto row = (*rows)[Pick(rows->size())];
        rows->push_back(row);
      }
    }
  }

  IncomingAlert AlertOf(size_t article, int version, uint64_t list) {
    IncomingAlert alert;
    alert.record.id = StrCat("alert-", article, "-", version, "-", list);
    alert.record.watchlist = StrCat("list", list);
    alert.record.article = StrCat("article", article);
    alert.record.json = StrCat(version);
    alert.record.detected_at = now_;
    alert.article_version = StrCat(version);
    if (article % 2 == 0) {
      alert.story.id = StrCat("story", article / 4);
      alert.record.story = alert.story.id;
      alert.story.sites = 1;
      alert.story.relation = Pick(8) == 0 ? "correction" : "copy";
    }
    return alert;
  }
  static IncomingAlert Recalled(AlertRecord record) {
    IncomingAlert alert;
    alert.article_version = record.json;
    alert.story.id = record.story;
    alert.record = std::move(record);
    return alert;
  }
  const Subscription* Find(const std::string& id) const {
    for (const Subscription& one : subscriptions_) {
      if (one.id == id) {
        return &one;
      }
    }
    return nullptr;
  }

  void Restart() {
    store_ = OpenMemoryStore(ledger_);
    lease_ = *store_->AcquireLease("a", now_);
    decider_ = std::make_unique<Decider>(
        Decider::Options{.epoch = store_->epoch()}, *store_->Subscriptions(),
        *store_->Notes(std::string(ToldStories::kPrefix)));
    decider_->LoadRetractions(
        *store_->Notes(std::string(Decider::kRetractionNotes)));
    const auto positions = *store_->Positions();
    for (const PositionRecord& position : positions) {
      (position.topic == "alerts" ? next_alert_ : next_retraction_) =
          static_cast<size_t>(position.next);
    }
  }

  // What a poll gives, in one transaction: retractions first.
  void Decide() {
    const size_t alert_end = std::min(alerts_.size(), next_alert_ + Pick(5));
    const size_t retraction_end =
        std::min(retractions_.size(), next_retraction_ + Pick(3));
    std::vector<std::string> ids;
    for (size_t i = next_alert_; i < alert_end; ++i) {
      ids.push_back(alerts_[i].record.id);
    }
    decider_->Begin(now_, *store_->KnownEntries(ids));
    Taken taken = taken_;
    for (size_t i = next_retraction_; i < retraction_end; ++i) {
      Expect(retractions_[i], &taken);
      ASSERT_TRUE(RetractArticle(
                      retractions_[i], store_.get(), Recalled,
                      [this](const std::string& id) { return Find(id); },
                      decider_.get())
                      .ok());
    }
    for (size_t i = next_alert_; i < alert_end; ++i) {
      std::vector<MatchedSubscription> matched;
      for (const Subscription& one : subscriptions_) {
        matched.push_back({.subscription = &one});
      }
      decider_->Accept(alerts_[i], matched);
    }
    LedgerBatch batch = decider_->Take();
    batch.positions = {{.topic = "alerts",
                        .partition = 0,
                        .next = static_cast<int64_t>(alert_end)},
                       {.topic = "retractions",
                        .partition = 0,
                        .next = static_cast<int64_t>(retraction_end)}};
    if (Commit(std::move(batch), taken)) {
      next_alert_ = alert_end;
      next_retraction_ = retraction_end;
    }
    expected_.clear();
  }

  // Pauses that ended, and the digest.
  void Tick() {
    decider_->Begin(now_, {});
    for (const Subscription& one : subscriptions_) {
      auto entries = *store_->WaitingEntries(one.id, 1000);
      if (one.when != Subscription::When::kDigest) {
        for (const EntryRecord& entry : entries) {
          if (!one.paused) {
            decider_->Release(
                one, {.entry = entry,
                      .alert = Recalled(**store_->FindAlert(entry.alert))});
          }
        }
        continue;
      }
      if (!entries.empty()) {
        DigestCut cut;
        cut.subscription = &one;
        cut.slot.name = StrCat(absl::ToUnixSeconds(now_));
        decider_->Digest(cut, entries, PlanDigest(entries, false, 0), {});
      }
    }
    Commit(decider_->Take(), taken_);
  }

  // By article: the version up to which it was taken back.
  using Taken = std::map<std::string, int>;

  // Who must be told that this article was taken back, from what is told so far.
  void Expect(const RetractedArticle& retraction, Taken* taken) {
    const int version = std::atoi(retraction.version.c_str());
    const int before = std::exchange(
        (*taken)[retraction.id], std::max(version, (*taken)[retraction.id]));
    if (version <= before) {
      return;
    }
    for (const IncomingAlert& alert : alerts_) {
      const int of = std::atoi(alert.article_version.c_str());
      if (alert.record.article != retraction.id || of > version ||
          of <= before) {
        continue;
      }
      const auto entries = *store_->EntriesOf(alert.record.id);
      for (const EntryRecord& entry : entries) {
        if (entry.sequence > 0 && entry.subscription != "mute") {
          expected_.emplace(entry.subscription, retraction.id, version);
        }
      }
    }
  }

  // False where the process ends before or after it.
  bool Commit(LedgerBatch batch, const Taken& taken) {
    if (may_crash_ && Pick(8) == 0) {
      Restart();
      return false;
    }
    batch.lease = lease_;
    const absl::Status status = store_->Commit(batch, now_);
    if (!status.ok()) {
      problem_ = std::string(status.message());
      return false;
    }
    taken_ = taken;
    Judge(batch);
    if (may_crash_ && Pick(8) == 0) {
      Restart();
      return false;
    }
    return true;
  }

  bool IsTaken(const std::string& alert) const {
    for (const IncomingAlert& one : alerts_) {
      if (one.record.id == alert) {
        const auto taken = taken_.find(one.record.article);
        return taken != taken_.end() &&
               std::atoi(one.article_version.c_str()) <= taken->second;
      }
    }
    return false;
  }

  void Judge(const LedgerBatch& batch) {
    std::set<std::tuple<std::string, std::string, int>> told;
    for (const EventRecord& event : batch.events) {
      const std::string& middle = event.body.middle;
      const size_t at = middle.find("\"retracted\":true,\"version\":\"");
      if (at == std::string::npos) {
        if (!event.alert.empty() && IsTaken(event.alert)) {
          problem_ = StrCat(event.subscription, " is told of ", event.alert,
                            ", which was taken back");
        }
        continue;
      }
      const auto alert = std::find_if(
          alerts_.begin(), alerts_.end(),
          [&](const auto& one) { return one.record.id == event.alert; });
      if (!told.emplace(event.subscription, alert->record.article,
                        std::atoi(middle.c_str() + at + 28))
               .second) {
        problem_ = StrCat(event.subscription, " is told twice");
      }
    }
    for (const EntryRecord& entry : batch.entries) {
      if (entry.state == EntryState::kTold && entry.why != kRetracted &&
          IsTaken(entry.alert)) {
        problem_ = StrCat(entry.alert, " is told to ", entry.subscription,
                          " although it was taken back");
      }
    }
    if (told != expected_) {
      problem_ = StrCat(expected_.size(), " corrections are due, ", told.size(),
                        " were told");
    }
    for (const auto& delivery : batch.deliveries) {
      if (!ids_.insert(delivery.id).second &&
          delivery.state != DeliveryState::kCancelled) {
        problem_ = StrCat("two messages have the id ", delivery.id);
      }
    }
  }

  std::string JudgeEnd() {
    for (const IncomingAlert& alert : alerts_) {
      const bool is_taken = IsTaken(alert.record.id);
      const auto entries = *store_->EntriesOf(alert.record.id);
      if (entries.size() != subscriptions_.size()) {
        return StrCat(alert.record.id, " has ", entries.size(), " entries");
      }
      for (const EntryRecord& entry : entries) {
        if (entry.state == EntryState::kWaiting) {
          return StrCat(alert.record.id, " waits for ", entry.subscription);
        }
        if ((entry.state == EntryState::kCancelled ||
             entry.why == kRetracted) &&
            !is_taken) {
          return StrCat(alert.record.id, " was not taken back");
        }
      }
      DeliveryFilter filter;
      filter.alert = alert.record.id;
      filter.limit = 1000;
      const auto page = *store_->Deliveries(filter);
      for (const DeliveryRecord& one : page.rows) {
        const bool is_cancelled = one.state == DeliveryState::kCancelled;
        if (one.type == kAlertType && is_cancelled != is_taken) {
          return StrCat(one.id, " of ", alert.record.id, " is ",
                        is_cancelled ? "" : "not ", "cancelled");
        }
      }
    }
    return "";
  }

  std::mt19937_64 random_;
  std::shared_ptr<MemoryLedger> ledger_ = std::make_shared<MemoryLedger>();
  std::unique_ptr<LedgerStore> store_;
  Lease lease_;
  std::unique_ptr<Decider> decider_;
  std::vector<Subscription> subscriptions_;
  std::vector<IncomingAlert> alerts_;
  std::vector<RetractedArticle> retractions_;
  size_t next_alert_ = 0, next_retraction_ = 0;
  Taken taken_;
  std::set<std::tuple<std::string, std::string, int>> expected_;
  std::set<std::string> ids_;
  std::string problem_;
  bool may_crash_ = true;
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
};

TEST(RetractionPropertyTest, WhatWasTakenBackIsToldOnceAndNoMore) {
  const uint64_t first = FromEnvironment("PRESSHAWK_SEED", 1);
  const uint64_t cases = FromEnvironment("PRESSHAWK_CASES", 1000);
  for (uint64_t seed = first; seed < first + cases; ++seed) {
    ASSERT_EQ(World(seed).Run(), "")
        << "PRESSHAWK_SEED=" << seed << " PRESSHAWK_CASES=1";
  }
}

}  // namespace
}  // namespace presshawk::testing
