// SPDX-License-Identifier: Apache-2.0
// Notices that the clock was set, and that the rules of time zones are others
// than at the start (SPEC DELIVERY-10).
//
//   if (auto jump = clock.Look(wall, monotonic)) { … it was set by *jump … }
//   for (const std::string& zone : zones.Look(in_use)) { … a restart is due … }
//
// A pure state machine; ZoneWatch asks `stamp` for the state of a zone's file.
// THREAD SAFETY. None.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

namespace presshawk {

class ClockWatch {
 public:
  static constexpr absl::Duration kJump = absl::Minutes(5);

  // By how much the wall clock was set since the last call, if by more than
  // kJump; negative where it went back. `monotonic` is the time since any fixed
  // moment.
  std::optional<absl::Duration> Look(absl::Time wall, absl::Duration monotonic);

 private:
  std::optional<absl::Time> wall_;
  absl::Duration monotonic_;
};

class ZoneWatch {
 public:
  using Stamp = std::function<std::string(const std::string& zone)>;
  explicit ZoneWatch(Stamp stamp) : stamp_(std::move(stamp)) {}

  // Those of the zones whose rules have changed since they were first asked
  // about; each is named once.
  std::vector<std::string> Look(const std::set<std::string>& zones);
  // Of how many zones the rules have changed.
  size_t changed() const { return changed_.size(); }

 private:
  const Stamp stamp_;
  absl::flat_hash_map<std::string, std::string> stamps_;
  std::set<std::string> changed_;
};

}  // namespace presshawk
