// SPDX-License-Identifier: Apache-2.0
// One function for each command: adds it, its options and its help to the
// program.
#pragma once

#include "cmd/cli/command.h"

namespace presshawk {

void AddMatchCommand(Command program);
void AddCheckCommand(Command program);
void AddRunCommand(Command program);
void AddBacktestCommand(Command program);
void AddBenchCommand(Command program);
void AddExplainCommand(Command program);
void AddFmtCommand(Command program);
void AddImportCommand(Command program);
void AddTestCommand(Command program);
void AddProduceCommand(Command program);
void AddDeadLetterCommand(Command program);
void AddDeliverCommand(Command program);
void AddDeliveriesCommand(Command program);
void AddReceiversCommand(Command program);
void AddSilencesCommand(Command program);
void AddTokensCommand(Command program);
void AddLedgerCommand(Command program);
void AddFormsCommand(Command program);
void AddStoriesCommand(Command program);
void AddSubscriptionsCommand(Command program);
void AddStatusCommand(Command program);
void AddDemoCommand(Command program);

}  // namespace presshawk
