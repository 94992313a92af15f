// SPDX-License-Identifier: Apache-2.0
// Converts names and codes of languages and countries, as feeds write them, to
// the codes that are compared (SPEC A36). Codes and English names are those of
// ICU, and iso_aliases.h has other names. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "core/model/field.h"

namespace presshawk {

// Replaces *code by the ISO 639-1 code that a value of kLang stands for, or by
// the ISO 3166-1 alpha-2 code that a value of kCountry stands for:
//
//   lang     english, eng, ger, iw → en, en, de, he;  eng-US → en-US;
//            Chinese (Simplified), Portuguese (Brazil) → zh-Hans, pt-BR
//   country  Germany, DEU, 276 → DE;  UK → GB
//
// Names are compared as terms are: without case, accents and punctuation. What
// follows the code of a language behind `-` or `_` stays. Returns false if the
// value is to stay as it is written: it is such a code already (in any case),
// no known name or code, or a value of another field. *code is then
// unspecified. The first call in a process takes some milliseconds, and any
// other at most a microsecond.
bool ToIsoCode(MetaField field, std::string_view value, std::string* code);

}  // namespace presshawk
