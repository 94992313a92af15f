// SPDX-License-Identifier: Apache-2.0
#include "core/base/sync_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace presshawk {

void SyncFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = open(folder.empty() ? "." : folder.c_str(),
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    fsync(descriptor);
    close(descriptor);
  }
}

}  // namespace presshawk
