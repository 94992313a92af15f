// SPDX-License-Identifier: Apache-2.0
// The same random calls on every store give the same answers as the ledger in
// memory. PRESSHAWK_SEED and PRESSHAWK_CASES choose which and how many.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "tests/contract/ledger/ledger_world.h"

namespace presshawk {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

template <typename Result, typename Text>
std::string Answer(const absl::StatusOr<Result>& result, Text text) {
  return result.ok()
             ? text(*result)
             : StrCat("error ", static_cast<int>(result.status().code()));
}
std::string Answer(const absl::Status& status) {
  return StrCat("status ", static_cast<int>(status.code()));
}

// Two instances on one ledger.
struct Subject {
  std::unique_ptr<LedgerWorld> world;
  std::unique_ptr<LedgerStore> stores[2];
  Lease leases[2];
};

using Call = std::function<std::string(Subject*)>;

class RandomCalls {
 public:
  explicit RandomCalls(uint64_t seed) : random_(seed) {}

  // A call that can be made of every subject. Most are such as a decider and
  // senders make, and some are wrong.
  Call Next() {
    const auto which = static_cast<size_t>(Below(2));
    if (leader_ < 0 && Below(3) > 0) {
      return Acquire(which);
    }
    const size_t decider =
        leader_ < 0 || Below(16) == 0 ? which : static_cast<size_t>(leader_);
    const int kind = Below(32);
    if (kind < 12) {
      return Commit(decider);
    }
    if (kind < 19) {
      return Step(which);
    }
    switch (kind) {
      case 19:
      case 20:
        return Orphans(which);
      case 21:
      case 22:
        return Update(which);
      case 23:
        return Acquire(which);
      case 24:
        return Release(which);
      case 25:
        return Cancel(decider);
      case 26:
        return Forget(which);
      case 27:
        return Retain(which);
      case 28:
        return Reopen(which);
      default:
        return Read(which);
    }
  }

 private:
  int Below(int limit) {
    return static_cast<int>(random_() % static_cast<uint64_t>(limit));
  }
  std::string AnySubscription() { return StrCat("s", Below(3)); }
  std::string AnyReceiver() { return StrCat("r", Below(3)); }
  absl::Time AnyTime() { return TestTime(now_ + Below(20) - 10); }

  DeliveryRecord AnyDelivery() {
    DeliveryRecord row =
        TestDelivery(Below(60), AnySubscription(),
                     static_cast<uint64_t>(Below(30)), AnyReceiver());
    row.created_at = AnyTime();
    row.due = Below(20) == 0 ? absl::InfiniteFuture() : AnyTime();
    row.state =
        Below(6) == 0 ? DeliveryState::kCancelled : DeliveryState::kWaiting;
    row.reason = static_cast<WaitReason>(Below(10));
    row.own_body = Below(5) == 0 ? "own" : "";
    row.attempts = static_cast<uint32_t>(Below(2));
    return row;
  }

  // An alert that the batch has, but for mistakes.
  int AnyAlert(LedgerBatch* batch) {
    const int number = Below(40);
    if (Below(20) > 0) {
      batch->alerts.push_back(TestAlert(number, now_));
    }
    return number;
  }
  static bool Has(const LedgerBatch& batch, const EntryRecord& entry) {
    return std::any_of(batch.entries.begin(), batch.entries.end(),
                       [&](const EntryRecord& other) {
                         return other.subscription == entry.subscription &&
                                other.alert == entry.alert;
                       });
  }

  Call Commit(size_t which) {
    LedgerBatch batch;
    for (int i = Below(4); i > 0; --i) {
      batch.alerts.push_back(TestAlert(Below(40), now_));
    }
    for (int i = Below(4); i > 0; --i) {
      const EntryRecord entry = TestEntry(AnySubscription(), AnyAlert(&batch),
                                          static_cast<EntryState>(Below(5)),
                                          static_cast<uint64_t>(Below(30)));
      if (Below(20) == 0 || !Has(batch, entry)) {
        batch.entries.push_back(entry);
        batch.entries.back().accepted_at = AnyTime();
      }
    }
    for (int i = Below(3); i > 0; --i) {
      const auto subscription = static_cast<size_t>(Below(3));
      const uint64_t sequence = Below(20) == 0
                                    ? static_cast<uint64_t>(1 + Below(9))
                                    : ++sequences_[subscription];
      batch.events.push_back(TestEvent(StrCat("s", subscription), sequence,
                                       Below(3) == 0 ? -1 : AnyAlert(&batch)));
      batch.events.back().at = AnyTime();
    }
    for (int i = Below(5); i > 0; --i) {
      batch.deliveries.push_back(AnyDelivery());
      batch.deliveries.back().id = TestId('d', 5 * Below(12) + i);
    }
    batch.subscriptions = {{.id = AnySubscription(),
                            .next_sequence = static_cast<uint64_t>(now_)}};
    batch.positions = {{.topic = "t", .partition = Below(2), .next = now_}};
    batch.notes = {{StrCat("n", Below(4)), Below(3) == 0 ? "" : "v"}};
    if (Below(3) == 0) {
      batch.story_articles = {{.article = StrCat("x", Below(9)),
                               .version = StrCat(Below(2)),
                               .accepted_at = AnyTime()}};
    }
    ++now_;
    return [batch, which](Subject* subject) {
      LedgerBatch with_lease = batch;
      with_lease.lease = subject->leases[which];
      return Answer(subject->stores[which]->Commit(with_lease, TestTime()));
    };
  }

  // Ends some of what the instance has claimed, and claims more.
  Call Step(size_t which) {
    SenderStep step{.instance = StrCat("i", which)};
    for (ClaimedDelivery& claimed : claimed_[which]) {
      if (Below(3) == 0) {
        continue;
      }
      DeliveryRecord row = claimed.record;
      row.state =
          std::vector{DeliveryState::kDelivered, DeliveryState::kWaiting,
                      DeliveryState::kFailed,
                      DeliveryState::kUnknown}[static_cast<size_t>(Below(4))];
      ++row.attempts;
      row.last_at = TestTime(now_);
      row.due = AnyTime();
      row.own_body = Below(4) == 0 ? "reduced" : row.own_body;
      step.finished.emplace_back(row, TestAttempt(row));
    }
    claimed_[which].clear();
    for (int i = 0; i < 3; ++i) {
      step.wanted.emplace_back(StrCat("r", i), Below(4));
    }
    step.renewed = {TestId('d', Below(60))};
    step.receivers = {
        {.name = AnyReceiver(), .failures = static_cast<uint32_t>(now_)}};
    const absl::Time now = TestTime(now_ += Below(5));
    return [this, step, which, now](Subject* subject) {
      return Answer(subject->stores[which]->Step(step, now),
                    [&](const SenderStepResult& result) {
                      claimed_[which] = result.claimed;
                      return TextsOf(result.claimed) + TextsOf(result.next_due);
                    });
    };
  }

  Call Orphans(size_t which) {
    const absl::Time now = TestTime(now_ += Below(70));
    const auto limit = static_cast<uint32_t>(Below(4));
    return [which, now, limit](Subject* subject) {
      return Answer(
          subject->stores[which]->TakeOrphans(StrCat("i", which), now, limit),
          [](const auto& rows) { return TextsOf(rows); });
    };
  }

  Call Update(size_t which) {
    const std::vector<DeliveryRecord> rows = {AnyDelivery()};
    const bool is_new = Below(2) == 0;
    return [rows, which, is_new](Subject* subject) {
      LedgerStore* store = subject->stores[which].get();
      return is_new ? Answer(store->AddMessages(rows))
                    : Answer(store->UpdateDeliveries(rows, TestTime()),
                             [](uint64_t count) { return StrCat(count); });
    };
  }

  Call Acquire(size_t which) {
    leader_ = leader_ < 0 ? static_cast<int>(which) : leader_;
    return [which](Subject* subject) {
      const auto lease = subject->stores[which]->AcquireLease(
          StrCat("decider", which), TestTime());
      if (lease.ok()) {
        subject->leases[which] = *lease;
      }
      return Answer(lease, [](const auto& row) { return StrCat(row.epoch); });
    };
  }

  Call Release(size_t which) {
    leader_ = leader_ == static_cast<int>(which) ? -1 : leader_;
    return [which](Subject* subject) {
      return Answer(
          subject->stores[which]->ReleaseLease(subject->leases[which]));
    };
  }

  Call Cancel(size_t which) {
    const std::string subscription = Below(2) == 0 ? "" : AnySubscription();
    const std::string article =
        Below(2) == 0 ? "" : TestAlert(Below(40)).article;
    return [which, subscription, article](Subject* subject) {
      return Answer(
          subject->stores[which]->CancelWaiting(
              subject->leases[which], subscription, article, "why", TestTime()),
          [](uint64_t count) { return StrCat(count); });
    };
  }

  Call Forget(size_t which) {
    ForgetRequest request{.who = "anna"};
    const int kind = Below(4);
    if (kind == 0) {
      request.address = "a3@b.example";
    } else if (kind == 1) {
      request.source = TestAlert(Below(4)).site;
    } else {
      request.article = TestAlert(Below(40)).article;
    }
    return [which, request](Subject* subject) {
      return Answer(subject->stores[which]->Forget(request, TestTime()),
                    [](uint64_t count) { return StrCat(count); });
    };
  }

  // Until nothing is left: how many rows of a kind a call removes is its own
  // affair.
  Call Retain(size_t which) {
    const absl::Time before = TestTime(now_ - 10 - Below(60));
    const auto limit = static_cast<uint32_t>(1 + Below(5));
    return [which, before, limit](Subject* subject) {
      uint64_t removed = 0;
      while (true) {
        const auto more = subject->stores[which]->Retain(before, limit);
        if (!more.ok() || *more == 0) {
          return StrCat(removed, " ", Answer(more.status()));
        }
        removed += *more;
      }
    };
  }

  Call Reopen(size_t which) {
    leader_ = leader_ == static_cast<int>(which) ? -1 : leader_;
    return [which](Subject* subject) {
      subject->stores[which] = nullptr;
      subject->stores[which] = subject->world->Open();
      return std::string("opened");
    };
  }

  template <typename Filter, typename Read>
  static std::string Pages(Filter filter, Read read) {
    std::string text;
    while (true) {
      const auto page = read(filter);
      if (!page.ok()) {
        return Answer(page.status());
      }
      text += TextsOf(page->rows);
      if (page->next.empty()) {
        return text;
      }
      filter.after = page->next;
    }
  }

  Call Read(size_t which) {
    DeliveryFilter filter{.limit = static_cast<uint32_t>(1 + Below(9))};
    if (Below(2) == 0) {
      filter.receiver = AnyReceiver();
    }
    if (Below(2) == 0) {
      filter.state = static_cast<DeliveryState>(Below(7));
    }
    if (Below(3) == 0) {
      filter.article = TestAlert(Below(40)).article;
    }
    if (Below(4) == 0) {
      filter.story = TestId('c', Below(7));
    }
    AlertFilter alerts{.limit = static_cast<uint32_t>(1 + Below(9))};
    if (Below(2) == 0) {
      alerts.watchlist = StrCat("list", Below(3));
    }
    if (Below(3) == 0) {
      alerts.story = TestId('c', Below(7));
    }
    if (Below(4) == 0) {
      alerts.subscription = StrCat("s", Below(4));
      alerts.sequence = static_cast<uint64_t>(1 + Below(9));
    }
    const auto after = static_cast<uint64_t>(Below(30));
    return [which, filter, alerts, after](Subject* subject) {
      LedgerStore* store = subject->stores[which].get();
      std::string text = Pages(filter, [&](const DeliveryFilter& asked) {
        return store->Deliveries(asked);
      });
      text += Pages(alerts, [&](const AlertFilter& asked) {
        return store->Alerts(asked);
      });
      text += Answer(store->Events("s1", after, 9),
                     [](const auto& rows) { return TextsOf(rows); });
      return text;
    };
  }

  std::mt19937_64 random_;
  int now_ = 100;
  int leader_ = 0;              // Which instance has the lease; -1 for none.
  uint64_t sequences_[3] = {};  // The last of each subscription.
  // What each instance has claimed, as the ledger in memory said.
  std::vector<ClaimedDelivery> claimed_[2];
};

// Everything that can be read of a ledger.
std::string Everything(LedgerStore* store) {
  const auto texts = [](const auto& rows) { return TextsOf(rows); };
  std::string text = Answer(store->Counts(), [](const LedgerCounts& counts) {
    return TextOf(counts) + "\n";
  });
  text += Answer(store->Waiting(), texts) + Answer(store->Receivers(), texts) +
          Answer(store->Subscriptions(), texts) +
          Answer(store->Positions(), texts) + Answer(store->Notes(""), texts) +
          Answer(store->Audit(99), texts);
  for (const char* subscription : {"s0", "s1", "s2"}) {
    text += Answer(store->WaitingEntries(subscription, 99), texts);
    text += Answer(store->Events(subscription, 0, 99), texts);
  }
  for (int number = 0; number < 60; ++number) {
    const std::string alert = TestId('a', number);
    const std::string delivery = TestId('d', number);
    text += Answer(store->EntriesOf(alert), texts);
    text += Answer(store->FindAlert(alert), [](const auto& row) {
      return row ? TextOf(*row) + "\n" : "";
    });
    text += Answer(store->FindDelivery(delivery), [](const auto& row) {
      return row ? TextOf(*row) + "\n" : "";
    });
    text += Answer(store->Attempts(delivery), texts);
  }
  store
      ->ForEachStoryArticle(
          absl::InfinitePast(),
          [&](const StoryArticleRecord& row) { text += TextOf(row) + "\n"; })
      .IgnoreError();
  return text;
}

TEST(RandomCallsTest, EveryStoreAnswersAsTheOneInMemory) {
  const uint64_t seed = FromEnvironment("PRESSHAWK_SEED", 1);
  const uint64_t cases = FromEnvironment("PRESSHAWK_CASES", 4);
  for (uint64_t i = 0; i < cases; ++i) {
    std::vector<Subject> subjects;
    for (const std::string& kind : LedgerKinds()) {
      Subject& subject = subjects.emplace_back();
      subject.world = MakeLedgerWorld(kind);
      subject.stores[0] = subject.world->Open();
      subject.stores[1] = subject.world->Open();
      subject.leases[0] =
          *subject.stores[0]->AcquireLease("decider0", TestTime());
    }
    RandomCalls calls(seed + i);
    for (int step = 0; step < 150; ++step) {
      const Call call = calls.Next();
      const std::string expected = call(&subjects[0]);
      for (size_t other = 1; other < subjects.size(); ++other) {
        ASSERT_EQ(call(&subjects[other]), expected)
            << "seed " << seed + i << ", call " << step << ", "
            << LedgerKinds()[other];
      }
      if (step % 10 == 9) {
        const std::string all = Everything(subjects[0].stores[0].get());
        for (size_t other = 1; other < subjects.size(); ++other) {
          ASSERT_EQ(Everything(subjects[other].stores[0].get()), all)
              << "seed " << seed + i << ", after call " << step << ", "
              << LedgerKinds()[other];
        }
      }
    }
  }
}

}  // namespace
}  // namespace presshawk
