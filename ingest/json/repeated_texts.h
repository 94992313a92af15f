// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/article.h"

namespace presshawk {

// Some formats have one text in several forms: ninjs has it as plain text, HTML
// and NITF side by side. If all were read, every hit would count twice. If only
// the first were read, a different second text would be lost.
//
// LIFE. It is reused and allocates nothing in the steady state. NOT
// thread-safe.
class RepeatedTexts {
 public:
  // Removes from values[begin..] each text that occurs word for word in another
  // one, once `html` has removed the markup. Of equal texts, the first stays.
  // Does nothing for more than kValuesMax values.
  void Drop(HtmlMode html, size_t begin, std::vector<std::string_view>* values);

  static constexpr size_t kValuesMax = 16;

 private:
  void AppendWords(std::string_view text, HtmlMode html);

  std::string words_;  // The words of all values, one value after another.
  std::string extracted_;
};

}  // namespace presshawk
