// SPDX-License-Identifier: Apache-2.0
// The reduced form of a body that a receiver refused as too large.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/delivery/resealer.h"

namespace presshawk {

class BodyResealer : public Resealer {
 public:
  std::optional<std::string> Reduce(const ReceiverOptions& receiver,
                                    const ClaimedDelivery& delivery) override;
  // Machines drop what they have by its id: their bodies are never marked.
  std::optional<std::string> MarkRepeat(
      const ReceiverOptions& receiver,
      const ClaimedDelivery& delivery) override;
};

}  // namespace presshawk
