// SPDX-License-Identifier: Apache-2.0
#include "core/base/file_identity.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <sys/stat.h>

namespace presshawk {
namespace {

namespace fs = std::filesystem;

// As many as the kernel follows.
constexpr int kLinksMax = 40;

// Where a link to nothing leads: that is where a file would be made.
fs::path FollowLinks(fs::path path) {
  for (int i = 0; i < kLinksMax; ++i) {
    std::error_code error;
    const fs::path target = fs::read_symlink(path, error);
    if (error) {
      break;
    }
    path = path.parent_path() / target;  // `target` alone where absolute.
  }
  return path;
}

}  // namespace

std::optional<FileIdentity> IdentifyFile(const std::string& path) {
  struct stat status = {};
  if (path.empty()) {
    return std::nullopt;
  }
  if (stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
      return std::nullopt;
    }
    return FileIdentity{
        .device = status.st_dev, .inode = status.st_ino, .name = {}};
  }
  const fs::path target = FollowLinks(path);
  const fs::path folder = target.parent_path();
  if (stat(folder.empty() ? "." : folder.c_str(), &status) != 0) {
    return std::nullopt;
  }
  return FileIdentity{.device = status.st_dev,
                      .inode = status.st_ino,
                      .name = target.filename().string()};
}

void FileUses::Add(std::string_view what, const std::string& path) {
  if (std::optional<FileIdentity> identity = IdentifyFile(path)) {
    identities_.push_back(*std::move(identity));
    uses_.push_back({.what = std::string(what), .path = path});
  }
}

const FileUses::Use* FileUses::Find(const std::string& path) const {
  const std::optional<FileIdentity> identity = IdentifyFile(path);
  if (!identity.has_value()) {
    return nullptr;
  }
  const auto found =
      std::find(identities_.begin(), identities_.end(), *identity);
  return found != identities_.end()
             ? &uses_[static_cast<size_t>(found - identities_.begin())]
             : nullptr;
}

}  // namespace presshawk
