// SPDX-License-Identifier: Apache-2.0
// MISUSE: unused.result|nodiscard|ignoring return value
// An error that nobody looks at is a loss that nobody notices.
#include "absl/status/status.h"

absl::Status Write();

void Save() {
#ifdef MISUSE
  Write();
#else
  Write().IgnoreError();
#endif
}
