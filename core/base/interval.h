// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/time/time.h"

namespace presshawk {

// Whether what is done at an interval is due; *next is then the next time. It
// goes by the wall clock, and is due at once where that has gone back.
inline bool IsDue(absl::Time now, absl::Duration interval, absl::Time* next) {
  if (now < *next && *next - now <= interval) {
    return false;
  }
  *next = now + interval;
  return true;
}

}  // namespace presshawk
