// SPDX-License-Identifier: Apache-2.0
// What people get, the reduced form of a body that a receiver refused, and the
// mark of a possible repeat.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cmd/delivery/subscription_set.h"
#include "core/delivery/resealer.h"
#include "core/messages/people_body.h"

namespace presshawk {

// One thread's.
class BodyResealer : public Resealer {
 public:
  struct Parts {
    // Those in force: a message has the name and the zone of its subscription.
    // May be empty.
    std::function<std::shared_ptr<const SubscriptionSet>()> subscriptions;
    std::string zone;  // Where a subscription names none; may be empty.
    std::string public_url;
  };

  BodyResealer() = default;
  explicit BodyResealer(Parts parts) : parts_(std::move(parts)) {}

  absl::StatusOr<std::string> Render(const ReceiverOptions& receiver,
                                     const ClaimedDelivery& delivery) override;
  std::optional<std::string> Reduce(const ReceiverOptions& receiver,
                                    const ClaimedDelivery& delivery) override;
  // Machines drop what they have by its id: their bodies are never marked.
  std::optional<std::string> MarkRepeat(
      const ReceiverOptions& receiver,
      const ClaimedDelivery& delivery) override;

 private:
  MessageOptions OptionsFor(const DeliveryRecord& delivery) const;

  const Parts parts_;
};

}  // namespace presshawk
