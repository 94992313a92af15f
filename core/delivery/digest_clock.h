// SPDX-License-Identifier: Apache-2.0
// The timers of all digests: which slot of which subscription is cut now, and
// what of it the ledger must keep (SPEC SUB-5, DELIVERY-8).
//
//   DigestClock clock;
//   clock.Load(notes);                          // From the ledger.
//   for (const DigestCut& cut : clock.Due(subscriptions, now, &changed)) {
//     ... the entries that wait are told as `cut` ...
//     clock.Done(cut, /*is_last=*/true, now, &changed);
//   }
//
// A slot is one digest, or several parts of it where more waits than one part
// takes. What a part tells, and the notes that say that it was told, are one
// transaction of the ledger: so a slot is told once, whatever crashes.
//
// It reads no clock: the same calls give the same answers. `now` may go back.
// THREAD SAFETY. None: it is the decider's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/delivery/schedule.h"
#include "core/delivery/subscription.h"

namespace presshawk {

// One part of a digest.
struct DigestCut {
  const Subscription* subscription = nullptr;
  Slot slot;
  uint32_t part = 1;
};

class DigestClock {
 public:
  using Notes = std::vector<std::pair<std::string, std::string>>;
  static constexpr std::string_view kPrefix = "slot/";

  // Notes that no DigestClock wrote are left out.
  void Load(const Notes& notes);

  // What is to be cut at `now`, the next part of each slot that is due. The
  // timer of a digest that was not known, was no digest before or has other
  // times begins at `now`. Appends to *changed what the ledger must keep
  // although nothing is cut. The timer of a subscription that is not among them
  // stays: it may be missing by mistake.
  std::vector<DigestCut> Due(absl::Span<const Subscription> subscriptions,
                             absl::Time now, Notes* changed);
  // When Due() may have something that the last call had not; InfiniteFuture
  // where there is no digest.
  absl::Time NextWake() const;
  // The earliest time at which one of these digests is to be told;
  // InfiniteFuture for none. It lies in the past where Due() was not asked for
  // long.
  absl::Time NextSlot(absl::Span<const Subscription> subscriptions) const;
  // The subscription was deleted.
  void Forget(const std::string& subscription, Notes* changed);
  // The part was told at `now`; `is_last`: nothing of its slot is left.
  void Done(const DigestCut& cut, bool is_last, absl::Time now, Notes* changed);

 private:
  // What the ledger keeps.
  struct Timer {
    absl::Time done;  // All slots until here are done.
    // The slots that were told, the latest last: for a clock that goes back.
    std::vector<absl::Time> told;
    // A slot of which some parts were told already.
    std::optional<Slot> open;
    uint32_t parts = 0;
    std::string times;  // What the schedule says, as a text.
    // Not kept: when to look again.
    absl::Time wake = absl::InfinitePast();
  };

  std::optional<DigestCut> DueOf(const Subscription& subscription,
                                 absl::Time now, Notes* changed);
  static std::string Write(const Timer& timer);
  static std::optional<Timer> Read(const std::string& note);
  static void Change(const std::string& id, const Timer& timer, Notes* changed);

  absl::flat_hash_map<std::string, Timer> timers_;
  absl::Time last_ = absl::InfinitePast();  // `now` of the last call.
};

}  // namespace presshawk
