#include "ingest/file/line_reader.h"

#include <algorithm>
#include <cstring>

#include "core/model/limits.h"
#include "core/pipeline/matching_ports.h"

namespace presshawk {
namespace {

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteStream> stream,
                       size_t line_bytes_max, LinePosition from, bool follow)
    : stream_(std::move(stream)),
      line_bytes_max_(line_bytes_max),
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
                         bool truncated, LineBatch* batch) {
  ++line_;
  std::string_view content = text;
  if (line_ == 1) {
    content = WithoutByteOrderMark(content);
  }
  if (!IsBlank(content) || truncated) {
    batch->lines.push_back({.text = content,
                            .number = line_,
                            .offset = offset_,
                            .size_bytes = size_bytes,
                            .truncated = truncated});
  }
  offset_ += size_bytes + 1;
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
    if (line.size() > line_bytes_max_) {
      AddLine(line.substr(0, kTruncatedDeadLetterBytes), line.size(), true,
              batch);
    } else {
      AddLine(line, line.size(), false, batch);
    }
    at = line_end + 1;
  }
  if (at < end) {
    rest_.assign(at, end);
  }
}

// The begin of a line that is over the limit is all that the batch holds: finds
// the line's end.
absl::Status LineReader::SkipLongLine(LineBatch* batch, size_t size) {
  uint64_t line_size = size;
  const size_t kept = std::min(size, kTruncatedDeadLetterBytes);
  std::vector<char> block(kBatchBytes);
  while (!at_end_) {
    absl::StatusOr<size_t> got = stream_->Read(block.data(), block.size());
    if (!got.ok()) {
      return got.status();
    }
    at_end_ = *got == 0;
    const auto* const feed =
        static_cast<const char*>(std::memchr(block.data(), '\n', *got));
    if (feed != nullptr) {
      line_size += static_cast<uint64_t>(feed - block.data());
      rest_.assign(feed + 1, static_cast<const char*>(block.data()) + *got);
      break;
    }
    line_size += *got;
  }
  batch->bytes.resize(kept);
  batch->bytes.shrink_to_fit();
  AddLine({batch->bytes.data(), kept}, line_size, true, batch);
  return absl::OkStatus();
}

absl::StatusOr<bool> LineReader::ReadBatch(LineBatch* batch) {
  batch->lines.clear();
  if (follow_) {
    at_end_ = false;  // As far as it was when it was last looked at.
  }
  while (batch->lines.empty()) {
    if (at_end_ && (rest_.empty() || follow_)) {
      return false;
    }
    size_t size = 0;
    if (absl::Status status = Fill(batch, &size); !status.ok()) {
      return status;
    }
    const bool has_line =
        at_end_ || std::memchr(batch->bytes.data(), '\n', size) != nullptr;
    if (has_line) {
      CutLines(batch, size);
    } else if (absl::Status status = SkipLongLine(batch, size); !status.ok()) {
      return status;
    }
  }
  return true;
}

}  // namespace presshawk
