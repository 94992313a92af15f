// SPDX-License-Identifier: Apache-2.0
#include "core/base/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/stat.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kBlockBytes = 256UL << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A descriptor that is closed on every way out.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) {
      close(value_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  const int value_;
};

// Only these may be pipes; to read from our own output would wait for ever.
bool IsInputDescriptor(std::string_view path) {
  return NamesDescriptor(path) && path != "/dev/stdout" &&
         path != "/dev/stderr";
}

// The system could not read it: NotFound or Unavailable. All other codes are
// those of files that may not be read.
absl::Status Failure(int error) {
  return error == ENOENT || error == ENOTDIR
             ? absl::NotFoundError(strerror(error))
             : absl::UnavailableError(strerror(error));
}

absl::Status TooLarge(size_t bytes_max) {
  return absl::ResourceExhaustedError(
      StrCat("larger than ", std::to_string(bytes_max >> 20),
             " MiB, the limit for such a file; is it the right one?"));
}

absl::Status CheckKind(const std::string& path, const struct stat& status,
                       size_t bytes_max) {
  if (S_ISREG(status.st_mode)) {
    return static_cast<uint64_t>(status.st_size) > bytes_max
               ? TooLarge(bytes_max)
               : absl::OkStatus();
  }
  if (S_ISDIR(status.st_mode)) {
    return Failure(EISDIR);
  }
  if ((S_ISFIFO(status.st_mode) && IsInputDescriptor(path)) ||
      path == "/dev/null") {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      "not a regular file; name a file, or `<(command)`");
}

}  // namespace

bool NamesDescriptor(std::string_view path) {
  return path == "/dev/stdin" || path == "/dev/stdout" ||
         path == "/dev/stderr" || path.starts_with("/dev/fd/") ||
         path.starts_with("/proc/self/fd/");
}

absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     size_t bytes_max) {
  absl::StatusOr<std::string> content = ReadFileContent(path, bytes_max);
  if (content.ok()) {
    return content;
  }
  return absl::Status(content.status().code(),
                      StrCat(path, ": ", ReadFileProblem(content.status())));
}

std::string ReadFileProblem(const absl::Status& status) {
  const bool is_failure =
      absl::IsNotFound(status) || absl::IsUnavailable(status);
  return StrCat(is_failure ? "cannot read: " : "",
                std::string(status.message()));
}

absl::StatusOr<std::string> ReadFileContent(const std::string& path,
                                            size_t bytes_max) {
  // O_NONBLOCK: opening a FIFO would wait for its writer.
  const int flags =
      O_RDONLY | O_CLOEXEC | (IsInputDescriptor(path) ? 0 : O_NONBLOCK);
  const Descriptor file(open(path.c_str(), flags));
  struct stat status = {};
  if (file.value() < 0 || fstat(file.value(), &status) != 0) {
    return Failure(errno);
  }
  if (absl::Status kind = CheckKind(path, status, bytes_max); !kind.ok()) {
    return kind;
  }
  std::string content;
  content.resize(
      std::min<size_t>(static_cast<size_t>(status.st_size) + 1, bytes_max + 1));
  size_t size = 0;
  while (true) {
    if (size == content.size()) {
      if (size > bytes_max) {
        return TooLarge(bytes_max);
      }
      content.resize(std::min(size * 2 + kBlockBytes, bytes_max + 1));
    }
    const ssize_t got =
        read(file.value(), content.data() + size, content.size() - size);
    if (got == 0) {
      break;
    }
    if (got > 0) {
      size += static_cast<size_t>(got);
    } else if (errno != EINTR) {
      return Failure(errno);
    }
  }
  content.resize(size);
  if (content.starts_with(kByteOrderMark)) {
    content.erase(0, kByteOrderMark.size());
  }
  return content;
}

}  // namespace presshawk
