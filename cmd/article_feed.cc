// SPDX-License-Identifier: Apache-2.0
#include "cmd/article_feed.h"

#include "absl/status/statusor.h"
#include "core/model/limits.h"

namespace presshawk {

bool FileFeed::Next(LineBatch* batch, Ticket* ticket) {
  MutexLock lock(&mutex_);
  while (status_.ok() && file_ <= files_.size()) {
    if (reader_ == nullptr && !OpenNextFile()) {
      return false;
    }
    absl::StatusOr<bool> more = reader_->ReadBatch(batch);
    if (!more.ok()) {
      status_ = more.status();
      return false;
    }
    if (*more) {
      progress_->SetConsumed(file_ - 1, reader_->consumed());
      *ticket = {next_ticket_++, &files_[file_ - 1]};
      return true;
    }
    reader_.reset();
  }
  return false;
}

absl::Status FileFeed::status() const {
  MutexLock lock(&mutex_);
  return status_;
}

bool FileFeed::OpenNextFile() {
  if (file_ == files_.size()) {
    return false;
  }
  absl::StatusOr<std::unique_ptr<ByteStream>> stream =
      ByteStream::Open(files_[file_]);
  if (!stream.ok()) {
    status_ = stream.status();
    return false;
  }
  ++file_;
  reader_ = std::make_unique<LineReader>(*std::move(stream), kArticleBytesMax);
  return true;
}

}  // namespace presshawk
