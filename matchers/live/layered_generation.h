// SPDX-License-Identifier: Apache-2.0
// Makes one generation of several compiled sets: a large base, and beside it
// what has changed since.
//
//   base    [a b c d e f …]   lists that changed are hidden
//   delta   [b' x]            their new conditions, and new lists
//
// A list is in force in one layer only. Immutable, like every Generation.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "matchers/query_set.h"

namespace presshawk {

struct Layer {
  std::shared_ptr<const QuerySet> set;
  // By ListSlot of `set`: true for lists that are not in force in this layer.
  // If it is empty, all are in force.
  std::vector<bool> hidden;
};

// `id` is that of the whole generation (SPEC GEN-1). A matcher takes over the
// scanners of the previous generation's matcher for the layers that both share.
std::shared_ptr<const Generation> MakeLayeredGeneration(
    std::vector<Layer> layers, std::string id);

}  // namespace presshawk
