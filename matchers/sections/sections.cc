// SPDX-License-Identifier: Apache-2.0
#include "matchers/sections/sections.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/mman.h>
#include <sys/stat.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr std::string_view kMagic = "presshwk";
constexpr uint32_t kFormat = 6;
constexpr size_t kAlignment = 64;
constexpr size_t kPendingBytes = size_t{1} << 20;

struct Header {
  char magic[8];
  uint32_t format;
  uint32_t header_bytes;
  uint64_t file_bytes;
  Sha256Digest checksum;  // ChecksumOf().
  CacheKey key;
  uint64_t table_begin;
  uint64_t table_size;  // Of sections.
  char build[152];      // Ends with a NUL.
};
static_assert(sizeof(Header) == 256);
static_assert(std::has_unique_object_representations_v<Header>);
constexpr size_t kChecksumEnd = offsetof(Header, checksum) + sizeof(CacheKey);

absl::Status SystemError(std::string_view path, std::string_view what,
                         int error) {
  return absl::UnavailableError(
      StrCat(path, ": ", what, ": ", std::strerror(error)));
}

// Over what follows the checksum in the header, and the body's hash.
Sha256Digest ChecksumOf(const Header& header, const Sha256Digest& body) {
  const auto* const bytes = reinterpret_cast<const char*>(&header);
  return Sha256()
      .Add({bytes + kChecksumEnd, sizeof(Header) - kChecksumEnd})
      .Add({reinterpret_cast<const char*>(body.data()), body.size()})
      .Finish();
}

// Closes at the end of its scope.
struct FileHandle {
  int file;
  ~FileHandle() { close(file); }
};

}  // namespace

SectionWriter::~SectionWriter() {
  if (file_ >= 0) {
    close(file_);
  }
}

absl::Status SectionWriter::Create(const std::string& path) {
  path_ = path;
  file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0) {
    return SystemError(path, "cannot create", errno);
  }
  // The header's place; Finish() fills it.
  written_ = sizeof(Header);
  if (lseek(file_, sizeof(Header), SEEK_SET) < 0) {
    return SystemError(path, "cannot write", errno);
  }
  return absl::OkStatus();
}

void SectionWriter::Section(const void* items, size_t item_bytes,
                            size_t count) {
  static constexpr char kZeros[kAlignment] = {};
  Write(kZeros, (kAlignment - written_ % kAlignment) % kAlignment);
  table_.push_back({written_, count, item_bytes});
  Write(items, item_bytes * count);
}

void SectionWriter::Write(const void* bytes, size_t size) {
  const auto* at = static_cast<const char*>(bytes);
  written_ += size;
  while (size > 0) {
    const size_t part = std::min(size, kPendingBytes);
    pending_.append(at, part);
    if (pending_.size() >= kPendingBytes) {
      Flush();
    }
    at += part;
    size -= part;
  }
}

void SectionWriter::Flush() {
  body_.Add(pending_);
  std::string_view rest = pending_;
  while (!rest.empty() && error_ == 0) {
    const ssize_t count = write(file_, rest.data(), rest.size());
    if (count < 0) {
      error_ = errno == EINTR ? 0 : errno;
      continue;
    }
    rest.remove_prefix(static_cast<size_t>(count));
  }
  pending_.clear();
}

absl::Status SectionWriter::Finish(std::string_view build,
                                   const CacheKey& key) {
  Header header = {};
  kMagic.copy(header.magic, sizeof(header.magic));
  header.format = kFormat;
  header.header_bytes = sizeof(Header);
  header.key = key;
  header.table_size = table_.size();
  build.copy(header.build, sizeof(header.build) - 1);
  const std::vector<SectionPlace> table = table_;
  Section(table.data(), sizeof(SectionPlace), table.size());
  header.table_begin = table_.back().begin;
  header.file_bytes = written_;
  Flush();
  if (error_ == 0) {
    header.checksum = ChecksumOf(header, body_.Finish());
    if (pwrite(file_, &header, sizeof(Header), 0) != sizeof(Header) ||
        fsync(file_) != 0) {
      error_ = errno;
    }
  }
  if (close(file_) != 0 && error_ == 0) {
    error_ = errno;
  }
  file_ = -1;
  return error_ == 0 ? absl::OkStatus()
                     : SystemError(path_, "cannot write", error_);
}

SectionFile::~SectionFile() {
  if (is_mapped_) {
    munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
}

absl::StatusOr<std::shared_ptr<const SectionFile>> SectionFile::Open(
    const std::string& path, std::string_view build, const CacheKey& key) {
  const FileHandle handle = {
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (handle.file < 0) {
    return errno == ENOENT ? absl::NotFoundError(StrCat(path, ": none yet"))
                           : SystemError(path, "cannot open", errno);
  }
  struct stat status = {};
  if (fstat(handle.file, &status) != 0 || !S_ISREG(status.st_mode)) {
    return absl::FailedPreconditionError(StrCat(path, ": not a file"));
  }
  if (status.st_uid != geteuid() ||
      (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return absl::PermissionDeniedError(
        StrCat(path, ": another user can write to it, so it is not trusted"));
  }
  const auto size = static_cast<size_t>(status.st_size);
  if (size < sizeof(Header)) {
    return absl::DataLossError(StrCat(path, ": cut short"));
  }
  void* const bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE,
                           handle.file, 0);
  if (bytes == MAP_FAILED) {
    return SystemError(path, "cannot be mapped", errno);
  }
  std::shared_ptr<SectionFile> file(new SectionFile);
  file->bytes_ = {static_cast<const char*>(bytes), size};
  file->is_mapped_ = true;
  const Header& header = *static_cast<const Header*>(bytes);
  if (std::string_view(header.magic, sizeof(header.magic)) != kMagic) {
    return absl::DataLossError(StrCat(path, ": not a compiled generation"));
  }
  if (header.format != kFormat || header.header_bytes != sizeof(Header) ||
      std::string_view(header.build,
                       strnlen(header.build, sizeof(header.build))) != build) {
    return absl::FailedPreconditionError(StrCat(
        path, ": made by another build of presshawk or for another processor"));
  }
  if (header.key != key) {
    return absl::FailedPreconditionError(
        StrCat(path, ": made of other watch-lists"));
  }
  if (header.file_bytes != size) {
    return absl::DataLossError(
        StrCat(path, ": ", size, " bytes of ", header.file_bytes));
  }
  const Sha256Digest body =
      Sha256().Add(file->bytes_.substr(sizeof(Header))).Finish();
  if (header.checksum != ChecksumOf(header, body)) {
    return absl::DataLossError(StrCat(path, ": the checksum is wrong"));
  }
  if (absl::Status table = file->FindTable(); !table.ok()) {
    return absl::DataLossError(
        StrCat(path, ": ", std::string(table.message())));
  }
  return file;
}

absl::Status SectionFile::FindTable() {
  const auto bad = [](const char* what) { return absl::DataLossError(what); };
  if (bytes_.size() < sizeof(Header)) {
    return bad("cut short");
  }
  const Header& header = *reinterpret_cast<const Header*>(bytes_.data());
  const uint64_t begin = header.table_begin;
  if (begin % kAlignment != 0 || begin < sizeof(Header) ||
      begin > bytes_.size() ||
      header.table_size != (bytes_.size() - begin) / sizeof(SectionPlace)) {
    return bad("the table of sections is not in the file");
  }
  table_ = {reinterpret_cast<const SectionPlace*>(bytes_.data() + begin),
            header.table_size};
  for (const SectionPlace& place : table_) {
    if (place.begin % kAlignment != 0 || place.begin > begin ||
        place.item_bytes == 0 ||
        place.count > (begin - place.begin) / place.item_bytes) {
      return bad("a section is not in the file");
    }
  }
  return absl::OkStatus();
}

std::string_view SectionReader::Next(uint64_t item_bytes) {
  if (!ok_ || at_end() || file_.table()[next_].item_bytes != item_bytes) {
    ok_ = false;
    return {};
  }
  const SectionPlace& place = file_.table()[next_++];
  return file_.bytes().substr(place.begin, place.count * item_bytes);
}

}  // namespace presshawk
