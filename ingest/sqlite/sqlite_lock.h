// SPDX-License-Identifier: Apache-2.0
// The two files beside a ledger in SQLite.
//
// PATH.lock is locked by the decider with flock(2), which a kill releases, and
// says who that is. PATH.epoch has the token that the ledger has, too; each new
// decider changes both. A file that was restored has another token than the
// one beside it, and one that was copied elsewhere has none beside it: such a
// ledger gets a new epoch.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace presshawk {

// Holds the lock while it lives.
class SqliteLock {
 public:
  // AlreadyExists, with the name that the holder gave, where somebody has it.
  static absl::StatusOr<std::unique_ptr<SqliteLock>> Take(
      const std::string& path, const std::string& holder);
  ~SqliteLock();
  SqliteLock(const SqliteLock&) = delete;
  SqliteLock& operator=(const SqliteLock&) = delete;

 private:
  explicit SqliteLock(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
};

// The tokens in PATH.epoch: none where there is no such file. There are two
// while a decider changes them.
std::vector<std::string> ReadTokens(const std::string& path);
// Replaces the file, durably.
absl::Status WriteTokens(const std::string& path,
                         const std::vector<std::string>& tokens);

}  // namespace presshawk
