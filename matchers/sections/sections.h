// SPDX-License-Identifier: Apache-2.0
// The file format of a saved generation: a header, then sections of items end
// to end, and a table that says where each section lies.
//
//   header (256 bytes) │ section │ section │ … │ table
//
// The header names the format, the build and processor that wrote the file, the
// key of its content, and a SHA-256 of header and body. Sections have no names:
// they are read in the order in which they were written. Each begins at a
// multiple of 64 bytes, so that its array can be used in place.
//
//   SectionWriter writer;                       SectionReader reader(*file);
//   writer.Create(path);                        Program::Transfer(&p, &reader);
//   Program::Transfer(&program, &writer);       if (!reader.ok()) …
//   writer.Finish(build, key);
//
// TRUST. A file is opened only if it belongs to this user, nobody else can
// write to it, and every byte is as it was written. The reader of a section
// checks its content, so that a file made by hand is refused, too. Hyperscan's
// bytecode cannot be checked, which is why files of other users are not read. A
// file must not be cut short while it is open. Nothing here does that: files
// are replaced and removed, and never changed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/base/flat_array.h"
#include "core/base/sha256.h"

namespace presshawk {

namespace testing {
class UncheckedSections;  // tests/fuzz/cache_fuzz.cc.
}

// What a generation was made of: a hash over everything that decides it.
using CacheKey = Sha256Digest;

// Where a section lies. The table consists of these.
struct SectionPlace {
  uint64_t begin = 0;  // Byte offset in the file.
  uint64_t count = 0;  // The number of items.
  uint64_t item_bytes = 0;
};

// An archive (core/base/flat_array.h) that writes. Used by one thread.
class SectionWriter {
 public:
  SectionWriter() = default;
  SectionWriter(const SectionWriter&) = delete;
  SectionWriter& operator=(const SectionWriter&) = delete;
  ~SectionWriter();

  // Creates the file, which must not exist yet.
  absl::Status Create(const std::string& path);
  // Finish() reports a failed write.
  template <typename T>
  void Array(const FlatArray<T>* array) {
    static_assert(std::has_unique_object_representations_v<T>);
    Section(array->data(), sizeof(T), array->size());
  }
  template <typename T>
  void Value(const T* value) {
    static_assert(std::has_unique_object_representations_v<T>);
    Section(value, sizeof(T), 1);
  }
  void Text(std::string_view text) { Section(text.data(), 1, text.size()); }
  // Writes the table and the header, and flushes everything to the disk.
  absl::Status Finish(std::string_view build, const CacheKey& key);

 private:
  void Section(const void* items, size_t item_bytes, size_t count);
  void Write(const void* bytes, size_t size);
  void Flush();

  std::string path_;
  int file_ = -1;
  int error_ = 0;  // errno of the first write that failed.
  std::string pending_;
  uint64_t written_ = 0;  // Bytes, with the pending ones.
  Sha256 body_;           // Of everything behind the header.
  std::vector<SectionPlace> table_;
};

// A file that was checked. Immutable; the mapping lives as long as the object.
class SectionFile {
 public:
  // Returns NotFound if there is no file; FailedPrecondition if another build
  // wrote it, or for another processor or key; DataLoss if it is damaged; and
  // PermissionDenied if it belongs to another user.
  static absl::StatusOr<std::shared_ptr<const SectionFile>> Open(
      const std::string& path, std::string_view build, const CacheKey& key);
  ~SectionFile();

  std::string_view bytes() const { return bytes_; }
  absl::Span<const SectionPlace> table() const { return table_; }

 private:
  friend class testing::UncheckedSections;
  SectionFile() = default;
  absl::Status FindTable();

  std::string_view bytes_;
  bool is_mapped_ = false;
  absl::Span<const SectionPlace> table_;
};

// An archive that reads. If a section is not as expected, that section and all
// later ones are empty, and ok() is false.
class SectionReader {
 public:
  explicit SectionReader(const SectionFile& file) : file_(file) {}

  template <typename T>
  void Array(FlatArray<T>* array) {
    const std::string_view bytes = Next(sizeof(T));
    *array = FlatArray<T>::InPlace(
        {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)});
  }
  template <typename T>
  void Value(T* value) {
    static_assert(std::is_integral_v<T> && !std::is_same_v<T, bool>);
    FlatArray<T> one;
    Array(&one);
    ok_ &= one.size() == 1;
    *value = one.size() == 1 ? one[0] : T();
  }
  std::string_view Text() { return Next(1); }

  bool ok() const { return ok_; }
  bool at_end() const { return next_ == file_.table().size(); }

 private:
  std::string_view Next(uint64_t item_bytes);

  const SectionFile& file_;
  size_t next_ = 0;
  bool ok_ = true;
};

}  // namespace presshawk
