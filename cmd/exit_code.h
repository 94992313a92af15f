// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace presshawk {

// What the program's exit status says (SPEC CMD-1).
enum ExitCode : int {
  kExitGood = 0,
  kExitBadAnswer = 1,  // Invalid list, failed example, rejected input.
  kExitUsage = 2,
  kExitGaveUp = 3,  // Could not start or go on: configuration, broker, disk.
};

}  // namespace presshawk
