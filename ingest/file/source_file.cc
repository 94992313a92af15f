// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/source_file.h"

#include <algorithm>
#include <utility>

#include <sys/stat.h>

#include "core/base/str_cat.h"
#include "ingest/file/byte_stream.h"

namespace presshawk {
namespace {

constexpr uint64_t kBlockBytes = 64UL << 10;

// Behind the last line feed before `offset`; 0 where there is none.
absl::StatusOr<uint64_t> PlainLineBegin(const FoundFile& file,
                                        uint64_t offset) {
  while (offset > 0) {
    const uint64_t size = std::min(offset, kBlockBytes);
    const std::string block =
        ReadAt(file.descriptor.get(), offset - size, size);
    if (block.size() != size) {
      return absl::UnavailableError(
          StrCat(file.path, ": cannot be read before byte ", offset));
    }
    const size_t feed = block.rfind('\n');
    if (feed != std::string::npos) {
      return offset - size + feed + 1;
    }
    offset -= size;
  }
  return 0;
}

// Lowers *offset to the file's end.
absl::StatusOr<uint64_t> PackedLineBegin(const FoundFile& file,
                                         uint64_t* offset) {
  auto stream = ByteStream::OfRegularFile(file.path, file.descriptor.get());
  if (!stream.ok()) {
    return stream.status();
  }
  std::string block(kBlockBytes, '\0');
  uint64_t begin = 0;
  for (uint64_t at = 0; at < *offset;) {
    const absl::StatusOr<size_t> got =
        (*stream)->Read(block.data(), std::min(kBlockBytes, *offset - at));
    if (!got.ok()) {
      return got.status();
    }
    if (*got == 0) {
      *offset = at;
      break;
    }
    const size_t feed = std::string_view(block.data(), *got).rfind('\n');
    if (feed != std::string_view::npos) {
      begin = at + feed + 1;
    }
    at += *got;
  }
  return begin;
}

}  // namespace

// A last line without a line feed may have been given out, and may have grown
// since: then it is read again, whole.
absl::StatusOr<LinePosition> SourceFile::BeginOfLine(uint64_t* given) {
  const absl::StatusOr<uint64_t> begin =
      found_.packed ? PackedLineBegin(found_, &position_.offset)
                    : PlainLineBegin(found_, position_.offset);
  if (!begin.ok()) {
    return begin.status();
  }
  *given = position_.offset - *begin;
  const uint64_t lines = position_.lines;
  return LinePosition{*begin, *given > 0 && lines > 0 ? lines - 1 : lines};
}

absl::Status SourceFile::Open(FoundFile found, size_t line_bytes_max,
                              bool follow) {
  found_ = std::move(found);
  NotePlace(found_);
  uint64_t given = 0;
  const absl::StatusOr<LinePosition> from = BeginOfLine(&given);
  if (!from.ok()) {
    return from.status();
  }
  auto stream = ByteStream::OfRegularFile(found_.path, found_.descriptor.get());
  if (!stream.ok()) {
    return stream.status();
  }
  const absl::StatusOr<uint64_t> skipped = (*stream)->Skip(from->offset);
  if (!skipped.ok()) {
    return skipped.status();
  }
  // A new one each time: a line may come again, and offsets rise in a stream.
  stream_ = tracker_->NewStream();
  if (!found_.packed) {
    progress_.size = std::max(progress_.size, found_.size);
    if (progress_.identity.marks.empty()) {
      const std::string head =
          ReadAt(found_.descriptor.get(), 0, SourceIdentity::kMarkBytes);
      progress_.identity.AddMark(head.size(), head);
    }
  }
  reader_ =
      std::make_unique<LineReader>(*std::move(stream), line_bytes_max, *from,
                                   follow && !found_.packed, given);
  return absl::OkStatus();
}

absl::Status SourceFile::OpenStandardInput(size_t line_bytes_max) {
  auto stream = ByteStream::Open("-");
  if (!stream.ok()) {
    return stream.status();
  }
  found_.packed = true;  // It is read once, from its begin to its end.
  stream_ = tracker_->NewStream();
  reader_ = std::make_unique<LineReader>(*std::move(stream), line_bytes_max);
  return absl::OkStatus();
}

void SourceFile::CorrectOldOffset(const FoundFile& found) {
  if (found.packed || progress_.offset == 0) {
    return;
  }
  const std::string last =
      ReadAt(found.descriptor.get(), progress_.offset - 1, 1);
  if (last != "\n") {
    --progress_.offset;
    position_.offset = progress_.offset;
  }
}

bool SourceFile::is_deleted() const {
  struct stat status = {};
  return is_open() && fstat(found_.descriptor.get(), &status) == 0 &&
         status.st_nlink == 0;
}

bool SourceFile::IsTheSame() {
  struct stat status = {};
  if (fstat(found_.descriptor.get(), &status) != 0) {
    return true;  // A read will say what is wrong.
  }
  const auto size = static_cast<uint64_t>(status.st_size);
  if (size < reader_->read_end()) {
    return false;
  }
  std::vector<ContentMark>& marks = progress_.identity.marks;
  const std::string head =
      ReadAt(found_.descriptor.get(), 0, SourceIdentity::kMarkBytes);
  uint64_t head_size = 0;
  for (const ContentMark& mark : marks) {
    const bool is_head = mark.end == mark.size;
    if (!is_head && &mark != &marks.back()) {
      continue;
    }
    const std::string bytes = is_head ? head.substr(0, mark.size)
                                      : ReadAt(found_.descriptor.get(),
                                               mark.end - mark.size, mark.size);
    if (bytes.size() != mark.size || HashContent(bytes) != mark.hash) {
      return false;
    }
    head_size = is_head ? std::max(head_size, mark.size) : head_size;
  }
  if (head.size() > head_size) {
    progress_.identity.AddMark(head.size(), head);
  }
  if (size < progress_.size) {
    cut_bytes_ += progress_.size - size;
  }
  progress_.size = size;
  return true;
}

LinePosition SourceFile::position() const {
  // The reader may begin before: at the begin of a line that was given out
  // without its line feed.
  if (!is_open() || reader_->position().offset < position_.offset) {
    return position_;
  }
  return reader_->position();
}

absl::StatusOr<SourceFile::Got> SourceFile::Read(LineBatch* batch) {
  position_ = position();
  absl::StatusOr<bool> more = reader_->ReadBatch(batch);
  if (!more.ok()) {
    return more.status();
  }
  // After it: what was read before the file was written anew is of the old one.
  if (!found_.packed && !IsTheSame()) {
    batch->lines.clear();
    reader_.reset();
    return Got::kReplaced;
  }
  const LinePosition behind = position();
  if (behind.offset > position_.offset) {
    progress_.identity.AddMark(behind.offset, reader_->tail());
  }
  if (found_.packed) {
    progress_.size = std::max(progress_.size, behind.offset);
  }
  return *more ? Got::kLines : Got::kNothing;
}

void SourceFile::Leave() {
  position_ = position();
  reader_.reset();
  found_ = FoundFile();
  if (stream_.has_value() && !IsInFlight(*stream_)) {
    tracker_->Forget(*stream_);
  }
  stream_.reset();
}

bool SourceFile::IsInFlight(StreamId stream) const {
  return std::any_of(
      in_flight_.begin(), in_flight_.end(),
      [stream](const InFlight& line) { return line.stream == stream; });
}

void SourceFile::Settle() {
  while (!in_flight_.empty()) {
    const InFlight line = in_flight_.front();
    const std::optional<int64_t> next = tracker_->Committable(line.stream);
    if (!next.has_value() ||
        line.behind.offset > static_cast<uint64_t>(*next)) {
      return;
    }
    progress_.offset = line.behind.offset;
    progress_.lines = line.behind.lines;
    in_flight_.pop_front();
    if (line.stream != stream_ &&
        (in_flight_.empty() || in_flight_.front().stream != line.stream)) {
      tracker_->Forget(line.stream);
    }
  }
  // Blank lines are nobody's to acknowledge.
  progress_.offset = position().offset;
  progress_.lines = position().lines;
}

void SourceFile::Forget() {
  for (const InFlight& line : in_flight_) {
    if (line.stream != stream_) {
      tracker_->Forget(line.stream);
    }
  }
  in_flight_.clear();
  if (stream_.has_value()) {
    tracker_->Forget(*stream_);
  }
}

}  // namespace presshawk
