// SPDX-License-Identifier: Apache-2.0
// The time zones of this machine, as files.
#pragma once

#include <string>

#include "absl/types/span.h"

namespace presshawk {

// A hash of the files of these zones, as they are now: another one than at the
// start means that the rules have changed and a process that runs still goes by
// the old ones. Reads each file, a few KB; a zone without a file counts as
// empty. Looks where Abseil does: $TZDIR, else /usr/share/zoneinfo.
std::string ZoneDatabaseStamp(absl::Span<const std::string> zones);

}  // namespace presshawk
