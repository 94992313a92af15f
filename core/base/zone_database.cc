// SPDX-License-Identifier: Apache-2.0
#include "core/base/zone_database.h"

#include <cstdlib>

#include "core/base/read_file.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"

namespace presshawk {

std::string ZoneDatabaseStamp(absl::Span<const std::string> zones) {
  constexpr size_t kZoneFileBytesMax = 1UL << 20;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets variables.
  const char* const set = std::getenv("TZDIR");
  const std::string folder = set == nullptr ? "/usr/share/zoneinfo" : set;
  Sha256 hash;
  for (const std::string& zone : zones) {
    hash.AddTerminated(zone);
    hash.AddTerminated(
        ReadFile(StrCat(folder, "/", zone), kZoneFileBytesMax).value_or(""));
  }
  constexpr size_t kBytes = 8;
  return HexPrefix(hash.Finish(), kBytes);
}

}  // namespace presshawk
