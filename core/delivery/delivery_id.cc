// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/delivery_id.h"

#include "core/base/sha256.h"

namespace presshawk {

std::string DeliveryId(const DeliveryIdentity& identity) {
  constexpr size_t kIdBytes = 16;
  thread_local Sha256 hash;
  hash.AddTerminated(identity.subscription).AddTerminated(identity.receiver);
  if (!identity.address.empty()) {
    hash.AddTerminated(identity.address);
  }
  hash.AddTerminated(identity.type).AddTerminated(identity.key);
  return HexPrefix(hash.Finish(), kIdBytes);
}

}  // namespace presshawk
