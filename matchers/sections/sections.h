// The file that a compiled generation is saved to and opened from: a header,
// sections of items end to end, and a table that says where they lie.
//
//   header (256 bytes) │ section │ section │ … │ table
//
// The header names the format, the build and processor that wrote the file, the
// key of its content, and a SHA-256 over header and body. Sections have no
// names: they are read in the order in which they were written. Each begins at
// a multiple of 64 bytes, so that arrays are used in place.
//
// TRUST. A file is opened only where it belongs to this user, nobody else can
// write to it, and every byte is as it was written. What its sections hold is
// checked by whoever reads them, so that a file made by hand is refused, too;
// what cannot be checked is Hyperscan's bytecode, which is why other users'
// files are not read. A file must not be cut short while it is open (nothing
// here does: files are replaced and removed, never changed).
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

// Where a section lies; the table is made of these.
struct SectionPlace {
  uint64_t begin = 0;  // In the file.
  uint64_t count = 0;  // Of items.
  uint64_t item_bytes = 0;
};

// An archive (core/base/flat_array.h) that writes. One thread's.
class SectionWriter {
 public:
  SectionWriter() = default;
  SectionWriter(const SectionWriter&) = delete;
  SectionWriter& operator=(const SectionWriter&) = delete;
  ~SectionWriter();

  // Begins the file, which must not exist.
  absl::Status Create(const std::string& path);
  // A failed write is reported by Finish().
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
  // Writes table and header, and everything to the disk.
  absl::Status Finish(std::string_view build, const CacheKey& key);

 private:
  void Section(const void* items, size_t item_bytes, size_t count);
  void Write(const void* bytes, size_t size);
  void Flush();

  std::string path_;
  int file_ = -1;
  int error_ = 0;  // errno of the first write that failed.
  std::string pending_;
  uint64_t written_ = 0;  // Bytes, the pending ones included.
  Sha256 body_;           // Over all behind the header.
  std::vector<SectionPlace> table_;
};

// A file that was found good. Immutable; the mapping lives as long as it.
class SectionFile {
 public:
  // NotFound where there is none; FailedPrecondition where it was written by
  // another build or for another processor or key; DataLoss where it is
  // damaged; PermissionDenied where it is another user's.
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

// An archive that reads. Once a section is not as it should be, it and all
// further ones are empty, and ok() is false.
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
