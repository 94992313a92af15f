// SPDX-License-Identifier: Apache-2.0
// Takes an article back in the ledger (SPEC RETRACT-2).
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/delivery/decider.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

// Reads what the ledger has of the article and lets the decider decide about it,
// in the transaction that the decider has begun. Nothing is read for a repeat.
// `recall` makes of a stored alert what was accepted. Errors are the store's:
// the decider's transaction is then no good.
absl::Status RetractArticle(
    const RetractedArticle& article, LedgerStore* store,
    absl::FunctionRef<IncomingAlert(AlertRecord record)> recall,
    Decider::FindSubscription find, Decider* decider);

// Whether the event says that its article was taken back.
bool TellsRetraction(const EventRecord& event);

// What was being sent when its article was taken back, and waits again, is
// cancelled.
absl::Status SettleRetracted(LedgerStore* store, Decider* decider);

}  // namespace presshawk
