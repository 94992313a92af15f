// SPDX-License-Identifier: Apache-2.0
// Random queries in the language of SPEC QUERY-1 to QUERY-15, about words of
// given texts, so that they hold now and then.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace presshawk::testing {

class RandomQuery {
 public:
  // `texts` must outlive it and not all be empty.
  // `with_forms`: some parts ask for the forms of tests/support/forms.
  RandomQuery(const std::vector<std::string>& texts, std::mt19937_64* random,
              bool with_forms = false)
      : texts_(texts), random_(*random), with_forms_(with_forms) {}

  // A query that the reader takes. `ids`: lists it may refer to.
  std::string Next(const std::vector<std::string>& ids);
  // The same of forms that ask whether hits overlap, about regexes that hit
  // several times within a word, or between words. The reference is slow with
  // them: for short texts.
  std::string NextDense();
  // One to three words as they stand in a text.
  std::string Words();

 private:
  size_t Below(size_t n) { return random_() % n; }
  bool OneIn(size_t n) { return Below(n) == 0; }

  std::string Node(int depth, const std::vector<std::string>& ids);
  std::string Term();
  std::string WildcardTerm();
  std::string RegexTerm();
  std::string DenseOperand();
  std::string Operand();
  std::string Metadata();

  const std::vector<std::string>& texts_;
  std::mt19937_64& random_;
  const bool with_forms_;
};

}  // namespace presshawk::testing
