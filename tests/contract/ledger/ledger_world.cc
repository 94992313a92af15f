// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/ledger/ledger_world.h"

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/ledger/stored_form.h"
#include "ingest/postgres/postgres_store.h"
#include "ingest/sqlite/sqlite_store.h"
#include "tests/support/child_process.h"
#include "tests/support/memory_store.h"
#include "tests/support/postgres_server.h"

namespace presshawk {
namespace {

class MemoryWorld : public LedgerWorld {
 public:
  std::unique_ptr<LedgerStore> Open() override {
    return OpenMemoryStore(ledger_);
  }

 private:
  std::shared_ptr<MemoryLedger> ledger_ = std::make_shared<MemoryLedger>();
};

class SqliteWorld : public LedgerWorld {
 public:
  std::unique_ptr<LedgerStore> Open() override {
    auto store =
        OpenSqliteStore({.path = (folder_.path() / "ledger.db").string(),
                         .reserve = 0,
                         .busy = absl::Seconds(10)},
                        TestTime());
    if (!store.ok()) {
      ADD_FAILURE() << store.status();
      return nullptr;
    }
    return *std::move(store);
  }

 private:
  TemporaryFolder folder_;
};

class PostgresWorld : public LedgerWorld {
 public:
  PostgresWorld() {
    PostgresServer* server = PostgresServer::Shared();
    if (server != nullptr) {
      auto url = server->NewDatabase();
      EXPECT_TRUE(url.ok()) << url.status();
      url_ = url.ok() ? *url : "";
    }
  }
  std::unique_ptr<LedgerStore> Open() override {
    auto store = OpenPostgresStore({.url = url_}, TestTime());
    if (!store.ok()) {
      ADD_FAILURE() << store.status();
      return nullptr;
    }
    return *std::move(store);
  }

 private:
  std::string url_;
};

template <typename... Pieces>
std::string Fields(const Pieces&... pieces) {
  std::string text;
  ((StrAppend(&text, pieces), text += '|'), ...);
  return text;
}

int64_t T(absl::Time time) { return StoredTime(time); }
template <typename Enum>
int E(Enum value) {
  return static_cast<int>(value);
}
std::string_view B(bool value) { return value ? "yes" : "no"; }

}  // namespace

absl::Time TestTime(int seconds) {
  return absl::FromUnixMicros(1'800'000'000'123'456) + absl::Seconds(seconds);
}

std::string TestId(char kind, int number) {
  std::string id = StrCat(kind, number);
  // Spread, as real ids are: the number comes last in no order.
  const auto mixed =
      static_cast<uint32_t>(number) * uint32_t{2654435761U} + uint32_t{97};
  const std::string front = HexOf(
      std::string_view(reinterpret_cast<const char*>(&mixed), sizeof(mixed)));
  const std::string digits = StrCat(number);
  id = front;
  id += kind;
  id.append(32 - front.size() - 1 - digits.size(), '0');
  return id + digits;
}

std::unique_ptr<LedgerWorld> MakeLedgerWorld(const std::string& kind) {
  if (kind == "memory") {
    return std::make_unique<MemoryWorld>();
  }
  if (kind == "postgres") {
    return std::make_unique<PostgresWorld>();
  }
  return std::make_unique<SqliteWorld>();
}

std::vector<std::string> LedgerKinds() {
  if (PostgresServer::SkippedByEnvironment()) {
    return {"memory", "sqlite"};
  }
  return {"memory", "sqlite", "postgres"};
}

AlertRecord TestAlert(int number, int second) {
  return {.id = TestId('a', number),
          .watchlist = StrCat("list", number % 3),
          .article = StrCat("article\"", number / 2),
          .site = StrCat("site", number % 4, ".example"),
          .story = number % 5 == 0 ? "" : TestId('c', number % 7),
          .detected_at = TestTime(second - 1),
          .accepted_at = TestTime(second),
          .json = StrCat("{\"n\":", number, ",\"t\":\"süß\"}"),
          .unreadable = number % 11 == 10 ? "no JSON" : ""};
}

EntryRecord TestEntry(const std::string& subscription, int alert,
                      EntryState state, uint64_t sequence) {
  return {.subscription = subscription,
          .alert = TestId('a', alert),
          .watchlist = StrCat("list", alert % 3),
          .story = alert % 5 == 0 ? StrCat("article", alert)
                                  : TestId('c', alert % 7),
          .state = state,
          .sequence = sequence,
          .why = StrCat("why", alert),
          .accepted_at = TestTime(alert)};
}

EventRecord TestEvent(const std::string& subscription, uint64_t sequence,
                      int alert) {
  return {.subscription = subscription,
          .sequence = sequence,
          .type = "presshawk.alert.v1",
          .key = std::string("0ff1ce00\0key", 12) + StrCat(sequence),
          .at = TestTime(static_cast<int>(sequence)),
          .alert = alert < 0 ? "" : TestId('a', alert),
          .body = {.head = StrCat("{\"head\":", sequence, ",\"id\":\""),
                   .middle = "\",\"alert\":",
                   .tail = "}"}};
}

DeliveryRecord TestDelivery(int number, const std::string& subscription,
                            uint64_t sequence, const std::string& receiver) {
  return {
      .id = TestId('d', number),
      .subscription = subscription,
      .sequence = sequence,
      .receiver = receiver,
      .address = number % 4 == 3 ? StrCat("a", number % 8, "@b.example") : "",
      .type = "presshawk.alert.v1",
      .state = DeliveryState::kWaiting,
      .reason = WaitReason::kDue,
      .created_at = TestTime(number),
      .due = TestTime(number)};
}

AttemptRecord TestAttempt(const DeliveryRecord& delivery) {
  return {.delivery = delivery.id,
          .number = delivery.attempts,
          .at = delivery.last_at,
          .outcome = AttemptOutcome::kTransient,
          .status = 503,
          .took = absl::Microseconds(1500),
          .peer = "192.0.2.1:443",
          .bytes = 77,
          .sha256 = std::string(64, 'e'),
          .answer = std::string("busy\0\xff", 6),
          .why = "answered 503",
          .next = delivery.due};
}

std::string TextOf(const AlertRecord& row) {
  return Fields(row.id, row.watchlist, row.article, row.site, row.story,
                T(row.detected_at), T(row.accepted_at), row.json,
                row.unreadable);
}
std::string TextOf(const EntryRecord& row) {
  return Fields(row.subscription, row.alert, row.watchlist, row.story,
                E(row.state), row.sequence, row.why, T(row.accepted_at));
}
std::string TextOf(const EventRecord& row) {
  return Fields(row.subscription, row.sequence, row.type, HexOf(row.key),
                T(row.at), row.alert, row.body.head, row.body.middle,
                row.body.tail);
}
std::string TextOf(const DeliveryRecord& row) {
  return Fields(row.id, row.subscription, row.sequence, row.receiver,
                row.address, row.type, E(row.state), E(row.reason),
                T(row.created_at), T(row.due), row.attempts, T(row.last_at),
                row.own_body, B(row.replay));
}
std::string TextOf(const ClaimedDelivery& row) {
  return Fields(TextOf(row.record), row.body);
}
std::string TextOf(const AttemptRecord& row) {
  return Fields(row.delivery, row.number, T(row.at), E(row.outcome), row.status,
                absl::ToInt64Microseconds(row.took), row.peer, row.bytes,
                row.sha256, HexOf(row.answer), row.why, T(row.next));
}
std::string TextOf(const ReceiverRecord& row) {
  return Fields(row.name, E(row.state), T(row.since), row.failures, row.probes,
                row.slots, T(row.not_before), row.why, row.configuration);
}
std::string TextOf(const SubscriptionRecord& row) {
  return Fields(row.id, row.next_sequence, T(row.vanished_at));
}
std::string TextOf(const PositionRecord& row) {
  return Fields(row.topic, row.partition, row.next);
}
std::string TextOf(const SilenceRecord& row) {
  return Fields(row.id, row.matchers, row.author, row.comment, row.tell,
                T(row.starts_at), T(row.ends_at), B(row.end_told));
}
std::string TextOf(const TokenRecord& row) {
  return Fields(row.id, row.hash, std::string(TokenScopeName(row.scope)),
                row.name, T(row.created_at), T(row.expires_at), T(row.used_at));
}
std::string TextOf(const StoryArticleRecord& row) {
  return Fields(row.article, row.version, row.site, row.published_at,
                HexOf(row.signature), T(row.accepted_at));
}
std::string TextOf(const AuditRecord& row) {
  return Fields(T(row.at), row.who, row.what);
}
std::string TextOf(const WaitingCount& row) {
  return Fields(row.receiver, E(row.reason), row.count, T(row.oldest));
}
std::string TextOf(const std::pair<std::string, std::string>& row) {
  return Fields(row.first, HexOf(row.second));
}
std::string TextOf(const std::pair<std::string, absl::Time>& row) {
  return Fields(row.first, T(row.second));
}
std::string TextOf(const std::pair<EventRecord, std::string>& row) {
  return Fields(TextOf(row.first), row.second);
}
std::string TextOf(const LedgerCounts& counts) {
  std::string text;
  for (const auto& [state, count] : counts.entries) {
    StrAppend(&text, "entries ", E(state), ": ", count, "; ");
  }
  for (const auto& [state, count] : counts.deliveries) {
    StrAppend(&text, "deliveries ", E(state), ": ", count, "; ");
  }
  StrAppend(&text, "alerts ", counts.alerts, ", unreadable ",
            counts.unreadable);
  return text;
}

}  // namespace presshawk
