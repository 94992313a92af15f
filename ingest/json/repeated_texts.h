#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/article.h"

namespace presshawk {

// Formats give one text in several forms: ninjs as plain text, HTML and NITF
// side by side. Read all, every hit would count twice; read the first, a second
// text would be lost.
//
// LIFE. Reused: allocates nothing in the steady state. NOT thread-safe.
class RepeatedTexts {
 public:
  // Removes from values[begin..] those that stand in another of them word for
  // word, once markup is taken off by `html`; of equal ones the first stays.
  // Does nothing beyond kValuesMax values.
  void Drop(HtmlMode html, size_t begin, std::vector<std::string_view>* values);

  static constexpr size_t kValuesMax = 16;

 private:
  void AppendWords(std::string_view text, HtmlMode html);

  std::string words_;  // Of all values, one after the other.
  std::string extracted_;
};

}  // namespace presshawk
