// SPDX-License-Identifier: Apache-2.0
// What the commands on a ledger share: they open it by the configuration, ask
// what the API asks, and show the answer as a table or as JSON.
//
//   return OnLedger("ledger", config, [](LedgerTool& tool) {
//     return LedgerTool::ShowOne(tool.api().Status({}));
//   });
//
// A ledger may be open in a running service at the same time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cmd/cli/command.h"
#include "cmd/delivery/api/delivery_api.h"
#include "cmd/delivery/live_receivers.h"
#include "cmd/delivery/live_subscriptions.h"
#include "core/config/options.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

// A table of one member of an answer, which is a list of objects.
struct AnswerTable {
  std::string_view member;                // "deliveries"
  std::vector<std::string_view> columns;  // Keys, which are the headings, too.
};

class LedgerTool {
 public:
  // An error says what is wrong with the configuration or the ledger.
  static absl::StatusOr<std::unique_ptr<LedgerTool>> Open(
      const std::string& config);

  DeliveryApi& api() { return *api_; }
  LedgerStore& store() { return *store_; }
  const Options& options() const { return options_; }

  // Prints an answer to standard output, or a problem to standard error.
  // Returns the exit status.
  static int Show(const JsonAnswer& answer, const AnswerTable& table,
                  bool json);
  // The same for an answer that is one object.
  static int ShowOne(const JsonAnswer& answer);

 private:
  LedgerTool() = default;

  Options options_;
  std::unique_ptr<LedgerStore> store_;
  std::unique_ptr<LiveReceivers> receivers_;
  std::unique_ptr<LiveSubscriptions> subscriptions_;
  std::unique_ptr<DeliveryApi> api_;
};

// `--config FILE`, which each command on a ledger needs.
void AddLedgerOption(Command command, std::string* config);

// Opens the ledger and does `work`, which returns the exit status. An error, of
// the opening or of the work, is printed as of `presshawk COMMAND`.
int OnLedger(const std::string& command, const std::string& config,
             const std::function<absl::StatusOr<int>(LedgerTool&)>& work);

}  // namespace presshawk
