// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/config/config_section.h"
#include "core/model/limits.h"

namespace presshawk {

struct LimitOptions {
  // article_bytes: larger inputs are dead letters (too_large). 1KiB to 1GiB.
  uint64_t article_bytes = kArticleBytesMax;
  // hits, snippets: that an alert shows at most; 0 to 10000.
  size_t hits = kAlertHitsMax;
  size_t snippets = kAlertSnippetsMax;
};

void ReadLimits(ConfigSection* file, LimitOptions* options);
void DumpLimits(const LimitOptions& options, std::string* dump);

}  // namespace presshawk
