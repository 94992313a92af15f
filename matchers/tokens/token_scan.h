// The scan loop: every token, and every pair of neighbours, against the index's
// filter. Written once as a template over how 64 bytes are searched for spaces;
// each instruction set has a file of its own.
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

// `canonical` is that of ArticleText: a space ends every token, and 64 bytes
// behind it can be read.
using ScanFunction = void (*)(const TokenIndex& index,
                              std::string_view canonical, HitStore* hits);

void ScanPortable(const TokenIndex& index, std::string_view canonical,
                  HitStore* hits);
void ScanAvx2(const TokenIndex& index, std::string_view canonical,
              HitStore* hits);
void ScanAvx512(const TokenIndex& index, std::string_view canonical,
                HitStore* hits);

// Of 64 bytes: at most 32 tokens end in them, each with two edges of each size;
// and one place more, which is written without being kept.
inline constexpr size_t kBlockCandidatesMax =
    64 * (kEdgeBytesMax - kEdgeBytesMin + 1) + 1;

// In no file twice: compiled for another instruction set it would be another
// function of the same name.
namespace {

// `SpacesOf(bytes)`: bit i is set where byte i of 64 is a space.
//
// PERF: what passes is noted without a branch and looked up once in 64 tokens
// or so: the filter's loads of many tokens are under way at once, which is what
// a table beyond the first cache needs.
template <typename SpacesOf>
inline void ScanTokens(const TokenIndex& index, std::string_view canonical,
                       SpacesOf spaces_of, HitStore* hits) {
  const char* const text = canonical.data();
  const auto size = static_cast<uint32_t>(canonical.size());
  const uint64_t* const filter = index.filter();
  const uint32_t shift = index.filter_shift();
  const auto passes = [filter, shift](uint64_t hash) {
    const uint64_t bit = hash >> shift;
    return filter[bit / 64] >> (bit % 64) & 1;
  };
  const uint32_t edge_bytes_min = index.edge_bytes_min();
  const uint32_t edge_bytes_max = index.edge_bytes_max();
  Candidates words;
  Candidates pairs;
  Candidates edges;
  uint64_t hash_before = 0;
  uint32_t begin_before = 0;
  uint32_t begin = 0;
  for (uint32_t block = 0; block < size; block += 64) {
    uint64_t spaces = spaces_of(text + block);
    if (size - block < 64) {
      spaces &= (uint64_t{1} << (size - block)) - 1;
    }
    for (; spaces != 0; spaces &= spaces - 1) {
      const uint32_t end =
          block + static_cast<uint32_t>(std::countr_zero(spaces));
      if (end == begin) {  // A field begins with a space.
        begin = end + 1;
        continue;
      }
      const uint64_t hash = TokenHash(text + begin, end - begin);
      words.hashes[words.count] = hash;
      words.places[words.count] = begin;
      words.count += passes(hash);
      const uint64_t pair = PairHash(hash_before, hash);
      pairs.hashes[pairs.count] = pair;
      pairs.places[pairs.count] = begin_before;
      pairs.count += passes(pair);
      // The first token that can have an edge ends there.
      for (uint32_t bytes = edge_bytes_min;
           bytes <= edge_bytes_max && end >= kEdgeBytesMax; ++bytes) {
        for (const uint64_t edge :
             {HeadHash(text + begin, bytes), TailHash(text + end, bytes)}) {
          edges.hashes[edges.count] = edge;
          edges.places[edges.count] = begin;
          edges.count += passes(edge);
        }
      }
      hash_before = hash;
      begin_before = begin;
      begin = end + 1;
    }
    const size_t most = std::max({words.count, pairs.count, edges.count});
    if (most + kBlockCandidatesMax > Candidates::kMax || size - block <= 64) {
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
