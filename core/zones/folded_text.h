// SPDX-License-Identifier: Apache-2.0
// Compares phrases of core/zones/data with text of an article, without case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace presshawk {

// Reads a text as phrases are compared: lower case for Latin, Greek and
// Cyrillic letters, one ' ' for white space of any length, plain quotation
// marks, and one '#' for a number.
//
//   FoldedReader reader(text);
//   while (!reader.AtEnd()) Use(reader.Next());
class FoldedReader {
 public:
  // The text is valid UTF-8 and outlives the reader.
  explicit FoldedReader(std::string_view text)
      : at_(text.data()),
        begin_(text.data()),
        end_(text.data() + text.size()) {}

  bool AtEnd() const { return at_ == end_; }
  // REQUIRES: !AtEnd().
  char32_t Next();
  // The number of bytes that were read.
  size_t position() const { return static_cast<size_t>(at_ - begin_); }

 private:
  const char* at_;
  const char* begin_;
  const char* end_;
};

inline constexpr size_t kNoPhrase = static_cast<size_t>(-1);

// The number of bytes of `text` that `phrase` takes up at its start, or
// kNoPhrase. A phrase that ends with a letter must end where a word ends.
size_t PhraseAtStart(std::string_view text, std::string_view phrase);
// Whether the text ends with the phrase, and the phrase begins where a word
// begins. Sets *begin to the phrase's first byte.
bool PhraseAtEnd(std::string_view text, std::string_view phrase, size_t* begin);

// A hash of the first word, or of the first two letters of a script without
// spaces. Equal for a phrase and a text that starts with it.
uint32_t FirstWordHash(std::string_view text);
// The same for the last word, without punctuation behind it.
uint32_t LastWordHash(std::string_view text);

// Letters and digits: what makes a word longer.
bool IsWordCharacter(char32_t c);
// Han, kana, Thai: scripts that put no spaces between words.
bool IsSpacelessScript(char32_t c);

}  // namespace presshawk
