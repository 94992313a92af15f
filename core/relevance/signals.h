// SPDX-License-Identifier: Apache-2.0
// What says whether an article is about what a list asks for (SPEC REL-2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace presshawk {

// The order is that of the table of weights. tests/quality/learn_relevance.py
// knows the names.
enum class Signal : uint8_t {
  kTitle,       // 1: a hit stands in the title.
  kLead,        // 1: a hit stands in the lead.
  kFirst,       // The first hit's place: -log2 of the words before it.
  kFirstShare,  // The same as a share of the article: 0 is the start, -1 the end.
  kCount,       // log2 of the number of hits outside blocks.
  kDensity,     // Hits per 100 words, at most 5.
  kLogDensity,  // log2 of the hits per word.
  kSpread,      // The share of the tenths of the body that have a hit.
  kBlocksOnly,  // 1: all hits stand in blocks.
  kContext,     // The share of words around hits that the start has, too.
  kLongerName,  // The share of hits that are part of a longer name.
  kSmall,       // The share of hits that begin with a small letter.
  kSaid,        // The share of hits that say who said something.
  kRoundup,     // 1: the title is that of a round-up, live blog or list.
  kLength,      // log2 of the words of the article.
};
inline constexpr size_t kSignalCount = 15;
using Signals = std::array<float, kSignalCount>;

// "title", "lead", "first" and so on.
std::string_view SignalName(Signal signal);

}  // namespace presshawk
