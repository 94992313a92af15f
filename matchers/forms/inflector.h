// SPDX-License-Identifier: Apache-2.0
// The forms of a term by the rules of its language.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matchers/forms/form_rules.h"

namespace presshawk {

struct InflectedTerm {
  std::u32string text;
  std::string why;
};

// All forms, without repeats, the written one first; at most `max`.
std::vector<InflectedTerm> Inflect(std::u32string_view term,
                                   const FormRules& rules, size_t max);

}  // namespace presshawk
