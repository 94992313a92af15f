// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "matchers/plan/program.h"
#include "matchers/plan/triggers.h"

namespace presshawk::testing {

// Triggers that rule nothing out: every list is evaluated for every article.
class EveryListTriggers {
 public:
  static Triggers Of(const Program& program) {
    Triggers triggers;
    triggers.patterns_ = program.patterns;
    for (size_t i = 0; i < program.patterns + program.roots.size(); ++i) {
      triggers.heads_.push_back(Triggers::kNothing);
    }
    for (ListSlot slot = 0; slot < program.lists.size(); ++slot) {
      triggers.always_.push_back(slot);
    }
    return triggers;
  }
};

}  // namespace presshawk::testing
