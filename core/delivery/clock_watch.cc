// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/clock_watch.h"

#include <utility>

namespace presshawk {

std::optional<absl::Duration> ClockWatch::Look(absl::Time wall,
                                               absl::Duration monotonic) {
  std::optional<absl::Duration> jump;
  if (wall_.has_value()) {
    const absl::Duration set = (wall - *wall_) - (monotonic - monotonic_);
    if (absl::AbsDuration(set) > kJump) {
      jump = set;
    }
  }
  wall_ = wall;
  monotonic_ = monotonic;
  return jump;
}

std::vector<std::string> ZoneWatch::Look(const std::set<std::string>& zones) {
  std::vector<std::string> changed;
  for (const std::string& zone : zones) {
    const std::string stamp = stamp_(zone);
    const auto [known, is_new] = stamps_.try_emplace(zone, stamp);
    if (known->second != stamp && changed_.insert(zone).second) {
      changed.push_back(zone);
    }
  }
  return changed;
}

}  // namespace presshawk
