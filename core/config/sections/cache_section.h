// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/config/config_error.h"
#include "core/config/config_section.h"

namespace presshawk {

struct CacheOptions {
  // path: a directory for compiled lists and for the last good condition of
  // stale ones, of this service alone: it is locked. Empty (the default):
  // nothing is kept over a restart.
  std::string path;
  ConfigPlace place = {};
};

void ReadCache(ConfigSection* file, CacheOptions* options);
void DumpCache(const CacheOptions& options, std::string* dump);

}  // namespace presshawk
