// The last good conditions of all lists, kept in a directory over a restart: a
// list that turns bad while the service is down keeps its condition, too.
//
// One text file, `last-good.log`, a line a statement; later ones win:
//
//   + VERSION REFERENCES FILE LIST   in force      (tabs between; FILE and LIST
//   = VERSION REFERENCES FILE LIST   needed by     are JSON, REFERENCES is
//                                    a stale one   id=version,id=version)
//   - ID                             gone
//   @ GENERATION                     what stands above is this generation
//
// Changes are appended; when most of the file is history it is written anew
// beside the old one and renamed. A line that cannot be read (a half-written
// last one) is skipped. A disk that takes nothing costs memory over a restart,
// not the service: errors are returned, and the next write begins anew.
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
  // `directory` is made where it is missing, at the first write.
  explicit LastGoodLog(std::string directory)
      : directory_(std::move(directory)) {}

  struct Content {
    std::vector<GoodListPtr> in_force;
    // What stale ones may need: also what was in force once.
    std::vector<GoodListPtr> needed;
    std::string generation;  // Of the last `@`; empty for none.
  };
  // Empty where there is no file, or it cannot be read.
  Content Read() const;
  // The generation of the last line, without reading what is before it.
  std::string ReadGeneration() const;

  struct Change {
    absl::Span<const GoodListPtr> in_force;
    absl::Span<const GoodListPtr> needed;
    absl::Span<const std::string> gone;
    std::string_view generation;
  };
  // Whether so many lines more would make most of the file history.
  bool IsMostlyHistory(size_t lists) const {
    return !is_open_ || lines_ > 2 * lists + 1000;
  }
  absl::Status Append(const Change& change);
  // Replaces the file.
  absl::Status Rewrite(const Change& change);
  // What is on the disk stands for this many lists already.
  void Resume(size_t lines) {
    is_open_ = true;
    lines_ = lines;
  }

 private:
  std::string Path() const { return directory_ + "/last-good.log"; }

  const std::string directory_;
  bool is_open_ = false;  // The file is ours: what is on disk is known.
  size_t lines_ = 0;
};

}  // namespace presshawk
