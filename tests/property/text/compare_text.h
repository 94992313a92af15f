// SPDX-License-Identifier: Apache-2.0
// One text through core/text and through tests/reference/text.
#pragma once

#include <string_view>

#include <gtest/gtest.h>

namespace presshawk::testing {

// Compares the canonical text of every kernel, token indexes, the map back of
// every token and of some phrases, code point offsets, and that every
// checkpoint can be entered.
::testing::AssertionResult SameAsReference(std::string_view text);

}  // namespace presshawk::testing
