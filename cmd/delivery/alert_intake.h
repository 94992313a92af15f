// SPDX-License-Identifier: Apache-2.0
// Where the alerts of a ledger come from: the alert topic, or the matchers of
// this process.
//
//   intake->Begin(positions, epoch);               // Whoever got the lease.
//   intake->Poll(timeout, &items);
//   ... commit the items with intake->positions() in one transaction ...
//   intake->Accepted();                            // They are in the ledger.
//
// THREAD SAFETY. Health() may be called by any thread; all else is the
// accepting thread's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/ledger/ledger_records.h"

namespace presshawk {

struct IntakeItem {
  std::string json;            // Of the alert, as it came.
  std::string signature;       // Of its article (SPEC STORY-8); may be empty.
  bool is_retraction = false;  // `json` is one of those (SPEC RETRACT-1).
};

class AlertIntake {
 public:
  virtual ~AlertIntake() = default;
  // Begins at the ledger's positions, also where it had begun before.
  // FailedPrecondition: an operator must decide; the message says what.
  virtual absl::Status Begin(const std::vector<PositionRecord>& positions,
                             const std::string& epoch) = 0;
  // Waits up to `timeout` for alerts, and replaces *items by them. After an
  // error, Begin() comes again.
  virtual absl::Status Poll(absl::Duration timeout,
                            std::vector<IntakeItem>* items) = 0;
  // How far Poll() has come: what belongs into the transaction of its items.
  virtual std::vector<PositionRecord> positions() const = 0;
  // The items of the last Poll() are in the ledger, durably.
  virtual void Accepted() = 0;
  // Ok, or why no alerts come at the moment.
  virtual absl::Status Health() const = 0;
  // Alerts that were gone before they could be read, since the start.
  virtual uint64_t lost() const { return 0; }
};

}  // namespace presshawk
