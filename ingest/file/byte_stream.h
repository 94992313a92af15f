// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace presshawk {

// The bytes of a file, decompressed where its name ends in .gz or .zst. Memory
// is bounded whatever the file unpacks to. NOT thread-safe.
class ByteStream {
 public:
  // `path` "-": standard input.
  static absl::StatusOr<std::unique_ptr<ByteStream>> Open(
      const std::string& path);
  // Of a regular file that is open already, from its first byte. The stream
  // has a descriptor of its own and does not move `descriptor`. `path` is for
  // errors, and its ending tells how the file is packed.
  static absl::StatusOr<std::unique_ptr<ByteStream>> OfRegularFile(
      const std::string& path, int descriptor);
  // Whether a file of that name is unpacked: it ends in .gz or .zst.
  static bool IsPacked(std::string_view path);
  virtual ~ByteStream() = default;

  // Reads up to `size` bytes; 0 only at the end. An error names the file and
  // how far it was read.
  virtual absl::StatusOr<size_t> Read(char* out, size_t size) = 0;
  // Passes over up to `size` bytes of what Read() would give; how many there
  // were.
  virtual absl::StatusOr<uint64_t> Skip(uint64_t size);
  // Bytes of the file itself that were consumed so far: for progress.
  virtual uint64_t consumed() const = 0;
};

}  // namespace presshawk
