// SPDX-License-Identifier: Apache-2.0
// Which file is it? A name does not say (rotation gives it to another), an
// inode does not (the system gives it out again), a size does not.
//
//   device, inode   the same while the file is renamed
//   marks           hashes of what it holds: its first kMarkBytes (fewer while
//                   it is shorter), and kMarkBytes before some places that were
//                   read, the last of them where reading stands
//
// Two files are one where all marks hold that the shorter one reaches. So a
// file that was written anew is another one though name, inode and size are the
// same, and though its first lines are; and a compressed copy is the same: the
// marks are of what is unpacked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/file/descriptor.h"

namespace presshawk {

// The hash of the `size` bytes before `end`.
struct ContentMark {
  uint64_t end = 0;
  uint64_t size = 0;
  uint64_t hash = 0;
};

struct SourceIdentity {
  static constexpr uint64_t kMarkBytes = 1024;
  static constexpr size_t kMarksMax = 12;

  uint64_t device = 0;
  uint64_t inode = 0;
  std::vector<ContentMark> marks;  // By `end`, rising.

  // `bytes` stand before `end`. Beyond kMarksMax the marks become sparser the
  // further they are from the last one.
  void AddMark(uint64_t end, std::string_view bytes);
};

// The first 64 bits of SHA-256: the same on every machine.
uint64_t HashContent(std::string_view bytes);

// A regular file, opened to see which it is.
struct FoundFile {
  std::string path;
  Descriptor descriptor;
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;  // As it lies there, packed or not.
  bool packed = false;
};

// What cannot be read or unpacked is none of these.
//
// Whether `file` is that of `identity` and may be read on from `offset` (of
// what is unpacked): all marks hold. A file without marks was empty, and is
// told by its inode.
bool Continues(const SourceIdentity& identity, uint64_t offset,
               const FoundFile& file);
// Whether the marks within the first kMarkBytes hold: enough where the inode is
// the same and nothing is read on.
bool BeginsAlike(const SourceIdentity& identity, const FoundFile& file);
// Whether `file` holds no more than the `size` bytes of that of `identity`: all
// of them, or its begin. A short begin that other files may share, as a first
// line that is always the same, does not do.
bool IsCopy(const SourceIdentity& identity, uint64_t size,
            const FoundFile& file);

// Up to `size` bytes at `offset`; fewer at the end, or where it cannot be read.
std::string ReadAt(int descriptor, uint64_t offset, uint64_t size);

}  // namespace presshawk
