// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/line_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/model/limits.h"
#include "core/text/byte_order_mark.h"

namespace presshawk {
namespace {

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteStream> stream,
                       size_t line_bytes_max, LinePosition from, bool follow,
                       uint64_t given)
    : stream_(std::move(stream)),
      line_bytes_max_(line_bytes_max),
      given_(given),
      line_(from.lines),
      offset_(from.offset),
      follow_(follow) {}

// Reads until the batch holds a whole line and kBatchBytes, or the file ends,
// or a line is known to be too long.
absl::Status LineReader::Fill(LineBatch* batch, size_t* size) {
  batch->bytes.resize(std::max(kBatchBytes, rest_.size() + kBatchBytes / 2));
  std::copy(rest_.begin(), rest_.end(), batch->bytes.begin());
  *size = rest_.size();
  rest_.clear();
  bool has_line = false;
  while (!at_end_) {
    if (*size == batch->bytes.size()) {
      if (has_line || *size > line_bytes_max_) {
        return absl::OkStatus();
      }
      batch->bytes.resize(batch->bytes.size() * 2);
    }
    absl::StatusOr<size_t> got =
        stream_->Read(batch->bytes.data() + *size, batch->bytes.size() - *size);
    if (!got.ok()) {
      return got.status();
    }
    at_end_ = *got == 0;
    has_line |= std::memchr(batch->bytes.data() + *size, '\n', *got) != nullptr;
    *size += *got;
    if (has_line && *size >= kBatchBytes / 2) {
      return absl::OkStatus();
    }
    // A pipe gives what there is: do not wait for more than a line.
    if (has_line && *got < kBatchBytes / 16) {
      return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

void LineReader::AddLine(std::string_view text, uint64_t size_bytes,
                         bool truncated, bool ended, LineBatch* batch) {
  ++line_;
  const uint64_t offset = offset_;
  offset_ += size_bytes + (ended ? 1 : 0);
  if (std::exchange(given_, 0) == size_bytes && size_bytes > 0) {
    return;
  }
  std::string_view content = text;
  if (line_ == 1) {
    content = WithoutByteOrderMark(content);
  }
  if (!IsBlank(content) || truncated) {
    batch->lines.push_back({.text = content,
                            .number = line_,
                            .offset = offset,
                            .size_bytes = size_bytes,
                            .truncated = truncated,
                            .ended = ended});
  }
}

void LineReader::CutLines(LineBatch* batch, size_t size) {
  const char* const end = batch->bytes.data() + size;
  const char* at = batch->bytes.data();
  while (at < end) {
    const auto* const feed = static_cast<const char*>(
        std::memchr(at, '\n', static_cast<size_t>(end - at)));
    if (feed == nullptr && !at_end_) {
      break;
    }
    if (feed == nullptr && follow_) {
      break;
    }
    const char* const line_end = feed == nullptr ? end : feed;
    const std::string_view line(at, static_cast<size_t>(line_end - at));
    const bool ended = feed != nullptr;
    if (line.size() > line_bytes_max_) {
      AddLine(line.substr(0, kTruncatedDeadLetterBytes), line.size(), true,
              ended, batch);
    } else {
      AddLine(line, line.size(), false, ended, batch);
    }
    at = line_end + (ended ? 1 : 0);
  }
  rest_.assign(at, end);
  const auto cut = static_cast<size_t>(at - batch->bytes.data());
  const size_t added = std::min(cut, kTailBytes);
  tail_.append(at - added, added);
  tail_.erase(0, tail_.size() - std::min(tail_.size(), kTailBytes));
}

// Finds the end of the line whose begin is `long_begin_`. With `follow`, it may
// not be written yet: no line then.
absl::Status LineReader::SkipLongLine(LineBatch* batch) {
  std::vector<char> block(kBatchBytes);
  bool ended = false;
  while (!at_end_ && !ended) {
    absl::StatusOr<size_t> got = stream_->Read(block.data(), block.size());
    if (!got.ok()) {
      return got.status();
    }
    at_end_ = *got == 0;
    const auto* const feed =
        static_cast<const char*>(std::memchr(block.data(), '\n', *got));
    ended = feed != nullptr;
    if (ended) {
      long_size_ += static_cast<uint64_t>(feed - block.data());
      rest_.assign(feed + 1, static_cast<const char*>(block.data()) + *got);
    } else {
      long_size_ += *got;
    }
  }
  if (!ended && follow_) {
    return absl::OkStatus();
  }
  batch->bytes = std::move(long_begin_);
  long_begin_.clear();
  tail_.clear();
  AddLine({batch->bytes.data(), batch->bytes.size()},
          std::exchange(long_size_, 0), true, ended, batch);
  return absl::OkStatus();
}

absl::StatusOr<bool> LineReader::ReadBatch(LineBatch* batch) {
  batch->lines.clear();
  if (follow_) {
    at_end_ = false;  // As far as it was when it was last looked at.
  }
  while (batch->lines.empty()) {
    if (at_end_ && (follow_ || (rest_.empty() && long_size_ == 0))) {
      return false;
    }
    if (long_size_ == 0) {
      size_t size = 0;
      if (absl::Status status = Fill(batch, &size); !status.ok()) {
        return status;
      }
      if (at_end_ || std::memchr(batch->bytes.data(), '\n', size) != nullptr) {
        CutLines(batch, size);
        continue;
      }
      long_size_ = size;
      long_begin_.assign(
          batch->bytes.data(),
          batch->bytes.data() + std::min(size, kTruncatedDeadLetterBytes));
    }
    if (absl::Status status = SkipLongLine(batch); !status.ok()) {
      return status;
    }
  }
  return true;
}

}  // namespace presshawk
