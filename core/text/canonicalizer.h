// SPDX-License-Identifier: Apache-2.0
// Turns text into canonical tokens. This is the hot path of core/text.
//
//   ASCII, 32 bytes at a time ──┐
//   two and three bytes: table ─┼─► TokenWriter ─► ` kremlin s us election `
//   the rest: FoldSegment ──────┘
//
// Thread-safe: no state outlives a call.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/text/token_writer.h"

namespace presshawk {

// A place at which canonicalization can resume: nothing before it affects what
// follows, and the canonical text so far ends with a space.
struct Checkpoint {
  uint32_t original;   // Byte offset in the text.
  uint32_t canonical;  // Byte offset in the output.
};

// There is about one checkpoint per this many bytes. PERF: mapping a hit back
// reads half of them on average (0.3 us); a checkpoint costs 8 bytes and a
// store.
inline constexpr uint32_t kCheckpointBytes = 256;

enum class Kernel : uint8_t { kPortable, kAvx2, kAvx512 };

// The fastest kernel that this processor can run.
Kernel BestKernel();
// All kernels that it can run, the portable one first.
absl::Span<const Kernel> AvailableKernels();

// An output buffer that is reused and keeps its capacity.
class CanonicalBuffer {
 public:
  void Clear() { size_ = 0; }
  char* data() { return data_.data(); }
  const char* data() const { return data_.data(); }
  size_t size() const { return size_; }
  void set_size(size_t size) { size_ = size; }
  // Makes sure that `room` bytes fit behind size().
  void Reserve(size_t room) {
    if (data_.size() < size_ + room) {
      data_.resize((size_ + room) * 5 / 4);
    }
  }
  void Append(char c) {
    Reserve(1);
    data_[size_++] = c;
  }

 private:
  std::vector<char> data_;
  size_t size_ = 0;
};

struct CanonicalizeResult {
  // Whether some code point became more than one token (SPEC A6).
  bool may_share_originals = false;
};

// Appends a space and the tokens of `text`, each followed by a space, to *out.
// Unless `checkpoints` is null, appends checkpoints whose offsets count from
// the start of `text` and of *out. Stops early once *out exceeds `size_max`
// bytes. With `wildcards`, `*` and `?` are token characters.
CanonicalizeResult CanonicalizeText(std::string_view text, Kernel kernel,
                                    bool wildcards, size_t size_max,
                                    CanonicalBuffer* out,
                                    std::vector<Checkpoint>* checkpoints);

// Replaces *trace by the tokens of `piece`, a text between two checkpoints,
// with their sources. Both kinds of offsets count from the start of the piece.
void TraceTokens(std::string_view piece, bool wildcards,
                 CanonicalBuffer* scratch, std::vector<TokenTrace>* trace);

}  // namespace presshawk
