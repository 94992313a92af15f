// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/owned_file.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/file.h>
#include <sys/stat.h>

#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/base/sync_folder.h"

namespace presshawk {
namespace {

// How often the path may name another file between opening and locking.
constexpr int kOpenTriesMax = 10;
// How long one Append() waits for the reader of a full pipe.
constexpr int kStreamWaitMillis = 500;

absl::Status ErrnoStatus(const std::string& path, std::string_view what) {
  return absl::UnavailableError(
      StrCat(path, ": ", what, ": ", std::strerror(errno)));
}

bool AreTheSame(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// Size of the whole lines of a file of `size` bytes; -1 where it cannot be
// read.
int64_t WholeLines(int descriptor, int64_t size) {
  std::array<char, 64 << 10> block;
  while (size > 0) {
    const int64_t begin =
        std::max<int64_t>(0, size - static_cast<int64_t>(block.size()));
    const ssize_t got = pread(descriptor, block.data(),
                              static_cast<size_t>(size - begin), begin);
    if (got <= 0) {
      return got == 0 ? begin : -1;
    }
    for (ssize_t i = got; i-- > 0;) {
      if (block[static_cast<size_t>(i)] == '\n') {
        return begin + i + 1;
      }
    }
    size = begin;
  }
  return 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OwnedFile>> OwnedFile::Open(
    const std::string& path) {
  absl::Status status;
  for (int i = 0; i < kOpenTriesMax; ++i) {
    // O_NONBLOCK: a pipe that nobody reads must not hold the writer for ever.
    const int descriptor = open(
        path.c_str(),
        O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0644);
    if (descriptor < 0) {
      return errno == ENXIO && NamesDescriptor(path)
                 ? absl::UnavailableError(
                       StrCat(path, ": it is closed, or a socket"))
                 : ErrnoStatus(path, "cannot open for writing");
    }
    std::unique_ptr<OwnedFile> file(new OwnedFile(path, descriptor));
    struct stat kind = {};
    if (fstat(descriptor, &kind) != 0) {
      return file->Failure("cannot look at it");
    }
    file->is_stream_ = S_ISCHR(kind.st_mode) || NamesDescriptor(path);
    if (file->is_stream_) {
      return file;
    }
    if (!S_ISREG(kind.st_mode)) {
      return absl::InvalidArgumentError(StrCat(
          path,
          ": not a regular file; name a file, or /dev/stdout for a pipe"));
    }
    status = file->Lock();
    if (status.ok()) {
      status = file->CutUnfinishedLine();
    }
    if (status.ok()) {
      if (file->size() == 0) {
        SyncFolderOf(path);
      }
      return file;
    }
    if (!absl::IsAborted(status)) {
      return status;
    }
  }
  return absl::UnavailableError(std::string(status.message()));
}

OwnedFile::~OwnedFile() { close(descriptor_); }

absl::Status OwnedFile::Failure(std::string_view what) const {
  return ErrnoStatus(path_, what);
}

absl::Status OwnedFile::Lock() {
  int result = 0;
  do {
    result = flock(descriptor_, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result != 0 && errno == EWOULDBLOCK) {
    return absl::FailedPreconditionError(
        StrCat(path_,
               ": somebody writes this file already: give each service a file "
               "of its own, or stop the other one (`fuser ",
               path_, "` names it)"));
  }
  is_locked_ = result == 0;
  if (Look() != Place::kHere) {
    return absl::AbortedError(
        StrCat(path_, ": is replaced as soon as it is opened"));
  }
  return absl::OkStatus();
}

absl::Status OwnedFile::CutUnfinishedLine() {
  const int64_t size = CurrentSize();
  size_ = WholeLines(descriptor_, size);
  if (size_ < 0 || (size_ < size && ftruncate(descriptor_, size_) != 0)) {
    return Failure("cannot cut the unfinished line");
  }
  return absl::OkStatus();
}

int64_t OwnedFile::CurrentSize() const {
  struct stat ours = {};
  return !is_stream_ && fstat(descriptor_, &ours) == 0 ? ours.st_size : 0;
}

OwnedFile::Place OwnedFile::Look() const {
  struct stat ours = {};
  struct stat named = {};
  if (is_stream_) {
    return Place::kHere;
  }
  if (fstat(descriptor_, &ours) != 0) {
    // ESTALE: deleted at the server of a network file system. What else is
    // wrong with it Append() finds out.
    return errno == ESTALE ? Place::kDeleted : Place::kHere;
  }
  if (stat(path_.c_str(), &named) == 0 && AreTheSame(ours, named)) {
    return ours.st_size < size_ ? Place::kTruncated : Place::kHere;
  }
  return ours.st_nlink == 0 ? Place::kDeleted : Place::kRenamed;
}

// Somebody without our lock may have written to the file: his last line must
// not become the begin of ours.
absl::Status OwnedFile::EndForeignLine() {
  const int64_t size = CurrentSize();
  char last = '\n';
  if (size == size_ || size == 0) {
    return absl::OkStatus();
  }
  if (pread(descriptor_, &last, 1, size - 1) == 1 && last != '\n' &&
      write(descriptor_, "\n", 1) != 1) {
    return Failure("cannot write");
  }
  return absl::OkStatus();
}

absl::Status OwnedFile::Append(std::string_view lines) {
  if (is_stream_) {
    return AppendToStream(lines);
  }
  if (absl::Status status = EndForeignLine(); !status.ok()) {
    return status;
  }
  size_t written = 0;
  while (written < lines.size()) {
    const ssize_t got =
        write(descriptor_, lines.data() + written, lines.size() - written);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      const absl::Status failed = Failure("cannot write");
      TakeBack(written);
      return failed;
    }
    written += static_cast<size_t>(got);
  }
  // EINVAL: what cannot be synced need not be. After any other failure the
  // kernel forgets that the bytes are not on the disk: they are written anew.
  if (fdatasync(descriptor_) != 0 && errno != EINVAL) {
    const absl::Status failed = Failure("cannot sync");
    TakeBack(written);
    return failed;
  }
  const int64_t end = lseek(descriptor_, 0, SEEK_CUR);
  const int64_t size = CurrentSize();
  size_ = size;
  return size < end ? absl::AbortedError(
                          StrCat(path_, ": was cut while it was written"))
                    : absl::OkStatus();
}

// No half line for readers. Only where nobody else wrote behind it.
void OwnedFile::TakeBack(size_t bytes) {
  const int64_t end = lseek(descriptor_, 0, SEEK_CUR);
  if (bytes > 0 && CurrentSize() == end &&
      ftruncate(descriptor_, end - static_cast<int64_t>(bytes)) != 0) {
    return;  // EndForeignLine() ends it.
  }
}

absl::Status OwnedFile::AppendToStream(std::string_view lines) {
  while (streamed_ < lines.size()) {
    const ssize_t got =
        write(descriptor_, lines.data() + streamed_, lines.size() - streamed_);
    if (got >= 0) {
      streamed_ += static_cast<size_t>(got);
    } else if (errno == EAGAIN) {
      pollfd room = {.fd = descriptor_, .events = POLLOUT, .revents = 0};
      if (poll(&room, 1, kStreamWaitMillis) == 0) {
        return absl::UnavailableError(
            StrCat(path_, ": its reader takes nothing"));
      }
    } else if (errno != EINTR) {
      return Failure("cannot write");
    }
  }
  streamed_ = 0;
  // A pipe and a terminal have nothing to sync, and say EINVAL.
  return fdatasync(descriptor_) == 0 || errno == EINVAL
             ? absl::OkStatus()
             : Failure("cannot sync");
}

}  // namespace presshawk
