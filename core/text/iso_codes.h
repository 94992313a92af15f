// Names and codes of languages and countries as feeds write them, to the codes
// that are compared (SPEC A36). The codes and English names are ICU's; what
// else they are called is in iso_aliases.h. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "core/model/field.h"

namespace presshawk {

// Replaces *code by the ISO 639-1 code that a value of kLang stands for, or the
// ISO 3166-1 alpha-2 code of one of kCountry:
//
//   lang     english, eng, ger, iw → en, en, de, he;  eng-US → en-US;
//            Chinese (Simplified), Portuguese (Brazil) → zh-Hans, pt-BR
//   country  Germany, DEU, 276 → DE;  UK → GB
//
// Names are compared as terms are: without case, accents and punctuation. What
// follows a language's code behind `-` or `_` stays. False, and *code is
// unspecified, where the value is to stay as written: it is such a code already
// (in any case), no known name or code, or a value of another field. The first
// call in a process takes some milliseconds, each a microsecond at most.
bool ToIsoCode(MetaField field, std::string_view value, std::string* code);

}  // namespace presshawk
