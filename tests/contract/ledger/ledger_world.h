// SPDX-License-Identifier: Apache-2.0
// A ledger that tests open as often as they like: each store that is opened is
// another instance of presshawk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/ledger/ledger_store.h"

namespace presshawk {

// The time of all tests: a moment with microseconds.
absl::Time TestTime(int seconds = 0);
// 32 hex digits that are told from others by `number`.
std::string TestId(char kind, int number);

class LedgerWorld {
 public:
  virtual ~LedgerWorld() = default;
  virtual std::unique_ptr<LedgerStore> Open() = 0;
};

// "memory", "sqlite" or "postgres".
std::unique_ptr<LedgerWorld> MakeLedgerWorld(const std::string& kind);
std::vector<std::string> LedgerKinds();

// Rows with all fields set, and all distinct.
AlertRecord TestAlert(int number, int second = 0);
EntryRecord TestEntry(const std::string& subscription, int alert,
                      EntryState state = EntryState::kTold,
                      uint64_t sequence = 0);
EventRecord TestEvent(const std::string& subscription, uint64_t sequence,
                      int alert = -1);
DeliveryRecord TestDelivery(int number, const std::string& subscription = "s",
                            uint64_t sequence = 0,
                            const std::string& receiver = "r");
AttemptRecord TestAttempt(const DeliveryRecord& delivery);

// Every field of a record, for comparisons and messages.
std::string TextOf(const AlertRecord& row);
std::string TextOf(const EntryRecord& row);
std::string TextOf(const EventRecord& row);
std::string TextOf(const DeliveryRecord& row);
std::string TextOf(const ClaimedDelivery& row);
std::string TextOf(const AttemptRecord& row);
std::string TextOf(const ReceiverRecord& row);
std::string TextOf(const SubscriptionRecord& row);
std::string TextOf(const PositionRecord& row);
std::string TextOf(const SilenceRecord& row);
std::string TextOf(const TokenRecord& row);
std::string TextOf(const StoryArticleRecord& row);
std::string TextOf(const AuditRecord& row);
std::string TextOf(const WaitingCount& row);
std::string TextOf(const std::pair<std::string, std::string>& row);
std::string TextOf(const std::pair<std::string, absl::Time>& row);
std::string TextOf(const std::pair<EventRecord, std::string>& row);
std::string TextOf(const LedgerCounts& counts);

// One line for each row.
template <typename Rows>
std::string TextsOf(const Rows& rows) {
  std::string text;
  for (const auto& row : rows) {
    text += TextOf(row);
    text += '\n';
  }
  return text;
}

}  // namespace presshawk
