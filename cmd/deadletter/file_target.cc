// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "cmd/deadletter/replay_target.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "ingest/file/line_reader.h"

namespace presshawk {
namespace {

// A line of the ledger is short.
constexpr size_t kLedgerLineBytesMax = 1UL << 16;

std::string LedgerOf(const std::string& file) {
  return file + ".presshawk-replays";
}

bool IsCompressed(std::string_view file) {
  return file.ends_with(".gz") || file.ends_with(".zst");
}

// A file that lines are added to, durably. Others may add to it too.
class AppendedFile {
 public:
  // `ours`: nobody else writes it, so an unfinished last line is of a process
  // that was killed, and is ended.
  static absl::StatusOr<std::unique_ptr<AppendedFile>> Open(
      const std::string& path, bool ours) {
    const int descriptor =
        open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) {
      return Failure(path, "cannot open it");
    }
    std::unique_ptr<AppendedFile> file(new AppendedFile(path, descriptor));
    const off_t end = lseek(descriptor, 0, SEEK_END);
    char last = '\n';
    if (end > 0 && pread(descriptor, &last, 1, end - 1) != 1) {
      return Failure(path, "cannot read its end");
    }
    if (last != '\n' && ours) {
      if (absl::Status status = file->Append(""); !status.ok()) {
        return status;
      }
    } else if (last != '\n') {
      return absl::FailedPreconditionError(
          StrCat(path,
                 ": its last line has no line feed: somebody is writing "
                 "it, or add one (echo >> FILE)"));
    }
    return file;
  }
  ~AppendedFile() { close(descriptor_); }
  AppendedFile(const AppendedFile&) = delete;
  AppendedFile& operator=(const AppendedFile&) = delete;

  absl::Status Append(std::string_view line) {
    const std::string bytes = StrCat(line, "\n");
    const off_t before = lseek(descriptor_, 0, SEEK_END);
    // One call, so that no other writer comes between.
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written != static_cast<ssize_t>(bytes.size())) {
      const bool is_last =
          written > 0 && lseek(descriptor_, 0, SEEK_END) == before + written;
      if (written > 0 && (!is_last || ftruncate(descriptor_, before) != 0)) {
        return Failure(path_, "a half-written line could not be taken back");
      }
      return Failure(path_, "cannot write to it");
    }
    return fdatasync(descriptor_) == 0 ? absl::OkStatus()
                                       : Failure(path_, "cannot sync it");
  }

 private:
  AppendedFile(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  static absl::Status Failure(const std::string& path, std::string_view what) {
    const int error = errno;
    return absl::UnavailableError(
        StrCat(path, ": ", what, ": ",
               std::string_view(std::strerror(error))));  // NOLINT
  }

  const std::string path_;
  const int descriptor_;
};

class FileTarget : public ReplayTarget {
 public:
  explicit FileTarget(std::vector<std::string> files)
      : files_(std::move(files)) {}

  std::string DestinationOf(const DeadLetter& letter) const override {
    const auto found =
        std::find(files_.begin(), files_.end(), letter.Header("file"));
    return found == files_.end() ? files_.front() : *found;
  }
  std::string Refusal(const DeadLetter& letter) const override {
    if (IsCompressed(DestinationOf(letter))) {
      return StrCat(DestinationOf(letter),
                    " is compressed and cannot be added to: give --to-file");
    }
    return letter.value.find('\n') == std::string::npos
               ? ""
               : "its value has line feeds, which a line of a file cannot hold";
  }

  absl::Status FindReplayed(absl::Time, Replayed* replayed) override {
    for (const std::string& file : files_) {
      const std::string ledger = LedgerOf(file);
      if (access(ledger.c_str(), F_OK) != 0) {
        continue;
      }
      auto stream = ByteStream::Open(ledger);
      if (!stream.ok()) {
        return stream.status();
      }
      LineReader reader(*std::move(stream), kLedgerLineBytesMax);
      LineBatch batch;
      while (true) {
        const absl::StatusOr<bool> more = reader.ReadBatch(&batch);
        if (!more.ok()) {
          return more.status();
        }
        if (!*more) {
          break;
        }
        for (const Line& line : batch.lines) {
          AddEntry(line.text, replayed);
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status Open() override { return absl::OkStatus(); }

  absl::Status Send(const DeadLetter& letter,
                    const ReplayHistory& headers) override {
    const std::string path = DestinationOf(letter);
    failed_ = letter.place;
    const std::string ledger = LedgerOf(path);
    for (const std::string& name : {path, ledger}) {
      if (open_.contains(name)) {
        continue;
      }
      auto file = AppendedFile::Open(name, name == ledger);
      if (!file.ok()) {
        return file.status();
      }
      open_[name] = *std::move(file);
    }
    if (absl::Status status = open_[path]->Append(letter.value); !status.ok()) {
      return status;
    }
    std::string entry =
        StrCat("{\"value-sha256\":\"", DigestOfValue(letter.value), "\"");
    for (const auto& [name, value] : headers) {
      StrAppend(&entry, ",\"", name, "\":");
      AppendJsonString(value, &entry);
    }
    if (absl::Status status = open_[ledger]->Append(entry + "}");
        !status.ok()) {
      return status;
    }
    failed_.clear();
    ++acknowledged_;
    return absl::OkStatus();
  }

  absl::Status Finish() override { return absl::OkStatus(); }
  uint64_t acknowledged() const override { return acknowledged_; }
  std::vector<std::string> Unacknowledged() const override {
    return failed_.empty() ? std::vector<std::string>()
                           : std::vector<std::string>{failed_};
  }

 private:
  static void AddEntry(std::string_view line, Replayed* replayed) {
    const auto entry = nlohmann::json::parse(line, nullptr,
                                             /*allow_exceptions=*/false);
    if (!entry.is_object()) {
      return;  // Its writer was killed in the middle.
    }
    if (const auto of = entry.find(kReplayOfHeader);
        of != entry.end() && of->is_string()) {
      replayed->ids.insert(of->get<std::string>());
    }
    if (const auto digest = entry.find("value-sha256");
        digest != entry.end() && digest->is_string()) {
      ++replayed->replays_by_digest[digest->get<std::string>()];
    }
  }

  const std::vector<std::string> files_;
  std::map<std::string, std::unique_ptr<AppendedFile>> open_;
  std::string failed_;  // The letter that could not be written.
  uint64_t acknowledged_ = 0;
};

}  // namespace

uint64_t Replayed::ReplaysOf(const DeadLetter& letter) const {
  const auto found = replays_by_digest.empty()
                         ? replays_by_digest.end()
                         : replays_by_digest.find(DigestOfValue(letter.value));
  return std::max(letter.Replays(),
                  found == replays_by_digest.end() ? 0 : found->second);
}

std::string DigestOfValue(std::string_view value) {
  Sha256 sha256;
  return HexPrefix(sha256.Add(value).Finish(), 16);
}

std::unique_ptr<ReplayTarget> MakeFileTarget(std::vector<std::string> files) {
  return std::make_unique<FileTarget>(std::move(files));
}

}  // namespace presshawk
