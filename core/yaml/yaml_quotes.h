// SPDX-License-Identifier: Apache-2.0
// Values that YAML takes for something else than the text they were meant to
// be, because they have no quotes.
#pragma once

#include <string>
#include <string_view>

#include "core/yaml/yaml_file.h"

namespace presshawk {

// What to do about a mistake of syntax at byte `at` of `content`: names the
// value to put in quotes where one of that line begins with a character that
// YAML reads (`query: {US} AND Trump`), or holds `: `; else empty.
std::string QuotesFix(std::string_view content, size_t at);

// `text` as a YAML text in single quotes.
std::string InSingleQuotes(std::string_view text);

// The `#word` that follows a value without quotes on its line, and is a comment
// to YAML: `query: Trump AND #apple`, `- #apple`. Empty where there is none; a
// `#` before a space is a comment that was meant. `key`: the key or whatever
// stands before a value that is null; not looked at otherwise.
std::string_view HashtagBehind(std::string_view content, const YamlNode& value,
                               const YamlNode* key);

}  // namespace presshawk
