// SPDX-License-Identifier: Apache-2.0
#include "cmd/deadletter/letter_feed.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "core/base/str_cat.h"
#include "ingest/file/line_reader.h"
#include "ingest/kafka/consume/topic_range.h"

namespace presshawk {
namespace {

class TopicLetters : public LetterFeed {
 public:
  explicit TopicLetters(std::unique_ptr<TopicRange> range)
      : range_(std::move(range)) {}

  absl::StatusOr<bool> Next(DeadLetter* letter) override {
    if (next_ == records_.size()) {
      next_ = 0;
      if (absl::Status status = range_->Read(&records_);
          !status.ok() || records_.empty()) {
        if (status.ok()) {
          return false;
        }
        return status;
      }
    }
    const TopicRecord& record = records_[next_++];
    *letter =
        DeadLetter{.place = StrCat(record.partition, "/", record.offset),
                   .problem = {},
                   .headers = {record.headers.begin(), record.headers.end()},
                   .has_key = record.has_key,
                   .key = std::string(record.key),
                   .has_value = record.has_value,
                   .value = std::string(record.value)};
    if (letter->reason().empty()) {
      letter->problem = "not a record that presshawk wrote: no header `reason`";
    }
    return true;
  }
  LetterEnd end() const override { return {.offsets = range_->end_offsets()}; }

 private:
  const std::unique_ptr<TopicRange> range_;
  std::vector<TopicRecord> records_;
  size_t next_ = 0;
};

class FileLetters : public LetterFeed {
 public:
  FileLetters(std::unique_ptr<ByteStream> stream, uint64_t line_bytes_max,
              uint64_t only_line, uint64_t lines_max)
      : reader_(std::move(stream), line_bytes_max),
        only_line_(only_line),
        lines_max_(lines_max) {}

  absl::StatusOr<bool> Next(DeadLetter* letter) override {
    while (true) {
      if (next_ == batch_.lines.size()) {
        next_ = 0;
        const absl::StatusOr<bool> more = reader_.ReadBatch(&batch_);
        if (!more.ok() || !*more) {
          return more;
        }
      }
      const Line& line = batch_.lines[next_++];
      if (line.number > lines_max_ ||
          (only_line_ > 0 && line.number > only_line_)) {
        return false;
      }
      if (only_line_ > 0 && line.number != only_line_) {
        continue;
      }
      Read(line, letter);
      return true;
    }
  }
  LetterEnd end() const override {
    return {.offsets = {}, .lines = reader_.position().lines};
  }

 private:
  static void Read(const Line& line, DeadLetter* letter) {
    if (line.truncated) {
      *letter = {.place = StrCat(line.number),
                 .problem = StrCat("a line of ", line.size_bytes,
                                   " bytes: too long to be read")};
      return;
    }
    *letter = DeadLetterOfLine(line.text, line.number);
  }

  LineReader reader_;
  LineBatch batch_;
  size_t next_ = 0;
  const uint64_t only_line_;  // 0: all.
  const uint64_t lines_max_;
};

absl::Status NoPlace(const LetterPlace& from, const std::string& place) {
  return absl::InvalidArgumentError(
      StrCat("`", place, "` is no place in ", from.Name(), ": write ",
             from.file.empty() ? "PARTITION/OFFSET, as in 0/17"
                               : "the number of a line, as in 17",
             "; `presshawk deadletter list` shows them"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<LetterFeed>> LetterFeed::Open(
    const LetterPlace& from, const std::optional<std::string>& place,
    const LetterEnd& end, KafkaEvents* events) {
  if (!from.file.empty()) {
    uint64_t line = 0;
    if (place.has_value() && (!absl::SimpleAtoi(*place, &line) || line == 0)) {
      return NoPlace(from, *place);
    }
    auto stream = ByteStream::Open(from.file);
    if (!stream.ok()) {
      return stream.status();
    }
    return std::make_unique<FileLetters>(*std::move(stream),
                                         from.line_bytes_max, line, end.lines);
  }
  TopicRangeOptions options = {.client = from.client,
                               .topic = from.topic,
                               .end_offsets = end.offsets,
                               .with_headers = true};
  if (place.has_value()) {
    const size_t slash = place->find('/');
    if (slash == std::string::npos ||
        !absl::SimpleAtoi(place->substr(0, slash), &options.only_partition) ||
        !absl::SimpleAtoi(place->substr(slash + 1), &options.only_offset) ||
        options.only_partition < 0 || options.only_offset < 0) {
      return NoPlace(from, *place);
    }
  }
  auto range = TopicRange::Open(options, events);
  if (!range.ok()) {
    return range.status();
  }
  return std::make_unique<TopicLetters>(*std::move(range));
}

}  // namespace presshawk
