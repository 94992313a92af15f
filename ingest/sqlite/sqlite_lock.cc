// SPDX-License-Identifier: Apache-2.0
#include "ingest/sqlite/sqlite_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sys/file.h>

#include "absl/strings/str_split.h"
#include "core/base/str_cat.h"
#include "core/base/sync_folder.h"

namespace presshawk {
namespace {

absl::Status FileError(const std::string& file, int error) {
  return absl::UnavailableError(
      StrCat("ledger: ", file, ": ", std::strerror(error),
             ": check that its folder exists, has room, and that the user of "
             "presshawk may write there"));
}

std::string ReadAll(int descriptor) {
  std::array<char, 4096> bytes;
  const ssize_t read = pread(descriptor, bytes.data(), bytes.size(), 0);
  return read <= 0 ? "" : std::string(bytes.data(), static_cast<size_t>(read));
}

// Writes and syncs all of `text`; 0, or what errno was.
int WriteAll(int descriptor, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t written =
        write(descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno != EINTR) {
      return errno;
    }
    done += written < 0 ? 0 : static_cast<size_t>(written);
  }
  return fsync(descriptor) == 0 ? 0 : errno;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteLock>> SqliteLock::Take(
    const std::string& path, const std::string& holder) {
  const std::string file = path + ".lock";
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) {
    return FileError(file, errno);
  }
  std::unique_ptr<SqliteLock> lock(new SqliteLock(descriptor));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return FileError(file, errno);
    }
    return absl::AlreadyExistsError(StrCat(
        "ledger sqlite:", path, ": ", ReadAll(descriptor), " has the lease"));
  }
  if (ftruncate(descriptor, 0) != 0 ||
      pwrite(descriptor, holder.data(), holder.size(), 0) < 0) {
    // The name is for a message only: on a full disk the lock holds without.
  }
  return lock;
}

SqliteLock::~SqliteLock() { close(descriptor_); }

std::vector<std::string> ReadTokens(const std::string& path) {
  const int descriptor = open((path + ".epoch").c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return {};
  }
  const std::string text = ReadAll(descriptor);
  close(descriptor);
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

absl::Status WriteTokens(const std::string& path,
                         const std::vector<std::string>& tokens) {
  const std::string file = path + ".epoch";
  const std::string fresh = file + ".new";
  const int descriptor =
      open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (descriptor < 0) {
    return FileError(fresh, errno);
  }
  std::string text;
  for (const std::string& token : tokens) {
    StrAppend(&text, token, '\n');
  }
  const int error = WriteAll(descriptor, text);
  close(descriptor);
  if (error != 0) {
    return FileError(fresh, error);
  }
  if (std::rename(fresh.c_str(), file.c_str()) != 0) {
    return FileError(file, errno);
  }
  SyncFolderOf(file);
  return absl::OkStatus();
}

}  // namespace presshawk
