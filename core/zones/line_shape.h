// SPDX-License-Identifier: Apache-2.0
// What the shape of a line says, whatever its language.
#pragma once

#include <string_view>

namespace presshawk {

// Whether the line ends as a sentence does: with a full stop, question mark,
// exclamation mark, ellipsis or colon, perhaps inside quotation marks or
// brackets.
bool EndsAsSentence(std::string_view line);
// Words between white space; for scripts without spaces, two letters are one.
// Counts no further than `max`.
size_t CountWords(std::string_view line, size_t max);
// Where the first `max` words end, in bytes, and how many words there are, up
// to `max`.
struct WordsAtStart {
  size_t words = 0;
  size_t bytes = 0;
};
WordsAtStart TakeWords(std::string_view line, size_t max);
// Whether all letters with case are capitals, and there are at least five
// words.
bool IsInCapitals(std::string_view line);
// Whether it is a piece of a program or a style sheet.
bool IsCode(std::string_view line);
// Whether it begins a gallery of numbered pictures: "1/3 ... 2/3 ...".
bool IsNumberedGallery(std::string_view line);
// Whether it is the name of a picture file: "fat-kid-in-mcdonalds".
bool IsPictureName(std::string_view line);
// Whether `phrase`, at the end of the line up to `begin`, stands in a credit.
bool IsCreditBefore(std::string_view line, size_t begin);
// Whether the line ends with a bracket that is a credit: "(Photo: Ann Lee)".
bool EndsWithCreditBracket(std::string_view line);

}  // namespace presshawk
