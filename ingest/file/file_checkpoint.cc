// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/file_checkpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/read_file.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kCheckpointBytesMax = 1UL << 20;
// {"inode":…,"size":…,"offset":…,"lines":…} alone: of before there were marks.
constexpr char kOldFormat[] = "{\"inode\":%" SCNu64 ",\"size\":%" SCNu64
                              ",\"offset\":%" SCNu64 ",\"lines\":%" SCNu64 "}";
constexpr char kFormat[] =
    "{\"device\":%" SCNu64 ",\"inode\":%" SCNu64 ",\"packed_size\":%" SCNu64
    ",\"size\":%" SCNu64 ",\"offset\":%" SCNu64 ",\"lines\":%" SCNu64
    ",\"state\":\"%15[a-z]\",%n";
constexpr char kMarkFormat[] = "[%" SCNu64 ",%" SCNu64 ",\"%16" SCNx64 "\"]%n";
// The path was awaited, and has named no file yet.
constexpr std::string_view kNoFile = "{\"files\":0}\n";
constexpr std::string_view kMarksKey = "\"marks\":[";

constexpr std::array<std::string_view, 4> kStates = {"reading", "done",
                                                     "skipped", "lost"};

// `[…],[…]]}`
bool ParseMarks(std::string text, std::vector<ContentMark>* marks) {
  const char* at = text.c_str();
  while (*at == '[') {
    ContentMark mark;
    int size = 0;
    if (std::sscanf(at, kMarkFormat, &mark.end, &mark.size, &mark.hash,
                    &size) != 3 ||
        size == 0 || mark.size > mark.end || mark.size == 0 ||
        mark.size > SourceIdentity::kMarkBytes ||
        (!marks->empty() && marks->back().end >= mark.end)) {
      return false;
    }
    marks->push_back(mark);
    at += size;
    at += *at == ',' ? 1 : 0;
  }
  return std::string_view(at) == "]}";
}

std::optional<FileProgress> ParseProgress(const std::string& line) {
  FileProgress file;
  char state[16] = {};
  int size = 0;
  if (std::sscanf(line.c_str(), kFormat, &file.identity.device,
                  &file.identity.inode, &file.packed_size, &file.size,
                  &file.offset, &file.lines, state, &size) != 7 ||
      size == 0) {
    return std::nullopt;
  }
  const auto* const named =
      std::find(kStates.begin(), kStates.end(), std::string_view(state));
  const std::string_view rest =
      std::string_view(line).substr(static_cast<size_t>(size));
  if (named == kStates.end() || !rest.starts_with(kMarksKey) ||
      !ParseMarks(std::string(rest.substr(kMarksKey.size())),
                  &file.identity.marks)) {
    return std::nullopt;
  }
  file.state = static_cast<FileProgress::State>(named - kStates.begin());
  return file;
}

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
  const absl::Status damaged = absl::DataLossError(StrCat(
      path, ": is no checkpoint; remove it to read the file from its begin"));
  FileCheckpoint checkpoint;
  FileProgress old;
  if (std::sscanf(text->c_str(), kOldFormat, &old.identity.inode, &old.size,
                  &old.offset, &old.lines) == 4) {
    checkpoint.files.push_back(std::move(old));
    checkpoint.without_marks = true;
    return checkpoint;
  }
  if (*text == kNoFile) {
    return checkpoint;
  }
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::optional<FileProgress> file = ParseProgress(line);
    if (!file.has_value()) {
      return damaged;
    }
    checkpoint.files.push_back(*std::move(file));
  }
  if (checkpoint.files.empty()) {
    return damaged;
  }
  return checkpoint;
}

std::string CheckpointText(const FileCheckpoint& checkpoint) {
  std::string text;
  for (const FileProgress& file : checkpoint.files) {
    StrAppend(&text, "{\"device\":", file.identity.device,
              ",\"inode\":", file.identity.inode,
              ",\"packed_size\":", file.packed_size, ",\"size\":", file.size,
              ",\"offset\":", file.offset, ",\"lines\":", file.lines,
              ",\"state\":\"", kStates[static_cast<size_t>(file.state)], "\",",
              kMarksKey);
    const char* separator = "";
    for (const ContentMark& mark : file.identity.marks) {
      std::array<char, 17> hash;
      std::snprintf(hash.data(), hash.size(), "%016" PRIx64, mark.hash);
      StrAppend(&text, separator, "[", mark.end, ",", mark.size, ",\"",
                hash.data(), "\"]");
      separator = ",";
    }
    text += "]}\n";
  }
  return text.empty() ? std::string(kNoFile) : text;
}

absl::Status StoreFileCheckpoint(const std::string& path,
                                 const std::string& text) {
  const std::string next = path + ".tmp";
  {
    std::ofstream file(next, std::ios::trunc);
    file << text;
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
