// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/related_files.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include <sys/stat.h>

#include "core/base/str_cat.h"
#include "ingest/file/byte_stream.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

constexpr int kTries = 3;

struct Place {
  std::string folder;
  std::string base;
};

Place PlaceOf(const std::string& path) {
  std::error_code error;
  fs::path real = fs::canonical(path, error);
  if (error) {
    real = fs::path(path);
  }
  const std::string folder = real.parent_path().string();
  return {folder.empty() ? "." : folder, real.filename().string()};
}

struct Entry {
  std::string name;
  uint64_t inode = 0;
  std::optional<RotatedName> rotated;
  bool operator==(const Entry& other) const {
    return name == other.name && inode == other.inode;
  }
};

// Regular files that concern `place`, as they lie there now. Empty where the
// folder cannot be listed.
std::vector<Entry> List(const Place& place, const std::set<uint64_t>& inodes) {
  std::vector<Entry> others;
  std::vector<Entry> rotated;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(
      opendir(place.folder.c_str()), closedir);
  if (folder == nullptr) {
    return {};
  }
  while (const dirent* const found = readdir(folder.get())) {
    struct stat status = {};
    if (fstatat(dirfd(folder.get()), found->d_name, &status,
                AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode)) {
      continue;
    }
    Entry entry = {found->d_name, status.st_ino, std::nullopt};
    if (entry.name == place.base) {
      others.push_back(std::move(entry));
      continue;
    }
    entry.rotated = RotatedName::Parse(entry.name, place.base);
    if (entry.rotated.has_value()) {
      rotated.push_back(std::move(entry));
    } else if (inodes.contains(entry.inode) ||
               IsRelated(entry.name, place.base)) {
      others.push_back(std::move(entry));
    }
  }
  std::sort(rotated.begin(), rotated.end(), [](const Entry& a, const Entry& b) {
    return IsOlder(*a.rotated, *b.rotated) ||
           (!IsOlder(*b.rotated, *a.rotated) && a.name < b.name);
  });
  // One that is looked for first.
  std::sort(others.begin(), others.end(),
            [&inodes](const Entry& a, const Entry& b) {
              return std::pair(!inodes.contains(a.inode), a.name) <
                     std::pair(!inodes.contains(b.inode), b.name);
            });
  others.resize(std::min(others.size(), kRelatedFilesMax));
  const size_t skipped =
      rotated.size() - std::min(rotated.size(), kRelatedFilesMax);
  others.insert(others.end(),
                std::make_move_iterator(rotated.begin() +
                                        static_cast<ptrdiff_t>(skipped)),
                std::make_move_iterator(rotated.end()));
  return others;
}

std::set<std::pair<uint64_t, uint64_t>> IdentitiesOf(
    const std::vector<std::string>& paths) {
  std::set<std::pair<uint64_t, uint64_t>> identities;
  for (const std::string& path : paths) {
    struct stat status = {};
    if (stat(path.c_str(), &status) == 0) {
      identities.emplace(status.st_dev, status.st_ino);
    }
  }
  return identities;
}

// False: something was renamed meanwhile.
absl::StatusOr<bool> OpenAll(const std::string& path, const Place& place,
                             const std::vector<Entry>& entries,
                             const std::vector<std::string>& others,
                             std::vector<RelatedFile>* files) {
  absl::StatusOr<FoundFile> at_path = OpenRegularFile(path, true);
  if (!at_path.ok() && !absl::IsNotFound(at_path.status())) {
    return at_path.status();
  }
  const auto foreign = IdentitiesOf(others);
  for (const Entry& entry : entries) {
    if (entry.name == place.base) {
      if (!at_path.ok()) {
        return false;
      }
      continue;
    }
    absl::StatusOr<FoundFile> found =
        OpenRegularFile(StrCat(place.folder, "/", entry.name), false);
    if (!found.ok()) {
      if (absl::IsNotFound(found.status())) {
        return false;
      }
      continue;
    }
    if (found->inode != entry.inode) {
      return false;
    }
    RelatedFile& file = files->emplace_back();
    static_cast<FoundFile&>(file) = *std::move(found);
    if (!foreign.contains({file.device, file.inode})) {
      file.rotated = entry.rotated;
    }
  }
  if (at_path.ok()) {
    RelatedFile& file = files->emplace_back();
    static_cast<FoundFile&>(file) = *std::move(at_path);
    file.at_path = true;
  }
  return true;
}

}  // namespace

absl::StatusOr<FoundFile> OpenRegularFile(const std::string& path,
                                          bool follow_links) {
  const auto failed = [&path](std::string_view what) {
    const std::string text =
        StrCat(path, ": ", what, ": ", std::strerror(errno));
    return errno == ENOENT || errno == ENOTDIR ? absl::NotFoundError(text)
                                               : absl::UnavailableError(text);
  };
  FoundFile file;
  // What is no regular file is not opened: a FIFO or a device may react.
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    return failed("cannot open");
  }
  if (S_ISREG(status.st_mode)) {
    file.descriptor =
        Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK |
                                          (follow_links ? 0 : O_NOFOLLOW)));
    if (!file.descriptor.is_open() ||
        fstat(file.descriptor.get(), &status) != 0) {
      return failed("cannot open");
    }
  }
  if (!S_ISREG(status.st_mode)) {
    const std::string_view what = S_ISDIR(status.st_mode)    ? "a folder"
                                  : S_ISFIFO(status.st_mode) ? "a FIFO"
                                  : S_ISSOCK(status.st_mode) ? "a socket"
                                                             : "a device";
    return absl::FailedPreconditionError(
        StrCat(path, ": is ", what, "; a source file is a regular file"));
  }
  file.path = path;
  file.device = status.st_dev;
  file.inode = status.st_ino;
  file.size = static_cast<uint64_t>(status.st_size);
  file.packed = ByteStream::IsPacked(path);
  return file;
}

absl::StatusOr<std::optional<std::vector<RelatedFile>>> FindRelatedFiles(
    const std::string& path, const std::vector<std::string>& others,
    const std::set<uint64_t>& inodes) {
  const Place place = PlaceOf(path);
  for (int i = 0; i < kTries; ++i) {
    std::vector<RelatedFile> files;
    const std::vector<Entry> entries = List(place, inodes);
    const absl::StatusOr<bool> opened =
        OpenAll(path, place, entries, others, &files);
    if (!opened.ok()) {
      return opened.status();
    }
    if (*opened && List(place, inodes) == entries) {
      return files;
    }
  }
  return std::nullopt;
}

}  // namespace presshawk
