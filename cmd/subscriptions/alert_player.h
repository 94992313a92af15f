// SPDX-License-Identifier: Apache-2.0
// Gives alerts to a simulation of subscriptions, each at the time at which it
// was detected.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/delivery/subscription_set.h"
#include "core/alerts/alert.h"
#include "core/delivery/simulation.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

class AlertPlayer {
 public:
  // Both must outlive it.
  AlertPlayer(const SubscriptionSet& set, Simulation* simulation)
      : set_(set), simulation_(*simulation) {}

  // `story` is what the ledger has; empty where nothing is known.
  void Play(const Alert& alert, std::string json, const std::string& story);
  // The alerts of a file.
  absl::Status PlayFile(const std::string& file);
  // The alerts of the ledger that were accepted at `since` or later.
  absl::Status PlayLedger(LedgerStore* store, absl::Time since);

  size_t alerts() const { return alerts_; }
  // When the last alert was detected; InfinitePast where there was none.
  absl::Time latest() const { return latest_; }

 private:
  const SubscriptionSet& set_;
  Simulation& simulation_;
  size_t alerts_ = 0;
  absl::Time latest_ = absl::InfinitePast();
};

}  // namespace presshawk
