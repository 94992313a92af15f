// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/byte_stream.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include <sys/stat.h>

#include "core/base/str_cat.h"
#include "ingest/file/descriptor.h"

namespace presshawk {
namespace {

constexpr size_t kInputBytes = 256UL << 10;

absl::Status ErrnoStatus(const std::string& path, std::string_view what) {
  const std::string text = StrCat(path, ": ", what, ": ", std::strerror(errno));
  return errno == ENOENT ? absl::NotFoundError(text)
                         : absl::UnavailableError(text);
}

class PlainStream : public ByteStream {
 public:
  PlainStream(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  ~PlainStream() override {
    if (descriptor_ != STDIN_FILENO) {
      close(descriptor_);
    }
  }

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    while (true) {
      const ssize_t got = read(descriptor_, out, size);
      if (got >= 0) {
        consumed_ += static_cast<uint64_t>(got);
        return static_cast<size_t>(got);
      }
      if (errno != EINTR) {
        return ErrnoStatus(path_,
                           StrCat("cannot read behind byte ", consumed_));
      }
    }
  }
  uint64_t consumed() const override { return consumed_; }

 private:
  const std::string path_;
  const int descriptor_;
  uint64_t consumed_ = 0;
};

// A regular file from its first byte, whoever else reads by its descriptor.
class RegularStream : public ByteStream {
 public:
  RegularStream(std::string path, Descriptor descriptor)
      : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    while (true) {
      const ssize_t got =
          pread(descriptor_.get(), out, size, static_cast<off_t>(consumed_));
      if (got >= 0) {
        consumed_ += static_cast<uint64_t>(got);
        return static_cast<size_t>(got);
      }
      if (errno != EINTR) {
        return ErrnoStatus(path_,
                           StrCat("cannot read behind byte ", consumed_));
      }
    }
  }
  absl::StatusOr<uint64_t> Skip(uint64_t size) override {
    struct stat status = {};
    if (fstat(descriptor_.get(), &status) != 0) {
      return ErrnoStatus(path_, "cannot see its size");
    }
    const auto end = static_cast<uint64_t>(status.st_size);
    const uint64_t skipped =
        std::min(size, end > consumed_ ? end - consumed_ : 0);
    consumed_ += skipped;
    return skipped;
  }
  uint64_t consumed() const override { return consumed_; }

 private:
  const std::string path_;
  const Descriptor descriptor_;
  uint64_t consumed_ = 0;
};

// What both decompressors share: input in blocks.
class CompressedStream : public ByteStream {
 public:
  CompressedStream(std::string path, std::unique_ptr<ByteStream> file)
      : path_(std::move(path)), file_(std::move(file)), input_(kInputBytes) {}
  uint64_t consumed() const override { return file_->consumed(); }

 protected:
  // False at the end of the file.
  absl::StatusOr<bool> Refill() {
    absl::StatusOr<size_t> got = file_->Read(input_.data(), input_.size());
    if (!got.ok()) {
      return got.status();
    }
    begin_ = 0;
    end_ = *got;
    return end_ > 0;
  }
  absl::Status Corrupt(std::string_view what) const {
    return absl::DataLossError(StrCat(path_, ": ", what, " near byte ",
                                      file_->consumed() - (end_ - begin_),
                                      " of the compressed file"));
  }

  const std::string path_;
  std::unique_ptr<ByteStream> file_;
  std::vector<char> input_;
  size_t begin_ = 0, end_ = 0;  // What of `input_` is not used yet.
};

class GzipStream : public CompressedStream {
 public:
  GzipStream(std::string path, std::unique_ptr<ByteStream> file)
      : CompressedStream(std::move(path), std::move(file)) {
    // 15 + 16: the largest window, gzip only.
    ready_ = inflateInit2(&zlib_, 15 + 16) == Z_OK;
  }
  ~GzipStream() override { inflateEnd(&zlib_); }

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    if (!ready_) {
      return absl::ResourceExhaustedError(path_ + ": no memory for zlib");
    }
    zlib_.next_out = reinterpret_cast<Bytef*>(out);
    zlib_.avail_out = static_cast<uInt>(size);
    while (zlib_.avail_out == size) {
      if (begin_ == end_) {
        absl::StatusOr<bool> more = Refill();
        if (!more.ok()) {
          return more.status();
        }
        if (!*more) {
          if (in_member_) {
            return Corrupt("the gzip data end early");
          }
          return size_t{0};
        }
      }
      zlib_.next_in = reinterpret_cast<Bytef*>(input_.data() + begin_);
      zlib_.avail_in = static_cast<uInt>(end_ - begin_);
      in_member_ = true;
      const int result = inflate(&zlib_, Z_NO_FLUSH);
      begin_ = end_ - zlib_.avail_in;
      if (result == Z_STREAM_END) {  // Another member may follow.
        in_member_ = false;
        inflateReset(&zlib_);
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return Corrupt("no valid gzip data");
      }
    }
    return size - zlib_.avail_out;
  }

 private:
  z_stream zlib_ = {};
  bool ready_ = false;
  bool in_member_ = false;
};

class ZstdStream : public CompressedStream {
 public:
  ZstdStream(std::string path, std::unique_ptr<ByteStream> file)
      : CompressedStream(std::move(path), std::move(file)),
        zstd_(ZSTD_createDStream()) {}
  ~ZstdStream() override { ZSTD_freeDStream(zstd_); }

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    if (zstd_ == nullptr) {
      return absl::ResourceExhaustedError(path_ + ": no memory for zstd");
    }
    ZSTD_outBuffer output = {out, size, 0};
    while (output.pos == 0) {
      if (begin_ == end_ && !flushing_) {
        absl::StatusOr<bool> more = Refill();
        if (!more.ok()) {
          return more.status();
        }
        if (!*more) {
          if (in_frame_) {
            return Corrupt("the zstd data end early");
          }
          return size_t{0};
        }
      }
      ZSTD_inBuffer input = {input_.data() + begin_, end_ - begin_, 0};
      const size_t result = ZSTD_decompressStream(zstd_, &output, &input);
      if (ZSTD_isError(result) != 0) {
        return Corrupt(StrCat("no valid zstd data (",
                              std::string_view(ZSTD_getErrorName(result)),
                              ")"));
      }
      begin_ += input.pos;
      in_frame_ = result != 0;
      flushing_ = in_frame_ && output.pos == output.size;
    }
    return output.pos;
  }

 private:
  ZSTD_DStream* const zstd_;
  bool in_frame_ = false;
  bool flushing_ = false;  // It holds output that did not fit.
};

std::unique_ptr<ByteStream> Unpacked(const std::string& path,
                                     std::unique_ptr<ByteStream> file) {
  if (path.ends_with(".gz")) {
    return std::make_unique<GzipStream>(path, std::move(file));
  }
  if (path.ends_with(".zst")) {
    return std::make_unique<ZstdStream>(path, std::move(file));
  }
  return file;
}

}  // namespace

bool ByteStream::IsPacked(std::string_view path) {
  return path.ends_with(".gz") || path.ends_with(".zst");
}

absl::StatusOr<std::unique_ptr<ByteStream>> ByteStream::OfRegularFile(
    const std::string& path, int descriptor) {
  Descriptor own(fcntl(descriptor, F_DUPFD_CLOEXEC, 3));
  if (!own.is_open()) {
    return ErrnoStatus(path, "cannot open");
  }
  return Unpacked(path, std::make_unique<RegularStream>(path, std::move(own)));
}

absl::StatusOr<uint64_t> ByteStream::Skip(uint64_t size) {
  std::vector<char> block(kInputBytes);
  uint64_t skipped = 0;
  while (skipped < size) {
    absl::StatusOr<size_t> got =
        Read(block.data(), std::min<uint64_t>(block.size(), size - skipped));
    if (!got.ok()) {
      return got.status();
    }
    if (*got == 0) {
      break;
    }
    skipped += *got;
  }
  return skipped;
}

absl::StatusOr<std::unique_ptr<ByteStream>> ByteStream::Open(
    const std::string& path) {
  if (path == "-") {
    // EINVAL: what stands in for a closed one (cmd/standard_streams).
    if (read(STDIN_FILENO, nullptr, 0) < 0 &&
        (errno == EBADF || errno == EINVAL)) {
      return absl::UnavailableError(
          "-: standard input is closed, or not open for reading: name a file, "
          "or give it input");
    }
    return std::make_unique<PlainStream>(path, STDIN_FILENO);
  }
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return ErrnoStatus(path, "cannot open");
  }
  return Unpacked(path, std::make_unique<PlainStream>(path, descriptor));
}

}  // namespace presshawk
