// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/cache_section.h"

#include "core/base/str_cat.h"
#include "core/config/dump_text.h"

namespace presshawk {

void ReadCache(ConfigSection* file, CacheOptions* options) {
  ConfigSection cache = file->Map("cache");
  options->path = cache.Text("path").value_or("");
  options->place = cache.PlaceOfKey("path");
  cache.RejectUnknownKeys();
}

void DumpCache(const CacheOptions& options, std::string* dump) {
  if (!options.path.empty()) {
    StrAppend(dump, "cache: {path: ", QuotedYaml(options.path), "}\n");
  }
}

}  // namespace presshawk
