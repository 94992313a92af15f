// SPDX-License-Identifier: Apache-2.0
// How values are stored: what the stores of a ledger have in common.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/base/hex.h"
#include "core/ledger/ledger_records.h"

namespace presshawk {

// The id of an alert, a delivery or a story: 32 hex digits in half the bytes.
// Any other text is kept too, padded with NULs to more than 16 bytes, so that
// none is taken for another. Packed ids have the order of their texts.
inline constexpr size_t kPackedIdBytes = 16;

inline int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

inline std::string PackId(std::string_view id) {
  std::string packed;
  if (id.empty()) {
    return packed;
  }
  if (id.size() == 2 * kPackedIdBytes) {
    for (size_t i = 0; i < id.size(); i += 2) {
      const int high = HexValue(id[i]);
      const int low = HexValue(id[i + 1]);
      if (high < 0 || low < 0) {
        break;
      }
      packed += static_cast<char>(16 * high + low);
    }
    if (packed.size() == kPackedIdBytes) {
      return packed;
    }
  }
  packed = id;
  packed.resize(std::max(id.size(), kPackedIdBytes) + 1, '\0');
  return packed;
}

inline std::string UnpackId(std::string_view packed) {
  if (packed.size() == kPackedIdBytes) {
    return HexOf(packed);
  }
  while (!packed.empty() && packed.back() == '\0') {
    packed.remove_suffix(1);
  }
  return std::string(packed);
}

// Microseconds since 1970; the infinite times are the extremes.
inline int64_t StoredTime(absl::Time time) {
  return absl::ToUnixMicros(time);  // Saturates.
}
inline absl::Time TimeFromStored(int64_t micros) {
  if (micros == std::numeric_limits<int64_t>::max()) {
    return absl::InfiniteFuture();
  }
  if (micros == std::numeric_limits<int64_t>::min()) {
    return absl::InfinitePast();
  }
  return absl::FromUnixMicros(micros);
}

// The bytes that are sent: see SealedBody.
inline std::string ComposeBody(std::string_view head, std::string_view delivery,
                               std::string_view middle, std::string_view json,
                               std::string_view tail) {
  std::string body;
  body.reserve(head.size() + delivery.size() + middle.size() + json.size() +
               tail.size());
  body += head;
  body += delivery;
  body += middle;
  body += json;
  body += tail;
  return body;
}

// The delivery has been taken by its receiver.
inline bool IsTaken(DeliveryState state) {
  return state == DeliveryState::kDelivered ||
         state == DeliveryState::kHandedOver;
}

// How long an orphan is claimed for, until its sender renews it.
inline constexpr absl::Duration kOrphanLease = absl::Seconds(60);

}  // namespace presshawk
