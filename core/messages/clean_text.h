// SPDX-License-Identifier: Apache-2.0
// Texts of strangers in our messages: made harmless, measured and cut.
//
// Pure functions. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace presshawk {

// One line of valid UTF-8: bytes that are none become U+FFFD, white space of
// any kind becomes one blank, and controls go, also those that would turn the
// direction of the text around them.
std::string CleanText(std::string_view text);

// `json` with U+FFFD for surrogates without their partner and for bytes that
// are no UTF-8, which parsers refuse.
std::string RepairedJson(std::string_view json);

// In code units of UTF-16, by which chats count.
size_t Utf16Length(std::string_view text);

// The begin of `text` with at most `units` code units, "…" included where
// something was cut off. No letter is cut from its marks, and no emoji in two.
// REQUIRES: valid UTF-8.
std::string CutText(std::string_view text, size_t units);

// Whether a letter of a script that runs from right to left stands in it.
bool HasRightToLeft(std::string_view text);

// Between isolates (U+2068, U+2069) where it runs from right to left, so that
// what stands beside it keeps its place.
std::string Isolated(std::string text);

// The URL as it may stand in a link: http or https, with everything
// percent-encoded that could end it or call somebody. Empty for what is no such
// URL, for one with a user name, and for one of more than 2,000 characters.
std::string CleanUrl(std::string_view url);

}  // namespace presshawk
