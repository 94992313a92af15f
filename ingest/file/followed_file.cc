#include "ingest/file/followed_file.h"

#include <filesystem>

#include <sys/stat.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

struct Identity {
  uint64_t inode = 0;
  uint64_t size = 0;
};

std::optional<Identity> Identify(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    return std::nullopt;
  }
  return Identity{status.st_ino, static_cast<uint64_t>(status.st_size)};
}

// The file of that inode in the folder of `path`; empty where there is none.
std::string FindByInode(const std::string& path, uint64_t inode) {
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path();
  for (fs::directory_iterator
           it(folder.empty() ? fs::path(".") : folder, error),
       end;
       !error && it != end; it.increment(error)) {
    const std::optional<Identity> identity = Identify(it->path().string());
    if (identity.has_value() && identity->inode == inode &&
        it->is_regular_file(error)) {
      return it->path().string();
    }
  }
  return "";
}

}  // namespace

absl::Status FollowedFile::Begin(const std::string& path, LinePosition from) {
  absl::StatusOr<std::unique_ptr<ByteStream>> stream = ByteStream::Open(path);
  if (!stream.ok()) {
    return stream.status();
  }
  absl::StatusOr<uint64_t> skipped = (*stream)->Skip(from.offset);
  if (!skipped.ok()) {
    return skipped.status();
  }
  const std::optional<Identity> identity = Identify(path);
  inode_ = identity.has_value() ? identity->inode : 0;
  done_ = from;
  in_flight_.clear();
  stream_ = tracker_->NewStream();
  reader_ = std::make_unique<LineReader>(
      *std::move(stream), options_.line_bytes_max, from, options_.follow);
  return absl::OkStatus();
}

absl::Status FollowedFile::OpenFile() {
  absl::StatusOr<std::optional<FileCheckpoint>> checkpoint =
      LoadFileCheckpoint(options_.checkpoint);
  if (!checkpoint.ok()) {
    return checkpoint.status();
  }
  committed_ = *checkpoint;
  const std::optional<Identity> now = Identify(options_.path);
  if (!now.has_value() && options_.follow) {
    return absl::OkStatus();  // It may still be made.
  }
  if (committed_.has_value()) {
    const LinePosition from = {committed_->offset, committed_->lines};
    if (now.has_value() && now->inode == committed_->inode) {
      // Shorter than what was done: it was written anew.
      const bool same =
          now->size >= committed_->size || now->size >= committed_->offset;
      return Begin(options_.path, same ? from : LinePosition());
    }
    const std::string renamed = FindByInode(options_.path, committed_->inode);
    if (!renamed.empty()) {
      if (absl::Status status = Begin(renamed, from); !status.ok()) {
        return status;
      }
      replaced_ = true;
      reader_->StopFollowing();
      return absl::OkStatus();
    }
  }
  return Begin(options_.path, {});
}

bool FollowedFile::WasReplaced() const {
  const std::optional<Identity> now = Identify(options_.path);
  return now.has_value() &&
         (now->inode != inode_ || now->size < reader_->position().offset);
}

absl::StatusOr<bool> FollowedFile::ReadBatch(LineBatch* batch) {
  batch->lines.clear();
  if (finished_) {
    return false;
  }
  if (reader_ == nullptr) {
    if (absl::Status status = OpenFile(); !status.ok()) {
      return status;
    }
    if (reader_ == nullptr) {
      return false;
    }
  }
  absl::StatusOr<bool> more = reader_->ReadBatch(batch);
  if (!more.ok() || *more) {
    return more;
  }
  if (!replaced_ && options_.follow && WasReplaced()) {
    replaced_ = true;
    reader_->StopFollowing();
    return reader_->ReadBatch(batch);
  }
  if (replaced_) {
    // One checkpoint: the old file is done with before the new one begins.
    if (!tracker_->WaitResolved({&stream_, 1}, absl::Now())) {
      return false;
    }
    tracker_->Forget(stream_);
    replaced_ = false;
    committed_.reset();
    if (absl::Status status = Begin(options_.path, {}); !status.ok()) {
      return status;
    }
    return ReadBatch(batch);
  }
  finished_ = !options_.follow;
  return false;
}

void FollowedFile::AddInFlight(const Line& line) {
  in_flight_.push_back({line.offset + line.size_bytes + 1, line.number});
}

absl::Status FollowedFile::Commit() {
  if (reader_ == nullptr) {
    return absl::OkStatus();
  }
  FileCheckpoint checkpoint = {.inode = inode_};
  const std::optional<int64_t> next = tracker_->Committable(stream_);
  while (next.has_value() && !in_flight_.empty() &&
         in_flight_.front().offset <= static_cast<uint64_t>(*next)) {
    done_ = in_flight_.front();
    in_flight_.pop_front();
  }
  checkpoint.offset = done_.offset;
  checkpoint.lines = done_.lines;
  if (committed_.has_value() && committed_->inode == checkpoint.inode &&
      committed_->offset == checkpoint.offset) {
    return absl::OkStatus();
  }
  const std::optional<Identity> now = Identify(options_.path);
  checkpoint.size = now.has_value() ? now->size : 0;
  if (absl::Status status =
          StoreFileCheckpoint(options_.checkpoint, checkpoint);
      !status.ok()) {
    return status;
  }
  committed_ = checkpoint;
  return absl::OkStatus();
}

absl::Status FollowedFile::Close() {
  absl::Status status = Commit();
  if (reader_ != nullptr) {
    tracker_->Forget(stream_);
    reader_.reset();
  }
  finished_ = true;
  return status;
}

}  // namespace presshawk
