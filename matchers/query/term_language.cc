// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/term_language.h"

#include <array>

#include "matchers/forms/letters.h"
#include "matchers/query/lexer.h"

namespace presshawk {
namespace {

// What is known of the letters of a language.
struct Letters {
  std::string_view code;
  std::u32string_view own;      // No other language here has them.
  std::u32string_view foreign;  // It does not have them, others do.
};

constexpr std::u32string_view kNotRussian = U"іїєґўѓќѕђћјљњџ";

// The letters of one script. A letter that several languages have is in the
// `foreign` of the others.
constexpr std::array<Letters, 5> kCyrillic = {{
    {"uk", U"їєґ", U"ыэёъўѓќѕђћјљњџ"},
    {"be", U"ў", U"їєґиъѓќѕђћјљњџ"},
    {"ru", U"ыэё", kNotRussian},
    {"mk", U"ѓќѕ", U"ыэёъьўїєґіђћ"},
    {"bg", U"", U"ыэёіїєґўѓќѕђћјљњџ"},
}};
constexpr std::array<Letters, 4> kLatin = {{
    {"pl", U"łąęśź", U"ěřůčšžýøåßäöüãõñğışţțșőűđľĺŕ"},
    {"cs", U"ěřů", U"łąęśźżćńøåßäöãõñğışţțșőűđľĺŕ"},
    {"sk", U"ľĺŕ", U"łąęśźżćńøåßöüãõñğışţțșőűđěřů"},
    {"de", U"ß", U"łąęśźżćńøåãõñğışţțșőűđľĺŕěřůčšž"},
}};

bool Has(std::u32string_view text, std::u32string_view letters) {
  return text.find_first_of(letters) != std::u32string_view::npos;
}

// `ъ` before a consonant: България. Russian has it before e, ё, ю and я.
bool HasBulgarianVowel(std::u32string_view text) {
  for (size_t at = text.find(U'ъ'); at != std::u32string_view::npos;
       at = text.find(U'ъ', at + 1)) {
    if (at + 1 < text.size() &&
        Has(text.substr(at + 1, 1), U"бвгджзйклмнпрстфхцчшщ")) {
      return true;
    }
  }
  return false;
}

// The one language of the script that the text has letters of and no others.
std::string_view OnlyOne(std::u32string_view text,
                         absl::Span<const Letters> languages) {
  std::string_view found;
  for (const Letters& language : languages) {
    const bool is_it =
        Has(text, language.own) ||
        (language.code == "bg" && HasBulgarianVowel(text)) ||
        (language.code == "be" && Has(text, U"і") && Has(text, U"ы"));
    if (!is_it || Has(text, language.foreign)) {
      continue;
    }
    if (!found.empty()) {
      return "";
    }
    found = language.code;
  }
  return found;
}

// Letters that Arabic has, and neither Persian nor Urdu write.
std::string_view ArabicOrNothing(std::u32string_view text) {
  return Has(text, U"ةىأإ") && !Has(text, U"پچژگکیڈٹےہ") ? "ar" : "";
}

}  // namespace

std::string_view LanguageOfTerms(absl::Span<const std::string> terms) {
  std::u32string text;
  bool is_cyrillic = false;
  bool is_arabic = false;
  for (const std::string& term : terms) {
    for (const char32_t c : ToCodePoints(term)) {
      text += LowerLetter(c);
      is_cyrillic |= c >= 0x400 && c <= 0x52F;
      is_arabic |= c >= 0x600 && c <= 0x6FF;
    }
    text += U' ';
  }
  if (is_cyrillic) {
    return is_arabic ? "" : OnlyOne(text, kCyrillic);
  }
  return is_arabic ? ArabicOrNothing(text) : OnlyOne(text, kLatin);
}

}  // namespace presshawk
