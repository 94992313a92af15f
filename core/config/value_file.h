// SPDX-License-Identifier: Apache-2.0
// Values of the configuration that are the content of a file, and may change
// while the program runs: secrets that are mounted as files.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "core/delivery/receiver.h"

namespace presshawk {

// The text in the file at `path` without the line feed at its end. A file that
// is empty, holds a NUL or is larger than 64 KiB is an InvalidArgument that says
// what it is: "empty". Any other error says why the file cannot be read.
absl::StatusOr<std::string> ReadValueFile(const std::string& path);

// Reads the files of the receiver's secrets again, after SIGHUP and every few
// seconds. Returns whether any of them has changed; `*receiver` then has the
// new ones, and its `shown` tells the new URL. An error names the file and what
// is wrong with it, and never its content; the receiver stays as it was.
//
//   const absl::StatusOr<bool> changed = RereadSecrets(&receiver);
absl::StatusOr<bool> RereadSecrets(ReceiverOptions* receiver);

}  // namespace presshawk
