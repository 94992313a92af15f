// SPDX-License-Identifier: Apache-2.0
#include "matchers/cache/cache_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

constexpr size_t kNameBytes = 16;
constexpr std::string_view kSuffix = ".generation";
constexpr std::string_view kTemporarySuffix = ".generation.tmp";
// A temporary file that is older was left by a program that died.
constexpr auto kWritingMax = std::chrono::hours(1);

absl::Status SystemError(std::string_view path, std::string_view what,
                         int error) {
  return absl::UnavailableError(
      StrCat(path, ": ", what, ": ", std::strerror(error)));
}

// A rename is lasting once its directory is on the disk.
absl::Status SyncDirectory(const std::string& path) {
  const int directory = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) {
    return SystemError(path, "cannot open", errno);
  }
  const int result = fsync(directory);
  const int error = errno;
  close(directory);
  return result == 0 ? absl::OkStatus()
                     : SystemError(path, "cannot write", error);
}

}  // namespace

std::string CacheDirectory::PathOf(const CacheKey& key) const {
  return (fs::path(path_) / (HexPrefix(key, kNameBytes) + std::string(kSuffix)))
      .string();
}

absl::StatusOr<QuerySet::Opened> CacheDirectory::Find(
    const CacheKey& key, const FormTables* forms) const {
  const std::string path = PathOf(key);
  auto opened = QuerySet::Open(path, key, forms);
  if (opened.ok()) {
    // What is used stays. May fail, where the directory is read only.
    utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
  }
  return opened;
}

absl::Status CacheDirectory::Store(const CacheKey& key,
                                   const QuerySet& query_set,
                                   std::string_view notes) const {
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) {
    return absl::UnavailableError(
        StrCat(path_, ": cannot make the directory: ", error.message()));
  }
  static std::atomic<uint32_t> count = 0;
  const std::string path = PathOf(key);
  const std::string temporary =
      StrCat(path.substr(0, path.size() - kSuffix.size()), ".", getpid(), ".",
             count.fetch_add(1), kTemporarySuffix);
  // Of a program that died and had our number.
  unlink(temporary.c_str());
  absl::Status status = query_set.Save(temporary, key, notes);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = SystemError(path, "cannot rename", errno);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  RemoveOld();
  return SyncDirectory(path_);
}

void CacheDirectory::RemoveOld() const {
  std::error_code error;
  const fs::file_time_type now = fs::file_time_type::clock::now();
  std::vector<std::pair<fs::file_time_type, fs::path>> generations;
  for (fs::directory_iterator it(path_, error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code unseen;  // Another program may have removed it.
    const fs::file_time_type time = it->last_write_time(unseen);
    if (unseen) {
      continue;
    }
    if (name.ends_with(kTemporarySuffix)) {
      if (now - time > kWritingMax) {
        fs::remove(it->path(), unseen);
      }
    } else if (name.ends_with(kSuffix)) {
      generations.emplace_back(time, it->path());
    }
  }
  std::sort(generations.rbegin(), generations.rend());
  for (size_t i = kGenerationsMax; i < generations.size(); ++i) {
    fs::remove(generations[i].second, error);
  }
}

}  // namespace presshawk
