// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/timing_section.h"

#include "core/base/str_cat.h"
#include "core/config/options.h"

namespace presshawk {

void ReadTiming(ConfigSection* file, Options* options) {
  options->commit_interval =
      file->Duration("commit_interval", absl::Milliseconds(10), absl::Hours(1))
          .value_or(options->commit_interval);
  options->drain_timeout =
      file->Duration("drain_timeout", absl::ZeroDuration(), absl::Hours(1))
          .value_or(options->drain_timeout);
}

void DumpTiming(const Options& options, std::string* dump) {
  StrAppend(
      dump, "commit_interval: ", absl::FormatDuration(options.commit_interval),
      "\ndrain_timeout: ", absl::FormatDuration(options.drain_timeout), "\n");
}

}  // namespace presshawk
