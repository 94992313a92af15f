// SPDX-License-Identifier: Apache-2.0
// HTML to text by SPEC A1 and A2, piece by piece. Of named character references
// and of inline elements it knows the few that the tests write.
#pragma once

#include <string>
#include <string_view>

namespace presshawk::reference {

enum class Html { kNone, kReferencesOnly, kMarkup };

// What `auto` takes a text for (A1).
Html DetectHtml(std::string_view text);

// The text of HTML (A2); where `detected`, with A1's line breaks.
std::string HtmlText(std::string_view html, bool detected);

// With its character references decoded once.
std::string DecodeReferences(std::string_view text);

}  // namespace presshawk::reference
