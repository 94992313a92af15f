// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ingest/file/byte_stream.h"

namespace presshawk {

struct Line {
  std::string_view text;    // Without its line feed; views the LineBatch.
  uint64_t number = 0;      // From 1; blank lines count.
  uint64_t offset = 0;      // Of its first byte in the (unpacked) file.
  uint64_t size_bytes = 0;  // Its true size.
  bool truncated = false;   // Over the limit: `text` is its begin.
  bool ended = true;        // By a line feed; else by the end of the file.

  // Behind the line and its line feed.
  uint64_t next() const { return offset + size_bytes + (ended ? 1 : 0); }
};

// Lines that are not blank, with their bytes. Reusable.
struct LineBatch {
  std::vector<char> bytes;
  std::vector<Line> lines;
};

// A place between two lines: `offset` is behind the `lines` first ones.
struct LinePosition {
  uint64_t offset = 0;
  uint64_t lines = 0;
};

// Reads the lines of a file in batches of about kBatchBytes. Memory is bounded
// by the batch and the longest line allowed. NOT thread-safe.
class LineReader {
 public:
  static constexpr size_t kBatchBytes = 1UL << 20;

  // Of a line over `line_bytes_max` the first kTruncatedDeadLetterBytes are
  // kept; the rest is skipped. With `follow`, a line is one only with its line
  // feed, and there may be more behind the end: ask again. The stream stands
  // at `from`. The first line is passed over if it has just `given` bytes: it
  // was given out before its line feed was written, and did not grow since.
  LineReader(std::unique_ptr<ByteStream> stream, size_t line_bytes_max,
             LinePosition from = {}, bool follow = false, uint64_t given = 0);

  // Replaces *batch. False at the end of the file, with no lines.
  absl::StatusOr<bool> ReadBatch(LineBatch* batch);
  // Nothing more will be written: what is there without a line feed is a line.
  void StopFollowing() { follow_ = at_end_ = false; }
  // Behind the lines that were given out.
  LinePosition position() const { return {offset_, line_}; }
  // Up to kTailBytes that stand before position(), as they were read; fewer
  // near `from` and behind a line that was too long.
  static constexpr size_t kTailBytes = 1024;
  std::string_view tail() const { return tail_; }
  // Behind what was read: position(), and the begin of a line.
  uint64_t read_end() const { return offset_ + rest_.size() + long_size_; }
  uint64_t consumed() const { return stream_->consumed(); }

 private:
  absl::Status Fill(LineBatch* batch, size_t* size);
  void CutLines(LineBatch* batch, size_t size);
  absl::Status SkipLongLine(LineBatch* batch);
  void AddLine(std::string_view text, uint64_t size_bytes, bool truncated,
               bool ended, LineBatch* batch);

  std::unique_ptr<ByteStream> stream_;
  const size_t line_bytes_max_;
  std::vector<char> rest_;  // Begin of a line that the last batch left.
  // A line over the limit whose end is looked for: bytes so far, and its begin.
  uint64_t long_size_ = 0;
  std::vector<char> long_begin_;
  std::string tail_;
  uint64_t given_;
  uint64_t line_;
  uint64_t offset_;
  bool follow_;
  bool at_end_ = false;
};

}  // namespace presshawk
