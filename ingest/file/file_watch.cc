// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/file_watch.h"

#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <sys/inotify.h>
#include <sys/stat.h>

#include "absl/hash/hash.h"
#include "core/base/glob.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

// Not IN_MODIFY: who writes is not done until he closes.
constexpr uint32_t kDone =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_Q_OVERFLOW;
constexpr uint32_t kWatched =
    kDone | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

std::vector<std::string> Glob(const std::string& pattern) {
  return FindPaths(pattern).value_or(std::vector<std::string>());
}

std::string ParentOf(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? "." : parent.string();
}

bool IsListFile(const fs::path& name) {
  const std::string extension = name.extension().string();
  return !name.filename().string().starts_with('.') &&
         (extension == ".yaml" || extension == ".yml" ||
          extension == ".ndjson");
}

bool IsFolder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

// The files of a pattern now, in no order.
std::vector<std::string> FilesOf(const std::string& pattern) {
  std::vector<std::string> files;
  for (const std::string& path : HasWildcard(pattern)
                                     ? Glob(pattern)
                                     : std::vector<std::string>{pattern}) {
    if (!IsFolder(path)) {
      files.push_back(path);
      continue;
    }
    std::error_code error;
    for (fs::directory_iterator it(path, error), end; !error && it != end;
         it.increment(error)) {
      if (IsListFile(it->path())) {
        files.push_back(it->path().string());
      }
    }
  }
  return files;
}

}  // namespace

FileWatch::FileWatch(std::vector<std::string> patterns)
    : patterns_(std::move(patterns)) {
  fd_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  AddWatches();
  signature_ = Signature();
}

FileWatch::~FileWatch() {
  if (fd_ >= 0) {
    close(fd_);
  }
}

void FileWatch::AddWatches() {
  for (const std::string& pattern : patterns_) {
    std::string folder = ParentOf(pattern);
    Watch(folder);
    // A wildcard in a folder's name: those that are there, and where new ones
    // appear.
    while (HasWildcard(folder)) {
      for (const std::string& found : Glob(folder)) {
        Watch(found);
      }
      folder = ParentOf(folder);
    }
    Watch(folder);
    for (const std::string& path : HasWildcard(pattern)
                                       ? Glob(pattern)
                                       : std::vector<std::string>{pattern}) {
      if (IsFolder(path)) {
        Watch(path);
      }
      std::error_code error;
      if (fs::is_symlink(path, error)) {
        const fs::path target = fs::canonical(path, error);
        if (!error) {
          Watch(ParentOf(target));
        }
      }
    }
  }
}

void FileWatch::Watch(std::string folder) {
  if (fd_ < 0 || HasWildcard(folder)) {
    return;
  }
  // What does not exist appears in the folder above.
  while (inotify_add_watch(fd_, folder.c_str(), kWatched) < 0) {
    std::string above = ParentOf(folder);
    if (above == folder) {
      return;
    }
    folder = std::move(above);
  }
}

bool FileWatch::IsWatched(std::string_view name) const {
  const std::string text(name);
  return std::any_of(
      patterns_.begin(), patterns_.end(), [&](const std::string& pattern) {
        const std::string last = fs::path(pattern).filename().string();
        return fnmatch(last.c_str(), text.c_str(), FNM_PERIOD) == 0 ||
               (IsListFile(text) && IsFolder(pattern));
      });
}

FileWatch::News FileWatch::Poll() {
  News news = News::kNone;
  alignas(inotify_event) char buffer[16 << 10];
  while (fd_ >= 0) {
    const ssize_t size = read(fd_, buffer, sizeof(buffer));
    if (size <= 0) {
      break;
    }
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      const bool ours = (event->mask & IN_Q_OVERFLOW) != 0 ||
                        (event->len > 0 && IsWatched(event->name));
      news = std::max(news, ours && (event->mask & kDone) != 0 ? News::kChanged
                                                               : News::kMaybe);
    }
  }
  if (news != News::kNone) {
    AddWatches();
  }
  if (news == News::kChanged) {
    signature_ = Signature();
  }
  return news;
}

bool FileWatch::Rescan() {
  AddWatches();
  const uint64_t before = std::exchange(signature_, Signature());
  return signature_ != before;
}

uint64_t FileWatch::Signature() const {
  uint64_t signature = 0;
  for (const std::string& pattern : patterns_) {
    for (const std::string& path : FilesOf(pattern)) {
      struct stat file = {};
      if (stat(path.c_str(), &file) != 0) {
        continue;
      }
      // A sum: the order in which folders list them does not count.
      signature += absl::HashOf(path, file.st_dev, file.st_ino, file.st_size,
                                file.st_mtim.tv_sec, file.st_mtim.tv_nsec,
                                file.st_ctim.tv_sec, file.st_ctim.tv_nsec);
    }
  }
  return signature;
}

}  // namespace presshawk
