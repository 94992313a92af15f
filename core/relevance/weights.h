// SPDX-License-Identifier: Apache-2.0
// The learnt weights of the signals. tests/quality/learn_relevance.py writes
// weights.cc.
#pragma once

#include <string_view>

#include "core/relevance/signals.h"

namespace presshawk {

struct RelevanceWeights {
  Signals weights;
  float bias;
};

// For articles in English, and in any other language.
extern const RelevanceWeights kEnglishWeights;
extern const RelevanceWeights kOtherWeights;
extern const std::string_view kWeightsRelease;

}  // namespace presshawk
