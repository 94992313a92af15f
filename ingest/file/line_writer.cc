#include "ingest/file/line_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <sys/stat.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kQueuedBytesMax = 32UL << 20;
constexpr std::chrono::milliseconds kBlockedInterval(100);
constexpr std::chrono::milliseconds kBackOffMin(50);
constexpr std::chrono::milliseconds kBackOffMax(2000);

absl::Status ErrnoStatus(const std::string& path, std::string_view what) {
  return absl::UnavailableError(
      StrCat(path, ": ", what, ": ", std::strerror(errno)));
}

// Size of the whole lines of a file of `size` bytes; -1 where it cannot be
// read.
int64_t WholeLines(int descriptor, int64_t size) {
  std::array<char, 64 << 10> block;
  while (size > 0) {
    const int64_t begin =
        std::max<int64_t>(0, size - static_cast<int64_t>(block.size()));
    const ssize_t got = pread(descriptor, block.data(),
                              static_cast<size_t>(size - begin), begin);
    if (got <= 0) {
      return got == 0 ? begin : -1;
    }
    for (ssize_t i = got; i-- > 0;) {
      if (block[static_cast<size_t>(i)] == '\n') {
        return begin + i + 1;
      }
    }
    size = begin;
  }
  return 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LineWriter>> LineWriter::Open(
    const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return ErrnoStatus(path, "cannot open for writing");
  }
  struct stat status = {};
  int64_t size = 0;
  if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
    size = WholeLines(descriptor, status.st_size);
    if (size < 0 ||
        (size < status.st_size && ftruncate(descriptor, size) != 0)) {
      absl::Status failed = ErrnoStatus(path, "cannot cut the unfinished line");
      close(descriptor);
      return failed;
    }
  }
  std::unique_ptr<LineWriter> writer(new LineWriter(path, descriptor, size));
  writer->thread_ = std::thread([self = writer.get()] { self->Serve(); });
  return writer;
}

LineWriter::~LineWriter() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  thread_.join();
  close(descriptor_);
}

bool LineWriter::Write(std::string lines, std::function<void()> done,
                       WhileBlocked while_blocked) {
  while (true) {
    {
      MutexLock lock(&mutex_);
      if (queued_bytes_ < kQueuedBytesMax) {
        queued_bytes_ += lines.size();
        queue_.push_back({std::move(lines), std::move(done)});
        changed_.notify_all();
        return true;
      }
      lock.WaitUntil(&changed_,
                     std::chrono::steady_clock::now() + kBlockedInterval);
    }
    if (!while_blocked()) {
      return false;
    }
  }
}

absl::Status LineWriter::health() const {
  MutexLock lock(&mutex_);
  return failure_.empty() ? absl::OkStatus() : absl::UnavailableError(failure_);
}

size_t LineWriter::pending() const {
  MutexLock lock(&mutex_);
  return queue_.size() + writing_;
}

void LineWriter::Flush(absl::Time deadline) {
  MutexLock lock(&mutex_);
  while (queue_.size() + writing_ > 0 && absl::Now() < deadline) {
    lock.WaitUntil(&changed_,
                   std::chrono::steady_clock::now() + kBlockedInterval);
  }
}

absl::Status LineWriter::Append(const std::string& bytes) {
  size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t got =
        pwrite(descriptor_, bytes.data() + written, bytes.size() - written,
               size_ + static_cast<int64_t>(written));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      absl::Status failed = ErrnoStatus(path_, "cannot write");
      // No half line for readers; what fails here is overwritten anyway.
      if (ftruncate(descriptor_, size_) != 0) {
        return failed;
      }
      return failed;
    }
    written += static_cast<size_t>(got);
  }
  // A device has nothing to sync, and says EINVAL.
  if (fdatasync(descriptor_) != 0 && errno != EINVAL) {
    return ErrnoStatus(path_, "cannot sync");
  }
  size_ += static_cast<int64_t>(bytes.size());
  return absl::OkStatus();
}

void LineWriter::Serve() {
  std::vector<Entry> entries;
  std::string bytes;
  auto back_off = kBackOffMin;
  while (true) {
    {
      MutexLock lock(&mutex_);
      while (queue_.empty() && !stop_) {
        lock.Wait(&changed_);
      }
      if (queue_.empty()) {
        return;
      }
      entries.swap(queue_);
      writing_ = entries.size();
      queued_bytes_ = 0;
    }
    bytes.clear();
    for (const Entry& entry : entries) {
      bytes += entry.lines;
    }
    while (true) {
      absl::Status status = Append(bytes);
      MutexLock lock(&mutex_);
      failure_ = std::string(status.message());
      if (status.ok()) {
        back_off = kBackOffMin;
        break;
      }
      if (stop_) {
        return;
      }
      lock.WaitUntil(&changed_, std::chrono::steady_clock::now() + back_off);
      back_off = std::min(back_off * 2, kBackOffMax);
    }
    for (const Entry& entry : entries) {
      entry.done();
    }
    entries.clear();
    MutexLock lock(&mutex_);
    writing_ = 0;
    changed_.notify_all();
  }
}

}  // namespace presshawk
