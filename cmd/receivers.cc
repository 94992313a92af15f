// SPDX-License-Identifier: Apache-2.0
// presshawk receivers list|test|pause|resume: where messages go, and how these
// places do.
#include <cstdio>
#include <memory>
#include <string>
#include <variant>

#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/delivery/ledger_tool.h"
#include "cmd/exit_code.h"
#include "core/ledger/ledger_names.h"

namespace presshawk {
namespace {

constexpr absl::Duration kTestTimeout = absl::Seconds(40);
constexpr absl::Duration kTestLook = absl::Milliseconds(200);
// A service that runs claims what is due within a second or two.
constexpr absl::Duration kClaimTimeout = absl::Seconds(10);

struct Arguments {
  std::string config, name;
  bool json = false;
};

int List(const Arguments& arguments) {
  return OnLedger("receivers", arguments.config, [&](LedgerTool& tool) {
    return LedgerTool::Show(tool.api().Receivers({}),
                            {.member = "receivers",
                             .columns = {"name", "kind", "to", "state",
                                         "waiting_total", "oldest", "why"}},
                            arguments.json);
  });
}

int Act(const Arguments& arguments, const std::string& verb) {
  return OnLedger("receivers", arguments.config, [&](LedgerTool& tool) {
    return LedgerTool::ShowOne(tool.api().ActOnReceiver(arguments.name, verb));
  });
}

// Sends a test through the service that runs, as everything else goes, and
// waits for what becomes of it.
absl::StatusOr<int> TestOn(LedgerTool& tool, const std::string& receiver) {
  const JsonAnswer answer = tool.api().ActOnReceiver(receiver, "test");
  if (!std::holds_alternative<std::string>(answer)) {
    return LedgerTool::ShowOne(answer);
  }
  const auto parsed =
      nlohmann::json::parse(std::get<std::string>(answer), nullptr, false);
  const std::string id = parsed["delivery"]["id"].get<std::string>();
  const absl::Time begin = absl::Now();
  while (absl::Now() < begin + kTestTimeout) {
    const auto found = tool.store().FindDelivery(id);
    if (!found.ok()) {
      return found.status();
    }
    const DeliveryRecord record =
        found->has_value() ? (*found)->record : DeliveryRecord();
    if (record.attempts > 0 && record.state != DeliveryState::kSending) {
      LedgerTool::ShowOne(tool.api().OneDelivery(id));
      return record.state == DeliveryState::kDelivered ||
                     record.state == DeliveryState::kHandedOver
                 ? kExitGood
                 : kExitBadAnswer;
    }
    if (record.state == DeliveryState::kWaiting && record.attempts == 0 &&
        absl::Now() > begin + kClaimTimeout) {
      break;
    }
    absl::SleepFor(kTestLook);
  }
  std::fprintf(stderr,
               "presshawk receivers: nobody has sent the test: no `presshawk "
               "deliver` runs on this ledger, or the receiver is held "
               "(`presshawk receivers list`)\n");
  return kExitGaveUp;
}

}  // namespace

void AddReceiversCommand(Command program) {
  Command command = program.AddCommand(
      "receivers", "Where messages go, and how these places do");
  command.RequireCommand();
  auto list = std::make_shared<Arguments>();
  Command list_command = command.AddCommand("list", "A line for each receiver");
  AddLedgerOption(list_command, &list->config);
  AddFormatOption(list_command, &list->json);
  list_command.OnRun([list] { return List(*list); });

  auto test = std::make_shared<Arguments>();
  Command test_command = command.AddCommand(
      "test", "Send a test message, and say what became of it");
  AddLedgerOption(test_command, &test->config);
  test_command.Add("NAME", &test->name, "The receiver").TypeName("").Required();
  test_command.Footer(
      "\nExit status: 0 delivered; 1 not delivered; 3 nobody has sent it.");
  test_command.OnRun([test] {
    return OnLedger("receivers", test->config,
                    [&](LedgerTool& tool) { return TestOn(tool, test->name); });
  });

  for (const auto& [verb, help] :
       {std::pair("pause", "Send nothing to it; what waits is kept"),
        std::pair("resume",
                  "Send to it again: after a pause, or once it was mended")}) {
    auto arguments = std::make_shared<Arguments>();
    Command one = command.AddCommand(verb, help);
    AddLedgerOption(one, &arguments->config);
    one.Add("NAME", &arguments->name, "The receiver").TypeName("").Required();
    one.OnRun([arguments, verb = std::string(verb)] {
      return Act(*arguments, verb);
    });
  }
}

}  // namespace presshawk
