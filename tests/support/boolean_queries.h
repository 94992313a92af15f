// SPDX-License-Identifier: Apache-2.0
// Boolean queries of the size and shape that analysts write, about given terms:
// a mean of 8 terms, a third of the queries with NEAR or ONEAR, a tenth of the
// terms with a wildcard.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

// Terms that occur in one article, those that stand close to each other close.
using Theme = std::vector<std::string>;

// Pieces of one to three words, in the order of the text; of text without
// spaces, of one to four characters.
Theme ThemeOfText(std::string_view text, std::mt19937_64* random);

class BooleanQueries {
 public:
  // `themes` must outlive it; one of them has a term.
  BooleanQueries(const std::vector<Theme>& themes, std::mt19937_64* random)
      : themes_(themes), random_(*random) {}

  std::string Next();

 private:
  size_t Below(size_t n) { return random_() % n; }
  bool OneIn(size_t n) { return Below(n) == 0; }

  // A term of the query's theme, or now and then of another.
  std::string Term();
  // `count` terms, `(a OR b)`.
  std::string Group(size_t count);

  const std::vector<Theme>& themes_;
  std::mt19937_64& random_;
  const Theme* theme_ = nullptr;
  size_t place_ = 0;  // In the theme: what the query is about.
};

}  // namespace presshawk
