// SPDX-License-Identifier: Apache-2.0
// A file of lines that one process writes: locked, appended to, and looked
// after where others rename, delete or cut it.
//
//   Open: lock ─► cut an unfinished last line ─► Append … ─► Look: still there?
//
// LOCK. flock(2), for as long as the object lives; a second writer, also one of
// this process, is refused. Where the file system has no locks, is_locked() is
// false and nothing keeps a second writer away.
// STREAMS. Devices (/dev/null) and what the shell names (/dev/stdout,
// /dev/fd/N) are written to as they are: no lock, and always in their place.
// THREAD SAFETY. None.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace presshawk {

class OwnedFile {
 public:
  // Opens or makes the file. FailedPrecondition where another process writes
  // it; `PATH: what is wrong: what to do`.
  static absl::StatusOr<std::unique_ptr<OwnedFile>> Open(
      const std::string& path);
  ~OwnedFile();
  OwnedFile(const OwnedFile&) = delete;
  OwnedFile& operator=(const OwnedFile&) = delete;

  bool is_locked() const { return is_locked_; }
  bool is_stream() const { return is_stream_; }

  enum class Place : uint8_t {
    kHere,       // The path names this file.
    kRenamed,    // It has another name; the path names another file, or none.
    kDeleted,    // It has no name any more: it goes with this object.
    kTruncated,  // Here, but shorter than what Append() wrote.
  };
  Place Look() const;
  // Appends `lines` and syncs them. After an error nothing of them is in the
  // file, or as little as others who write to it leave room for; call it again
  // with the same lines. Aborted where somebody cut the file meanwhile.
  absl::Status Append(std::string_view lines);
  // Bytes of the file after the last Append(); 0 of streams.
  int64_t size() const { return size_; }
  // Bytes of the file now.
  int64_t CurrentSize() const;

 private:
  OwnedFile(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}

  // Fails with Aborted where the path names another file meanwhile.
  absl::Status Lock();
  absl::Status CutUnfinishedLine();
  absl::Status EndForeignLine();
  absl::Status AppendToStream(std::string_view lines);
  void TakeBack(size_t bytes);
  absl::Status Failure(std::string_view what) const;

  const std::string path_;
  const int descriptor_;
  bool is_stream_ = false;
  bool is_locked_ = false;
  int64_t size_ = 0;
  size_t streamed_ = 0;  // Of the lines that a stream took only a part of.
};

}  // namespace presshawk
