// SPDX-License-Identifier: Apache-2.0
// Whether a service could work with a configuration on this machine: what
// `check` and `run` both ask, so that they judge alike.
#pragma once

#include <string>

#include "core/config/environment.h"
#include "core/config/load_options.h"

namespace presshawk {

// LoadServiceOptions (cmd/matching/client_options.h), and with it what only this
// machine can tell: files that are missing or cannot be written, files that
// have two uses by whatever spelling, the token, the address to listen on.
// Every error of all of these, in the order of the file.
//
// What another process holds just now (a port, the lock of a file or of the
// cache) is not looked at: a running service must not make the check of its own
// configuration fail. Only the start of a service tells that. Brokers are not
// asked, nothing is made or changed; an address is bound for a moment.
LoadedOptions JudgeServiceOptions(const std::string& path,
                                  const Environment& environment);

}  // namespace presshawk
