// SPDX-License-Identifier: Apache-2.0
// The hits of a list in an article as text, a line each, to compare matchers/
// with tests/reference.
#pragma once

#include <string>

#include "core/matching/matcher.h"
#include "tests/reference/matchers/reference_matcher.h"

namespace presshawk::testing {

// REQUIRES: both: the list holds.
std::string DescribeHits(Matcher* matcher, ListSlot slot,
                         const ArticleText& text);
std::string DescribeHits(const reference::ReferenceArticle& article,
                         const reference::ReferenceLists& lists,
                         const std::string& id);

}  // namespace presshawk::testing
