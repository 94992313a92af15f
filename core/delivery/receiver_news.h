// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace presshawk {

// What the operator is told about a receiver (SPEC SEND-13).
struct ReceiverNews {
  enum class Kind : uint8_t {
    kFailing,
    kMisconfigured,
    kGone,
    kQueueOld,
    kRecovered,
  };
  Kind kind = Kind::kFailing;
  std::string receiver;
  // When it began: with kind and receiver the identity of the news, also after
  // a restart.
  absl::Time since;
  std::string text;        // "recovered: 4,812 delivered in 6 min"
  uint64_t delivered = 0;  // kRecovered: how many, in
  absl::Duration took = absl::ZeroDuration();
};
std::string_view ReceiverNewsName(ReceiverNews::Kind kind);  // "queue_old"

// "4,812"
std::string GroupedNumber(uint64_t number);
// For people: "43 s", "6 min", "5 h", "3 d".
std::string ShortDuration(absl::Duration span);

}  // namespace presshawk
