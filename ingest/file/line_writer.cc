// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/line_writer.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kQueuedBytesMax = 32UL << 20;
constexpr absl::Duration kBlockedInterval = absl::Milliseconds(100);
constexpr absl::Duration kBackOffMin = absl::Milliseconds(50);
constexpr absl::Duration kBackOffMax = absl::Seconds(2);
// How soon a rotation is seen where nothing is written.
constexpr absl::Duration kLookInterval = absl::Seconds(1);
// How often a file may be taken away from under one write.
constexpr int kWriteTriesMax = 3;

}  // namespace

std::string_view FileChangeName(FileChange::Kind kind) {
  switch (kind) {
    case FileChange::Kind::kRenamed:
      return "renamed";
    case FileChange::Kind::kDeleted:
      return "deleted";
    case FileChange::Kind::kTruncated:
      return "truncated";
    case FileChange::Kind::kUnlocked:
      return "unlocked";
    case FileChange::Kind::kRefused:
      return "refused";
    case FileChange::Kind::kTaken:
      return "taken";
  }
  return "renamed";
}

absl::StatusOr<std::unique_ptr<LineWriter>> LineWriter::Open(
    const std::string& path, FileChangeObserver observer) {
  absl::StatusOr<std::unique_ptr<OwnedFile>> file = OwnedFile::Open(path);
  if (!file.ok()) {
    return file.status();
  }
  std::unique_ptr<LineWriter> writer(
      new LineWriter(path, std::move(observer), *std::move(file)));
  writer->thread_ = std::thread([self = writer.get()] { self->Serve(); });
  return writer;
}

LineWriter::~LineWriter() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

bool LineWriter::Write(std::string lines, std::function<void()> done,
                       WhileBlocked while_blocked) {
  while (true) {
    {
      MutexLock lock(&mutex_);
      if (queued_bytes_ < kQueuedBytesMax) {
        queued_bytes_ += lines.size();
        queue_.push_back({std::move(lines), std::move(done)});
        changed_.notify_all();
        return true;
      }
      lock.WaitFor(&changed_, kBlockedInterval);
    }
    if (!while_blocked()) {
      return false;
    }
  }
}

absl::Status LineWriter::health() const {
  MutexLock lock(&mutex_);
  return failure_.empty() ? absl::OkStatus() : absl::UnavailableError(failure_);
}

size_t LineWriter::pending() const {
  MutexLock lock(&mutex_);
  return queue_.size() + writing_;
}

void LineWriter::Flush(absl::Time deadline) {
  MutexLock lock(&mutex_);
  while (queue_.size() + writing_ > 0 && absl::Now() < deadline) {
    lock.WaitFor(&changed_, kBlockedInterval);
  }
}

void LineWriter::LookNow() {
  MutexLock lock(&mutex_);
  look_ = true;
  changed_.notify_all();
}

void LineWriter::SetFailure(const absl::Status& status) {
  MutexLock lock(&mutex_);
  failure_ = std::string(status.message());
}

void LineWriter::Tell(FileChange::Kind kind, int64_t lost_bytes,
                      std::string text) {
  if (observer_ != nullptr) {
    observer_({.kind = kind,
               .text = StrCat(path_, ": ", text),
               .lost_bytes =
                   static_cast<uint64_t>(std::max<int64_t>(0, lost_bytes))});
  }
}

absl::Status LineWriter::FollowPath() {
  const OwnedFile::Place place = file_->Look();
  if (place == OwnedFile::Place::kHere) {
    return absl::OkStatus();
  }
  if (place == OwnedFile::Place::kTruncated) {
    const int64_t size = file_->CurrentSize();
    if (size < safe_bytes_) {
      Tell(FileChange::Kind::kTruncated, safe_bytes_ - size,
           StrCat("somebody cut this file from ", safe_bytes_, " to ", size,
                  " bytes: lines that no copy has are lost; rotate it by "
                  "renaming (not copytruncate)"));
      safe_bytes_ = size;
    }
    return absl::OkStatus();
  }
  // Opened before the old one is left: where that fails the next try finds the
  // same.
  absl::StatusOr<std::unique_ptr<OwnedFile>> next = OwnedFile::Open(path_);
  if (!next.ok()) {
    return next.status();
  }
  if (place == OwnedFile::Place::kDeleted) {
    Tell(FileChange::Kind::kDeleted, safe_bytes_,
         StrCat("somebody deleted this file, and with it ", safe_bytes_,
                " bytes that were delivered to it; a new one is written"));
  } else {
    Tell(FileChange::Kind::kRenamed, 0,
         StrCat("was renamed after ", safe_bytes_,
                " bytes; a new file is written"));
  }
  file_ = *std::move(next);
  safe_bytes_ = file_->size();
  return absl::OkStatus();
}

absl::Status LineWriter::WriteDown(std::string_view lines) {
  for (int i = 0; i < kWriteTriesMax; ++i) {
    if (absl::Status status = FollowPath(); !status.ok()) {
      return status;
    }
    absl::Status status = file_->Append(lines);
    if (!status.ok() && !absl::IsAborted(status)) {
      return status;
    }
    const OwnedFile::Place place = file_->Look();
    if (status.ok() && (place == OwnedFile::Place::kHere ||
                        place == OwnedFile::Place::kRenamed)) {
      safe_bytes_ = file_->size();
      return absl::OkStatus();
    }
  }
  return absl::UnavailableError(
      StrCat(path_, ": is deleted or cut as soon as it is written"));
}

bool LineWriter::TakeEntries(std::vector<Entry>* entries) {
  while (true) {
    {
      MutexLock lock(&mutex_);
      const Deadline look_at = Deadline::After(kLookInterval);
      while (queue_.empty() && !stop_ && !look_ &&
             lock.WaitUntil(&changed_, look_at)) {
      }
      look_ = false;
      if (!queue_.empty()) {
        entries->swap(queue_);
        writing_ = entries->size();
        queued_bytes_ = 0;
        return true;
      }
      if (stop_) {
        return false;
      }
    }
    // Nothing is to be written: so that a reader finds the file, and a loss is
    // told when it happens.
    SetFailure(FollowPath());
  }
}

bool LineWriter::WriteUntilDurable(std::string_view lines) {
  absl::Duration back_off = kBackOffMin;
  bool refused = false;
  while (true) {
    const absl::Status status = WriteDown(lines);
    // Told once, when it begins and when it is over.
    if (!status.ok() && !std::exchange(refused, true)) {
      Tell(FileChange::Kind::kRefused, 0,
           StrCat(std::string(status.message()),
                  ": what is to be written waits, and is tried again"));
    } else if (status.ok() && refused) {
      Tell(FileChange::Kind::kTaken, 0,
           StrCat(path_, ": can be written again"));
    }
    MutexLock lock(&mutex_);
    failure_ = std::string(status.message());
    if (status.ok()) {
      return true;
    }
    if (stop_) {
      return false;
    }
    lock.WaitFor(&changed_, back_off);
    back_off = std::min(back_off * 2, kBackOffMax);
  }
}

void LineWriter::Serve() {
  if (!file_->is_locked() && !file_->is_stream()) {
    Tell(FileChange::Kind::kUnlocked, 0,
         "its file system has no locks: see to it that nobody else writes it");
  }
  std::vector<Entry> entries;
  std::string bytes;
  while (TakeEntries(&entries)) {
    bytes.clear();
    for (const Entry& entry : entries) {
      bytes += entry.lines;
    }
    if (!WriteUntilDurable(bytes)) {
      return;
    }
    for (const Entry& entry : entries) {
      entry.done();
    }
    entries.clear();
    MutexLock lock(&mutex_);
    writing_ = 0;
    changed_.notify_all();
  }
}

}  // namespace presshawk
