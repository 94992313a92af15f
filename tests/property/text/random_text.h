// SPDX-License-Identifier: Apache-2.0
// Random text that is unkind to canonicalization: what normalization joins,
// reorders, expands or drops stands together far more often than by chance.
#pragma once

#include <random>
#include <string>

namespace presshawk::testing {

// A text of up to `code_points_max` code points, valid UTF-8.
std::string RandomText(std::mt19937_64* random, size_t code_points_max);

// As C++ source, to paste into a test.
std::string Quoted(std::string_view text);

}  // namespace presshawk::testing
