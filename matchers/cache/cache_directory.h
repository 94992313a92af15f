// SPDX-License-Identifier: Apache-2.0
// Compiled generations in a directory, one file each. A start with unchanged
// watch-lists then parses and compiles nothing.
//
//   CacheDirectory cache("/var/cache/presshawk");
//   auto found = cache.Find(key);
//   if (!found.ok()) { … compile …; cache.Store(key, *query_set, notes); }
//
// The caller never needs the cache: it logs whatever is wrong with the cache or
// the disk, and compiles. A file is written under a temporary name, flushed to
// the disk and renamed, so that others see a whole file or none. Several
// programs may share a directory. Store() keeps the number of files small: it
// removes those that were found or stored longest ago.
//
// THREAD SAFETY. Every function may be called from any thread and process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matchers/query_set.h"

namespace presshawk {

class CacheDirectory {
 public:
  // The number of generations that are kept.
  static constexpr size_t kGenerationsMax = 4;

  // Creates nothing yet: Store() makes the directory where it is missing.
  explicit CacheDirectory(std::string path) : path_(std::move(path)) {}

  // Returns NotFound where nothing is stored under this key. Where a file is
  // refused, returns the reason that QuerySet::Open() gives.
  absl::StatusOr<QuerySet::Opened> Find(
      const CacheKey& key, const FormTables* forms = nullptr) const;

  // Takes seconds for a large set, most of them for the disk, so call it beside
  // the work. Find() gives the `notes` back.
  absl::Status Store(const CacheKey& key, const QuerySet& query_set,
                     std::string_view notes) const;

  // The path of the file that holds the generation of a key.
  std::string PathOf(const CacheKey& key) const;

 private:
  // Removes old generations, and temporary files that nobody finished.
  void RemoveOld() const;

  const std::string path_;
};

}  // namespace presshawk
