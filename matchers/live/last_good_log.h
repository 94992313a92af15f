// SPDX-License-Identifier: Apache-2.0
// Keeps the last good conditions of all lists in a directory. A list that turns
// bad while the service is down then keeps its condition, too.
//
// There is one text file, `last-good.log`. Each line makes a statement, and
// later statements override earlier ones:
//
//   + VERSION REFERENCES FILE LIST   in force      (tabs between; FILE and LIST
//   = VERSION REFERENCES FILE LIST   needed by     are JSON, REFERENCES is
//                                    a stale one   id=version,id=version)
//   - ID                             gone
//   @ GENERATION                     the lines above are this generation
//
// Changes are appended. When most of the file is history, a new file is written
// beside the old one and renamed. A line that cannot be read is skipped; it may
// be the last one, half written. A disk that takes no more writes costs what a
// restart would need, and not the service: errors are returned, and the next
// write starts the file again.
//
// THREAD SAFETY. None.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matchers/live/good_list.h"

namespace presshawk {

class LastGoodLog {
 public:
  // The first write creates the directory if it is missing.
  explicit LastGoodLog(std::string directory)
      : directory_(std::move(directory)) {}

  struct Content {
    std::vector<GoodListPtr> in_force;
    // The conditions that stale lists may need, with those once in force.
    std::vector<GoodListPtr> needed;
    std::string generation;  // From the last `@` line; empty if there is none.
  };
  // Returns an empty content if there is no file, or if it cannot be read.
  Content Read() const;
  // Returns the generation of the last line without reading the lines above.
  std::string ReadGeneration() const;

  struct Change {
    absl::Span<const GoodListPtr> in_force;
    absl::Span<const GoodListPtr> needed;
    absl::Span<const std::string> gone;
    std::string_view generation;
  };
  // Whether this many further lines would make most of the file history.
  bool IsMostlyHistory(size_t lists) const {
    return !is_open_ || lines_ > 2 * lists + 1000;
  }
  absl::Status Append(const Change& change);
  // Replaces the file.
  absl::Status Rewrite(const Change& change);
  // Says that this many lines on the disk are valid already.
  void Resume(size_t lines) {
    is_open_ = true;
    lines_ = lines;
  }

 private:
  std::string Path() const { return directory_ + "/last-good.log"; }

  const std::string directory_;
  bool is_open_ = false;  // True once we know what is on the disk.
  size_t lines_ = 0;
};

}  // namespace presshawk
