// Compiled generations in a directory, one file each, so that a start with
// unchanged watch-lists parses and compiles nothing.
//
//   CacheDirectory cache("/var/cache/presshawk");
//   auto found = cache.Find(key);
//   if (!found.ok()) { … compile …; cache.Store(key, *query_set, notes); }
//
// The cache is never needed: whatever is wrong with it or the disk is an error
// that the caller logs and goes on from. A file is written under a temporary
// name, flushed to the disk and renamed, so that others see it whole or not at
// all; programs may share a directory. Files stay small in number: Store()
// removes those that were found or stored longest ago.
//
// THREAD SAFETY. All is safe from any thread and process.
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
  // How many generations stay.
  static constexpr size_t kGenerationsMax = 4;

  // Store() makes the directory where it is missing.
  explicit CacheDirectory(std::string path) : path_(std::move(path)) {}

  // NotFound where there is nothing under this key; else, where a file is
  // refused, QuerySet::Open()'s reason.
  absl::StatusOr<QuerySet::Opened> Find(const CacheKey& key) const;

  // Seconds for large sets, most of it the disk's: call it beside the work.
  // `notes` are given back by Find().
  absl::Status Store(const CacheKey& key, const QuerySet& query_set,
                     std::string_view notes) const;

  // The file of a key.
  std::string PathOf(const CacheKey& key) const;

 private:
  // All but the newest, and temporary files that nobody finished.
  void RemoveOld() const;

  const std::string path_;
};

}  // namespace presshawk
