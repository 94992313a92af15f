// SPDX-License-Identifier: Apache-2.0
// Written by tests/quality/learn_relevance.py.
#include "core/relevance/weights.h"

namespace presshawk {

const RelevanceWeights kEnglishWeights = {{
                                              0.70609F,   // title
                                              0.00000F,   // lead
                                              0.00000F,   // first
                                              1.14131F,   // first_share
                                              0.00000F,   // count
                                              0.17336F,   // density
                                              0.21751F,   // log_density
                                              0.00000F,   // spread
                                              -1.01468F,  // blocks_only
                                              -0.11237F,  // context
                                              -1.02575F,  // longer_name
                                              -1.24885F,  // small
                                              0.79743F,   // said
                                              -2.14079F,  // roundup
                                              -0.10387F,  // length
                                          },
                                          2.26305F};

const RelevanceWeights kOtherWeights = {{
                                            1.01225F,   // title
                                            0.00000F,   // lead
                                            0.00000F,   // first
                                            0.00000F,   // first_share
                                            0.00000F,   // count
                                            0.00000F,   // density
                                            0.70258F,   // log_density
                                            0.00000F,   // spread
                                            -1.14172F,  // blocks_only
                                            0.00000F,   // context
                                            0.00000F,   // longer_name
                                            0.00000F,   // small
                                            0.00000F,   // said
                                            0.00000F,   // roundup
                                            0.00000F,   // length
                                        },
                                        4.45161F};

const std::string_view kWeightsRelease = "1";

}  // namespace presshawk
