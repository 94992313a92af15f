// SPDX-License-Identifier: Apache-2.0
#include "core/text/iso_codes.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <unordered_map>

#include <unicode/locdspnm.h>
#include <unicode/locid.h>
#include <unicode/uloc.h>
#include <unicode/unistr.h>
#include <unicode/uregion.h>

#include "core/base/check.h"
#include "core/text/canonicalizer.h"
#include "core/text/iso_aliases.h"

namespace presshawk {
namespace {

// Longer than any name with a country's in brackets.
constexpr size_t kValueBytesMax = 128;
// A region's name is looked for behind a language's name, not behind a code:
// `en, fr` are two languages.
constexpr size_t kLanguageNameMin = 4;

char ToLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// Replaces *key by what all spellings of a name have in common.
void MakeKey(std::string_view name, std::string* key) {
  // Kept by the thread, so that the steady state allocates nothing.
  static thread_local CanonicalBuffer canonical;
  canonical.Clear();
  CanonicalizeText(name, Kernel::kPortable, /*wildcards=*/false, ~size_t{0},
                   &canonical, nullptr);
  key->clear();
  std::string_view rest(canonical.data(), canonical.size());
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (rest.empty()) {
      return;
    }
    const std::string_view token = rest.substr(0, rest.find(' '));
    rest.remove_prefix(token.size());
    if (token != "and" && token != "the") {
      key->append(key->empty() ? "" : " ");
      key->append(token == "saint" ? "st" : token);
    }
  }
}

// Codes by key. The codes live as long as the process.
class CodeTable {
 public:
  // A code, or another name's key. The last one counts.
  void Add(std::string_view key, std::string_view code) {
    codes_.insert_or_assign(std::string(key), code);
  }
  void AddOtherCode(const char* written, std::string_view code) {
    std::string key(written);
    std::transform(key.begin(), key.end(), key.begin(), ToLower);
    Add(key, code);
  }
  void AddName(const icu::UnicodeString& name, std::string_view code) {
    std::string utf8;
    std::string key;
    MakeKey(name.toUTF8String(utf8), &key);
    Add(key, code);
  }
  template <size_t kSize>
  void Add(const IsoAlias (&aliases)[kSize]) {
    for (const IsoAlias& alias : aliases) {
      Add(alias.name, alias.code);
    }
  }

  // Empty where there is none.
  std::string_view Find(std::string_view key) const {
    const auto at = codes_.find(key);
    return at == codes_.end() ? std::string_view() : at->second;
  }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, std::string_view, Hash, std::equal_to<>>
      codes_;
};

std::unique_ptr<icu::LocaleDisplayNames> EnglishNames() {
  std::unique_ptr<icu::LocaleDisplayNames> names(
      icu::LocaleDisplayNames::createInstance(icu::Locale::getEnglish()));
  PRESSHAWK_CHECK(names != nullptr);  // Fails on exhausted memory only.
  return names;
}

// Aliases come last: they hold whatever ICU's release calls a place.
CodeTable MakeLanguages() {
  CodeTable table;
  const auto names = EnglishNames();
  for (const char* const* code = uloc_getISOLanguages(); *code != nullptr;
       ++code) {
    if (std::strlen(*code) == 2) {
      icu::UnicodeString name;
      table.AddName(names->languageDisplayName(*code, name), *code);
      table.AddOtherCode(uloc_getISO3Language(*code), *code);
      table.Add(*code, *code);
    }
  }
  table.Add(kLanguageAliases);
  return table;
}

CodeTable MakeCountries() {
  CodeTable table;
  const auto names = EnglishNames();
  for (const char* const* code = uloc_getISOCountries(); *code != nullptr;
       ++code) {
    UErrorCode error = U_ZERO_ERROR;
    const URegion* const region = uregion_getRegionFromCode(*code, &error);
    // ICU's own additions (Ceuta, Diego Garcia) have no number.
    const int32_t number =
        U_SUCCESS(error) ? uregion_getNumericCode(region) : -1;
    if (number < 0) {
      continue;
    }
    icu::UnicodeString name;
    table.AddName(names->regionDisplayName(*code, name), *code);
    table.AddOtherCode(icu::Locale("und", *code).getISO3Country(), *code);
    table.AddOtherCode(*code, *code);
    char digits[16];
    std::snprintf(digits, sizeof(digits), "%03d", number);
    table.Add(digits, *code);
  }
  table.Add(kCountryAliases);
  return table;
}

const CodeTable& Languages() {
  static const CodeTable* const table = new CodeTable(MakeLanguages());
  return *table;
}
const CodeTable& Countries() {
  static const CodeTable* const table = new CodeTable(MakeCountries());
  return *table;
}
const CodeTable& Varieties() {
  static const CodeTable* const table = [] {
    auto* const varieties = new CodeTable;
    varieties->Add(kVarietyAliases);
    return varieties;
  }();
  return *table;
}

bool IsAlphanumeric(char c) {
  return (ToLower(c) >= 'a' && ToLower(c) <= 'z') || (c >= '0' && c <= '9');
}
bool IsAlphanumeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsAlphanumeric(c); });
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ToLower(x) == ToLower(y); });
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\n\v\f\r";
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  return text.substr(0, text.find_last_not_of(kSpaces) + 1);
}

// `-US`, `_Hans_CN`: what may follow a code in a language tag.
bool AreSubtags(std::string_view text) {
  size_t size = 0;
  for (const char c : text.substr(1)) {
    if (c == '-' || c == '_') {
      size = 0;
    } else if (!IsAlphanumeric(c) || ++size > 8) {
      return false;
    }
  }
  return size > 0;
}

// Looks up a code of up to three letters or digits.
std::string_view FindCode(const CodeTable& table, std::string_view written) {
  char key[3];
  for (size_t i = 0; i < written.size(); ++i) {
    key[i] = ToLower(written[i]);
  }
  return table.Find({key, written.size()});
}

// Portuguese (Brazil)
bool FromNameAndRegion(std::string_view key, std::string* code) {
  for (size_t space = key.find(' '); space != std::string_view::npos;
       space = key.find(' ', space + 1)) {
    if (space < kLanguageNameMin) {
      continue;
    }
    const std::string_view language = Languages().Find(key.substr(0, space));
    const std::string_view rest = key.substr(space + 1);
    std::string_view region = Countries().Find(rest);
    region = region.empty() ? Varieties().Find(rest) : region;
    if (language.size() == 2 && !region.empty()) {
      code->assign(language).append("-").append(region);
      return true;
    }
  }
  return false;
}

bool ToLanguageCode(std::string_view value, std::string* code) {
  const size_t end = std::min(value.find_first_of("-_"), value.size());
  const std::string_view letters = value.substr(0, end);
  const std::string_view subtags = value.substr(end);
  if (end <= 3 && IsAlphanumeric(letters) &&
      (subtags.empty() || AreSubtags(subtags))) {
    const std::string_view found = FindCode(Languages(), letters);
    code->assign(found).append(subtags);
    return !found.empty() && !EqualsIgnoreCase(found, letters);
  }
  static thread_local std::string key;
  MakeKey(value, &key);
  const std::string_view found = Languages().Find(key);
  if (found.empty()) {
    return FromNameAndRegion(key, code);
  }
  code->assign(found);
  return true;
}

bool ToCountryCode(std::string_view value, std::string* code) {
  std::string_view found;
  if (value.size() <= 3 && IsAlphanumeric(value)) {
    found = FindCode(Countries(), value);
  } else {
    static thread_local std::string key;
    MakeKey(value, &key);
    found = Countries().Find(key);
  }
  code->assign(found);
  return !found.empty() && !EqualsIgnoreCase(found, value);
}

}  // namespace

bool ToIsoCode(MetaField field, std::string_view value, std::string* code) {
  value = Trimmed(value);
  if (value.size() > kValueBytesMax) {
    return false;
  }
  switch (field) {
    case MetaField::kLang:
      return ToLanguageCode(value, code);
    case MetaField::kCountry:
      return ToCountryCode(value, code);
    default:
      return false;
  }
}

}  // namespace presshawk
