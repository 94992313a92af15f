// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/file_source.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// The other paths.
std::vector<std::string> Without(std::vector<std::string> paths,
                                 const std::string& path) {
  std::erase(paths, path);
  return paths;
}

}  // namespace

std::vector<FileReading::Entry> WithCheckpoints(
    const std::vector<std::string>& paths, const std::string& checkpoint) {
  std::vector<FileReading::Entry> entries;
  for (size_t i = 0; i < paths.size(); ++i) {
    std::string own = checkpoint;
    if (checkpoint.empty()) {
      own = paths[i] + ".presshawk-offset";
    } else if (paths.size() > 1) {
      own = StrCat(checkpoint, ".", i);
    }
    entries.push_back({paths[i], std::move(own)});
  }
  return entries;
}

std::string CheckpointLock(const std::string& checkpoint) {
  return checkpoint + ".lock";
}

absl::Status CheckSourcePath(const std::string& path, bool follow) {
  if (path == "-") {
    return absl::OkStatus();
  }
  const absl::Status status = OpenRegularFile(path, true).status();
  if (!absl::IsNotFound(status)) {
    return status;
  }
  if (path.find_first_of("*?[") != std::string::npos) {
    return absl::NotFoundError(
        StrCat(path,
               ": there is no such file; a source path is one file's "
               "name, not a pattern"));
  }
  return follow && !ByteStream::IsPacked(path) ? absl::OkStatus() : status;
}

class FileSource::Batch : public MessageBatch {
 public:
  explicit Batch(std::shared_ptr<ByteBudget> budget)
      : budget_(std::move(budget)) {}
  ~Batch() override { budget_->Release(budget_bytes_); }

  LineBatch* lines() { return &lines_; }
  // What was read becomes the messages.
  void Fill(FollowedFile* file) {
    source_ = file->path();
    budget_bytes_ = lines_.bytes.capacity();
    budget_->Add(budget_bytes_);
    for (const Line& line : lines_.lines) {
      Message& message = messages_.emplace_back();
      message.payload = line.text;
      message.source = source_;
      message.stream = file->stream();
      message.offset = static_cast<int64_t>(line.offset);
      message.next = static_cast<int64_t>(line.next());
      message.line = line.number;
      message.truncated = line.truncated;
      message.size_bytes = line.size_bytes;
      bytes_ += line.size_bytes;
      file->AddInFlight(line);
    }
  }

 private:
  const std::shared_ptr<ByteBudget> budget_;
  uint64_t budget_bytes_ = 0;
  std::string source_;
  LineBatch lines_;
};

FileSource::FileSource(FileReading reading, OffsetTracker* tracker)
    : reading_(std::move(reading)), budget_(std::make_shared<ByteBudget>()) {
  for (const FileReading::Entry& entry : reading_.files) {
    files_.push_back(std::make_unique<FollowedFile>(
        FollowedFile::Options{.path = entry.path,
                              .checkpoint = entry.checkpoint,
                              .follow = reading_.follow && entry.path != "-" &&
                                        !ByteStream::IsPacked(entry.path),
                              .line_bytes_max = reading_.line_bytes_max,
                              .others = Without(reading_.all_paths, entry.path),
                              .on_news = reading_.on_news},
        tracker));
  }
}

FileSource::~FileSource() = default;

absl::StatusOr<std::unique_ptr<MessageBatch>> FileSource::Poll(
    absl::Duration timeout) {
  if (absl::Now() >= next_commit_) {
    Commit();
    next_commit_ = absl::Now() + reading_.commit_interval;
  }
  if (budget_->bytes() >= reading_.in_flight_bytes_max) {
    budget_->WaitForRelease(timeout);
    return nullptr;
  }
  auto batch = std::make_unique<Batch>(budget_);
  for (size_t i = 0; i < files_.size(); ++i) {
    FollowedFile* const file = files_[(next_ + i) % files_.size()].get();
    absl::StatusOr<bool> more = file->ReadBatch(batch->lines(), absl::Now());
    if (!more.ok()) {
      return more.status();
    }
    if (*more) {
      next_ = (next_ + i + 1) % files_.size();
      NoteTrouble();
      batch->Fill(file);
      return batch;
    }
  }
  NoteTrouble();
  if (!exhausted()) {
    absl::SleepFor(timeout);  // At the end of what is there: look again later.
  }
  return nullptr;
}

bool FileSource::exhausted() const {
  return std::all_of(files_.begin(), files_.end(),
                     [](const auto& file) { return file->finished(); });
}

absl::Status FileSource::Ready() const {
  MutexLock lock(&mutex_);
  return trouble_.empty() ? absl::OkStatus() : absl::UnavailableError(trouble_);
}

void FileSource::NoteTrouble() {
  std::string trouble;
  for (const auto& file : files_) {
    for (const std::string& one :
         {file->checkpoint_trouble(), file->trouble()}) {
      if (!one.empty()) {
        StrAppend(&trouble, std::string_view(trouble.empty() ? "" : "; "), one);
      }
    }
  }
  MutexLock lock(&mutex_);
  trouble_ = std::move(trouble);
}

void FileSource::Commit() {
  for (const auto& file : files_) {
    file->Commit();
  }
  NoteTrouble();
}

absl::Status FileSource::Close() {
  absl::Status first;
  for (const auto& file : files_) {
    first.Update(file->Close());
  }
  return first;
}

}  // namespace presshawk
