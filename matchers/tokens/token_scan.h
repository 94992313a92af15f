// SPDX-License-Identifier: Apache-2.0
// The scan loop looks up every token and every pair of neighbours in the filter
// of the index. It is a template over the search for spaces in 64 bytes; a file
// for each instruction set instantiates it.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "core/text/canonicalizer.h"
#include "matchers/plan/hit_store.h"
#include "matchers/tokens/token_hash.h"
#include "matchers/tokens/token_index.h"

namespace presshawk::tokens {

// `canonical` is that of an ArticleText: every token ends with a space, and 64
// bytes behind it can be read.
using ScanFunction = void (*)(const TokenIndex& index,
                              std::string_view canonical, HitStore* hits);

void ScanPortable(const TokenIndex& index, std::string_view canonical,
                  HitStore* hits);
void ScanAvx2(const TokenIndex& index, std::string_view canonical,
              HitStore* hits);
void ScanAvx512(const TokenIndex& index, std::string_view canonical,
                HitStore* hits);

// At most this many tokens end within 64 bytes.
inline constexpr size_t kBlockTokensMax = 32;
inline constexpr size_t kBatchTokensMax = 2 * kBlockTokensMax;
// Each token of a batch has two edges of each size. One further place is
// written, but never kept.
inline constexpr size_t kBatchCandidatesMax =
    kBatchTokensMax * 2 * (kEdgeBytesMax - kEdgeBytesMin + 1) + 1;
static_assert(kBatchCandidatesMax < Candidates::kMax);

// Internal linkage: each instruction set compiles a copy of its own. Sharing
// one would violate the one-definition rule.
namespace {

// Adds what passes the filter, without a branch: every candidate is written,
// but the count rises only if it passes.
class CandidateWriter {
 public:
  CandidateWriter(const TokenIndex& index, Candidates* candidates)
      : filter_(index.filter()),
        shift_(index.filter_shift()),
        candidates_(*candidates),
        count_(candidates->count) {}
  ~CandidateWriter() { candidates_.count = count_; }
  void Add(uint64_t hash, uint32_t place) {
    candidates_.hashes[count_] = hash;
    candidates_.places[count_] = place;
    count_ += PassesFilter(filter_, shift_, hash) ? 1 : 0;
  }

 private:
  const uint64_t* const filter_;
  const uint32_t shift_;
  Candidates& candidates_;
  size_t count_;  // PERF: a member of its own, so that it stays in a register.
};

// Tokens whose words of the filter are being prefetched.
struct TokenBatch {
  // These have one place more, which is written but never kept.
  std::array<uint32_t, kBatchTokensMax + 1> begins;
  std::array<uint32_t, kBatchTokensMax + 1> ends;
  std::array<uint64_t, kBatchTokensMax> hashes;
  std::array<uint64_t, kBatchTokensMax> pair_hashes;  // With the token before.
  uint32_t count = 0;
};

// `spaces_of(bytes)` sets bit i if byte i of 64 bytes is a space.
//
// PERF: each step has a loop of its own, whose few values stay in registers.
// About forty tokens are hashed, and their words of the filter prefetched,
// before the first is looked up: the filter of a large set is in no near cache.
// Candidates are noted without a branch, and looked up when there are enough of
// them.
template <typename SpacesOf>
inline void ScanTokens(const TokenIndex& index, std::string_view canonical,
                       SpacesOf spaces_of, HitStore* hits) {
  const char* const text = canonical.data();
  const auto size = static_cast<uint32_t>(canonical.size());
  Candidates words;
  Candidates pairs;
  Candidates edges;
  TokenBatch batch;
  uint64_t hash_before = 0;
  uint32_t begin_before = 0;
  uint32_t begin = 0;
  for (uint32_t block = 0; block < size; block += 64) {
    uint64_t spaces = spaces_of(text + block);
    if (size - block < 64) {
      spaces &= (uint64_t{1} << (size - block)) - 1;
    }
    const uint32_t hashed = batch.count;
    for (; spaces != 0; spaces &= spaces - 1) {
      const uint32_t end =
          block + static_cast<uint32_t>(std::countr_zero(spaces));
      batch.begins[batch.count] = begin;
      batch.ends[batch.count] = end;
      batch.count += end != begin ? 1 : 0;  // A field begins with a space.
      begin = end + 1;
    }
    for (uint32_t i = hashed; i < batch.count; ++i) {
      const uint32_t at = batch.begins[i];
      const uint64_t hash = TokenHash(text + at, batch.ends[i] - at);
      batch.hashes[i] = hash;
      batch.pair_hashes[i] = PairHash(hash_before, hash);
      index.PrefetchFilter(hash);
      index.PrefetchFilter(batch.pair_hashes[i]);
      hash_before = hash;
    }
    const bool is_last = size - block <= 64;
    if (batch.count + kBlockTokensMax <= kBatchTokensMax && !is_last) {
      continue;
    }
    {
      CandidateWriter word_writer(index, &words);
      CandidateWriter pair_writer(index, &pairs);
      for (uint32_t i = 0; i < batch.count; ++i) {
        word_writer.Add(batch.hashes[i], batch.begins[i]);
        pair_writer.Add(batch.pair_hashes[i], begin_before);
        begin_before = batch.begins[i];
      }
    }
    for (uint32_t bytes = index.edge_bytes_min();
         bytes <= index.edge_bytes_max(); ++bytes) {
      CandidateWriter edge_writer(index, &edges);
      for (uint32_t i = 0; i < batch.count; ++i) {
        const uint32_t at = batch.begins[i];
        edge_writer.Add(HeadHash(text + at, bytes), at);
        if (batch.ends[i] >= kEdgeBytesMax) {  // Otherwise it has no edge.
          edge_writer.Add(TailHash(text + batch.ends[i], bytes), at);
        }
      }
    }
    batch.count = 0;
    const size_t most = std::max({words.count, pairs.count, edges.count});
    if (most + kBatchCandidatesMax > Candidates::kMax || is_last) {
      index.AddWords(canonical, words, hits);
      index.AddPairs(canonical, pairs, hits);
      index.AddGlobs(canonical, edges, hits);
      if (index.has_phrases()) {
        for (const Candidates* const anchors : {&words, &pairs, &edges}) {
          index.AddPhrases(canonical, *anchors, hits);
        }
      }
      words.count = 0;
      pairs.count = 0;
      edges.count = 0;
    }
  }
}

}  // namespace
}  // namespace presshawk::tokens
