// SPDX-License-Identifier: Apache-2.0
// Rows of the ledger as JSON: what the API answers and `--json` prints. Times
// are in UTC with milliseconds; a time that is infinite is left out.
#pragma once

#include <string_view>

#include "cmd/delivery/subscription_set.h"
#include "core/base/json_writer.h"
#include "core/delivery/receiver.h"
#include "core/ledger/ledger_records.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

// `why` is why a cancelled one was; it may be empty.
void WriteDelivery(const DeliveryRecord& delivery, std::string_view why,
                   JsonWriter* json);
void WriteAttempt(const AttemptRecord& attempt, JsonWriter* json);
void WriteEntry(const EntryRecord& entry, JsonWriter* json);
// With the alert itself, where it can be read.
void WriteAlert(const AlertRecord& alert, JsonWriter* json);
void WriteSilence(const SilenceRecord& silence, JsonWriter* json);
// `record` is what the ledger knows of the receiver, and `waiting` what waits
// for it.
void WriteReceiver(const ReceiverOptions& receiver,
                   const ReceiverRecord& record,
                   const std::vector<WaitingCount>& waiting, JsonWriter* json);
void WriteSubscription(const Subscription& subscription,
                       const SubscriptionRecord& record, JsonWriter* json);
void WriteCounts(const LedgerCounts& counts, JsonWriter* json);

}  // namespace presshawk
