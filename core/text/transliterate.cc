// SPDX-License-Identifier: Apache-2.0
#include "core/text/transliterate.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

namespace presshawk {

struct Transliterator::Rules {
  std::unique_ptr<icu::Transliterator> icu;  // Null where ICU lacks its data.
};

Transliterator::Transliterator() : rules_(std::make_unique<Rules>()) {
  UErrorCode error = U_ZERO_ERROR;
  rules_->icu.reset(icu::Transliterator::createInstance(
      "Any-Latin; Latin-ASCII", UTRANS_FORWARD, error));
  if (U_FAILURE(error)) {
    rules_->icu.reset();
  }
}

Transliterator::~Transliterator() = default;

std::string Transliterator::ToLatin(std::string_view text) const {
  if (rules_->icu == nullptr) {
    return std::string(text);
  }
  icu::UnicodeString utf16 = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  rules_->icu->transliterate(utf16);
  std::string latin;
  utf16.toUTF8String(latin);
  return latin;
}

}  // namespace presshawk
