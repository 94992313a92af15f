// SPDX-License-Identifier: Apache-2.0
// What presshawk tells an operator about itself (SPEC SEND-13).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "core/ledger/ledger_records.h"

namespace presshawk {

struct OperatorNews {
  std::string_view to = {};      // The receiver that is told.
  std::string_view ledger = {};  // The epoch.
  std::string_view event;        // "failing"
  // What it is about: a member of the message and its value ("receiver", "crm").
  std::string_view about, which;
  absl::Time since;
  std::string_view text;  // For a person.
};

// A delivery for LedgerStore::AddMessages(). One event, about one thing since
// one time, has one id: it is told once, whoever notices it and how often.
DeliveryRecord OperatorMessage(const OperatorNews& news, absl::Time now);

}  // namespace presshawk
