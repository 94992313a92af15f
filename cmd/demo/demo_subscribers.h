// SPDX-License-Identifier: Apache-2.0
// The subscribers of the demo: their options, and what they were told.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cmd/demo/demo_receiver.h"
#include "core/config/options.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

class DemoSubscribers {
 public:
  // Files are made in `folder`, which outlives this.
  static absl::StatusOr<std::unique_ptr<DemoSubscribers>> Start(
      const std::string& folder);

  // Alerts go to the ledger directly, and from there to the receiver.
  void AddTo(Options* options) const;
  // Waits until `alerts` are in the ledger and everything that is not for a
  // digest is told, or until `stop` says so or a minute is over.
  absl::Status Wait(uint64_t alerts, const std::function<bool()>& stop);
  // For people: what each subscription was told, and its digest as it would be
  // told at the next slot.
  absl::StatusOr<std::string> Text(absl::Time now);

 private:
  explicit DemoSubscribers(std::string folder) : folder_(std::move(folder)) {}
  absl::Status Open();
  absl::Status AddTold(const std::string& subscription, std::string* text);
  absl::Status AddFolded(const std::string& subscription, std::string* text);
  absl::Status AddDigest(absl::Time now, std::string* text);
  absl::StatusOr<std::string> TitleOf(const std::string& alert);

  const std::string folder_;
  DemoReceiver receiver_;
  std::unique_ptr<LedgerStore> store_;  // To read what the service wrote.
};

}  // namespace presshawk
