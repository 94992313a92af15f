// SPDX-License-Identifier: Apache-2.0
#include "core/text/code_point_index.h"

#include <algorithm>
#include <cstring>

#include "core/base/utf8.h"

namespace presshawk {
namespace {

constexpr uint32_t kBlockBytes = 256;

// Code points that begin in `text`. PERF: eight bytes at a time, 4 x a loop
// over bytes.
uint32_t CountCodePoints(std::string_view text) {
  uint64_t continuations = 0;
  size_t i = 0;
  for (; i + sizeof(uint64_t) <= text.size(); i += sizeof(uint64_t)) {
    uint64_t bytes;
    std::memcpy(&bytes, text.data() + i, sizeof(bytes));
    constexpr uint64_t kOnes = 0x0101010101010101;
    // A one in each byte that is 10xxxxxx; their sum in the highest byte.
    continuations += (((bytes >> 7) & (~bytes >> 6) & kOnes) * kOnes) >> 56;
  }
  const auto rest =
      std::count_if(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(),
                    [](char c) { return IsUtf8Continuation(c); });
  return static_cast<uint32_t>(text.size() - continuations -
                               static_cast<size_t>(rest));
}

}  // namespace

CodePointSpan CodePointIndex::Of(ByteSpan bytes) {
  const uint32_t begin = Before(bytes.begin);
  const uint32_t size = bytes.end - bytes.begin;
  // A hit is mostly a word; in HTML it may have megabytes of markup inside.
  const uint32_t end =
      size <= kBlockBytes
          ? begin + CountCodePoints(text_.substr(bytes.begin, size))
          : Before(bytes.end);
  return {begin, end};
}

uint32_t CodePointIndex::Before(uint32_t offset) {
  if (counts_.empty()) {
    counts_.push_back(0);
  }
  const size_t block = offset / kBlockBytes;
  while (counts_.size() <= block) {
    const size_t at = (counts_.size() - 1) * kBlockBytes;
    counts_.push_back(counts_.back() +
                      CountCodePoints(text_.substr(at, kBlockBytes)));
  }
  const size_t counted = block * kBlockBytes;
  return counts_[block] +
         CountCodePoints(text_.substr(counted, offset - counted));
}

}  // namespace presshawk
