// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/repeated_texts.h"

#include <array>
#include <cstring>

#include "core/text/html_text.h"

namespace presshawk {

// Appends " word word ": white space, no-break spaces included, as single
// spaces.
void RepeatedTexts::AppendWords(std::string_view text, HtmlMode html) {
  const HtmlKind kind = html == HtmlMode::kNo    ? HtmlKind::kNone
                        : html == HtmlMode::kYes ? HtmlKind::kMarkup
                                                 : DetectHtml(text);
  if (kind == HtmlKind::kMarkup) {
    ExtractHtmlText(text, html == HtmlMode::kAuto, &extracted_);
    text = extracted_;
  } else if (kind == HtmlKind::kReferencesOnly) {
    DecodeReferences(text, &extracted_);
    text = extracted_;
  }
  words_ += ' ';
  for (size_t i = 0; i < text.size(); ++i) {
    const bool no_break =
        text[i] == '\xC2' && i + 1 < text.size() && text[i + 1] == '\xA0';
    i += no_break ? 1 : 0;
    if (no_break || text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r')) {
      if (words_.back() != ' ') {
        words_ += ' ';
      }
    } else {
      words_ += text[i];
    }
  }
  if (words_.back() != ' ') {
    words_ += ' ';
  }
}

void RepeatedTexts::Drop(HtmlMode html, size_t begin,
                         std::vector<std::string_view>* values) {
  const size_t count = values->size() - begin;
  if (count < 2 || count > kValuesMax) {
    return;
  }
  words_.clear();
  std::array<size_t, kValuesMax + 1> ends = {};
  for (size_t i = 0; i < count; ++i) {
    // Ends what stands before.
    words_ += '\n';
    AppendWords((*values)[begin + i], html);
    ends[i + 1] = words_.size();
  }
  const auto words = [&](size_t i) {
    return std::string_view(words_).substr(ends[i] + 1,
                                           ends[i + 1] - ends[i] - 1);
  };
  size_t kept = begin;
  for (size_t i = 0; i < count; ++i) {
    bool repeats = false;
    for (size_t k = 0; k < count && !repeats; ++k) {
      const std::string_view text = words(i);
      const std::string_view other = words(k);
      if (k == i || text.size() > other.size() ||
          (text.size() == other.size() && k > i)) {
        continue;  // Of equal ones the first stays.
      }
      repeats = memmem(other.data(), other.size(), text.data(), text.size()) !=
                nullptr;
    }
    if (!repeats) {
      (*values)[kept++] = (*values)[begin + i];
    }
  }
  values->resize(kept);
}

}  // namespace presshawk
