// SPDX-License-Identifier: Apache-2.0
// Occurrences for the tests of positions and windows, given by their tokens.
#pragma once

#include <vector>

#include "matchers/plan/positions.h"

namespace presshawk {

// A term's occurrence at tokens [begin, end). A token here is ten bytes long.
inline Occurrence TermAt(uint32_t begin, uint32_t end) {
  Occurrence occurrence;
  occurrence.span = {begin * 10, end * 10};
  occurrence.token_begin = begin;
  occurrence.token_end = end;
  return occurrence;
}

// Occurrences of one word, each a single token.
inline std::vector<Occurrence> WordAt(const std::vector<uint32_t>& tokens) {
  std::vector<Occurrence> occurrences;
  for (const uint32_t token : tokens) {
    occurrences.push_back(TermAt(token, token + 1));
  }
  return occurrences;
}

// A regex's match of bytes [begin, end) that touches one token.
inline Occurrence RegexAt(uint32_t token, uint32_t begin, uint32_t end) {
  Occurrence occurrence = TermAt(token, token + 1);
  occurrence.space = Hit::Space::kOriginal;
  occurrence.span = {begin, end};
  return occurrence;
}

// A regex's match that touches no token.
inline Occurrence UnplacedRegexAt(uint32_t begin, uint32_t end) {
  Occurrence occurrence = RegexAt(0, begin, end);
  occurrence.token_end = 0;
  return occurrence;
}

}  // namespace presshawk
