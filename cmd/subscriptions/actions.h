// SPDX-License-Identifier: Apache-2.0
// What `presshawk subscriptions` does, as the command line asks for it.
#pragma once

#include <string>

namespace presshawk {

struct SubscriptionArguments {
  std::string config;  // The configuration that names the subscriptions.
  std::string at;      // The time that counts as now; empty for the clock's.
  std::string alert;   // explain: the id of an alert.
  std::string from;    // explain, simulate: a file of alerts.
  std::string last;    // simulate: how much of the ledger instead, "7d".
  std::string until;   // simulate: where it ends; empty for the last alert.
  bool json = false;
};

// Each returns the exit status of the program.
int ListSubscriptions(const SubscriptionArguments& arguments);
int CheckSubscriptions(const SubscriptionArguments& arguments);
int ExplainSubscriptions(const SubscriptionArguments& arguments);
int SimulateSubscriptions(const SubscriptionArguments& arguments);

}  // namespace presshawk
