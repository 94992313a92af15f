// SPDX-License-Identifier: Apache-2.0
// Boolean lists in two languages: ours, and prefix expressions for peers with
// query objects. Of the shapes that analysts write:
//
//   20 % name AND word          15 % word AND word AND (name OR name)
//   20 % name OR name OR name   15 % name AND NOT word
//   10 % (name OR name) AND word AND NOT word
//   20 % two words in a window: "a b"~n
//
// Prefix expressions: (term new york) (and X Y) (or X Y) (not X) (near 5 a b).
#pragma once

#include <random>
#include <string>
#include <vector>

namespace presshawk {

struct BooleanPair {
  std::string query;
  std::string prefix;
};

// `names`: canonical terms that occur in `canonical_texts` (` a b c `); of them
// and of the words, only those that an analyst would choose: names in at most
// 1 % of the articles, words in 0.2 to 5 %.
std::vector<BooleanPair> MakeBooleanPairs(
    const std::vector<std::string>& names,
    const std::vector<std::string>& canonical_texts, size_t count);

}  // namespace presshawk
