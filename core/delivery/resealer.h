// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "core/delivery/receiver.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

// Makes what people get, and the two other forms that a sealed body can be sent
// in. Its methods are
// called by the thread of the SendingQueue.
class Resealer {
 public:
  virtual ~Resealer() = default;
  // The body that a receiver of people gets (SPEC MESSAGE-2); one that was made
  // before stays as it is. An error where it cannot be made.
  virtual absl::StatusOr<std::string> Render(const ReceiverOptions& receiver,
                                             const ClaimedDelivery& delivery) {
    (void)receiver;
    return delivery.body;
  }
  // The reduced form, with `"truncated":true`; nothing where the body is
  // reduced already or cannot be.
  virtual std::optional<std::string> Reduce(
      const ReceiverOptions& receiver, const ClaimedDelivery& delivery) = 0;
  // The body of a chat message, marked as a possible repeat; nothing where it
  // is marked already.
  virtual std::optional<std::string> MarkRepeat(
      const ReceiverOptions& receiver, const ClaimedDelivery& delivery) = 0;
};

}  // namespace presshawk
