#include "ingest/file/file_checkpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/base/read_file.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kCheckpointBytesMax = 64UL << 10;
constexpr char kFormat[] = "{\"inode\":%" SCNu64 ",\"size\":%" SCNu64
                           ",\"offset\":%" SCNu64 ",\"lines\":%" SCNu64 "}";

absl::Status Failed(const std::string& path, std::string_view what) {
  return absl::UnavailableError(
      StrCat(path, ": ", what, ": ", std::strerror(errno)));
}

bool SyncPath(const char* path, int flags) {
  const int descriptor = open(path, flags | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  if (descriptor >= 0) {
    close(descriptor);
  }
  return synced;
}

}  // namespace

absl::StatusOr<std::optional<FileCheckpoint>> LoadFileCheckpoint(
    const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path, kCheckpointBytesMax);
  if (!text.ok()) {
    if (absl::IsNotFound(text.status())) {
      return std::nullopt;
    }
    return absl::Status(
        text.status().code(),
        StrCat("the checkpoint: ", std::string(text.status().message())));
  }
  FileCheckpoint checkpoint;
  if (std::sscanf(text->c_str(), kFormat, &checkpoint.inode, &checkpoint.size,
                  &checkpoint.offset, &checkpoint.lines) != 4) {
    return absl::DataLossError(
        StrCat(path,
               ": is no checkpoint; remove it to read the file from its "
               "begin"));
  }
  return checkpoint;
}

absl::Status StoreFileCheckpoint(const std::string& path,
                                 const FileCheckpoint& checkpoint) {
  const std::string next = path + ".tmp";
  {
    std::ofstream file(next, std::ios::trunc);
    file << "{\"inode\":" << checkpoint.inode << ",\"size\":" << checkpoint.size
         << ",\"offset\":" << checkpoint.offset
         << ",\"lines\":" << checkpoint.lines << "}\n";
    file.flush();
    if (!file) {
      return Failed(next, "cannot write the checkpoint");
    }
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (!SyncPath(next.c_str(), O_RDONLY) ||
      std::rename(next.c_str(), path.c_str()) != 0 ||
      !SyncPath(folder.empty() ? "." : folder.c_str(),
                O_RDONLY | O_DIRECTORY)) {
    return Failed(path, "cannot replace the checkpoint");
  }
  return absl::OkStatus();
}

}  // namespace presshawk
