// SPDX-License-Identifier: Apache-2.0
// What became of every watch-list, for whoever asks: API, status topic,
// console.
//
// BOUNDED. Some 100 bytes a list; of a bad one at most kErrorsMax errors, each
// cut to kErrorBytesMax. Definitions are those that LiveLists keeps anyway.
// THREAD SAFETY. All of it: written by the list keeper, read by HTTP threads
// and the status writer.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "core/base/json_writer.h"
#include "core/base/mutex.h"
#include "matchers/live/live_lists.h"

namespace presshawk {

class ListBoard {
 public:
  static constexpr size_t kErrorsMax = 10;
  static constexpr size_t kErrorBytesMax = 2000;

  struct Row {
    std::string id;
    ListState state = ListState::kActive;
    std::string version;     // Empty where rejected.
    std::string generation;  // The first one in which it was so.
    std::vector<Diagnostic> errors;
    // The condition in force; of a rejected list its definition. Null where
    // that cannot be read.
    std::shared_ptr<const WatchList> definition = nullptr;
  };

  // Takes what an Update says; `generation` is the one that runs now.
  void Take(const LiveLists::Update& update, std::string_view generation)
      ABSL_LOCKS_EXCLUDED(mutex_);

  std::optional<Row> Find(std::string_view id) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Rows in byte order of id, after `after`, of `state` where given.
  std::vector<Row> Page(std::optional<ListState> state, std::string_view after,
                        size_t limit) const ABSL_LOCKS_EXCLUDED(mutex_);
  size_t Count(ListState state) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Of the Update taken last.
  std::string generation() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    ListState state = ListState::kActive;
    uint64_t version = 0;  // 16 hex digits.
    uint64_t generation = 0;
    std::shared_ptr<const WatchList> definition = nullptr;
  };
  Row MakeRow(const std::string& id, const Entry& entry) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  absl::btree_map<std::string, Entry> lists_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::vector<Diagnostic>> errors_
      ABSL_GUARDED_BY(mutex_);
  std::array<size_t, 3> counts_ ABSL_GUARDED_BY(mutex_) = {};
  std::string generation_ ABSL_GUARDED_BY(mutex_);
};

// The record of the status topic (SPEC KAFKA-10).
std::string StatusRecordJson(const ListBoard::Row& row,
                             std::string_view instance);
// Writes an array of the objects of SPEC A48.
void WriteErrorsJson(const std::vector<Diagnostic>& errors, JsonWriter* json);

}  // namespace presshawk
