// SPDX-License-Identifier: Apache-2.0
// MISUSE: could not convert|cannot (convert|initialize)|no viable conversion|no matching
// An offset or a partition must not be taken for a stream: a StreamId comes from
// OffsetTracker::NewStream() only.
#include "core/stream/offset_tracker.h"

void Forget(presshawk::OffsetTracker* tracker) {
#ifdef MISUSE
  tracker->Forget(3);
#else
  tracker->Forget(tracker->NewStream());
#endif
}
