// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/text/reference_text.h"

#include <algorithm>
#include <map>
#include <set>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "core/base/check.h"

namespace presshawk::reference {
namespace {

using CodePoints = std::u32string;

// A character on its way, with the source code points that it came from.
struct Item {
  char32_t c;
  size_t first, last;
};
using Items = std::vector<Item>;

const icu::Normalizer2& Normalizer(const char* data, UNormalization2Mode mode) {
  UErrorCode error = U_ZERO_ERROR;
  const auto* normalizer =
      icu::Normalizer2::getInstance(nullptr, data, mode, error);
  PRESSHAWK_CHECK(U_SUCCESS(error));
  return *normalizer;
}

CodePoints Normalize(const icu::Normalizer2& normalizer,
                     const CodePoints& text) {
  const auto source = icu::UnicodeString::fromUTF32(
      reinterpret_cast<const UChar32*>(text.data()),
      static_cast<int32_t>(text.size()));
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString result = normalizer.normalize(source, error);
  PRESSHAWK_CHECK(U_SUCCESS(error));
  CodePoints code_points;
  for (int32_t i = 0; i < result.length(); i = result.moveIndex32(i, 1)) {
    code_points.push_back(static_cast<char32_t>(result.char32At(i)));
  }
  return code_points;
}

CodePoints NfkcCasefold(const CodePoints& text) {
  static const auto& normalizer = Normalizer("nfkc_cf", UNORM2_COMPOSE);
  return Normalize(normalizer, text);
}
CodePoints Nfd(char32_t c) {
  static const auto& normalizer = Normalizer("nfc", UNORM2_DECOMPOSE);
  return Normalize(normalizer, CodePoints(1, c));
}
// NFC of exactly these two when it is one character, else 0.
char32_t ComposeTwo(char32_t a, char32_t b) {
  static const auto& normalizer = Normalizer("nfc", UNORM2_COMPOSE);
  const UChar32 composed =
      normalizer.composePair(static_cast<UChar32>(a), static_cast<UChar32>(b));
  return composed < 0 ? 0 : static_cast<char32_t>(composed);
}

uint8_t CombiningClass(char32_t c) {
  return u_getCombiningClass(static_cast<UChar32>(c));
}
bool InCategory(char32_t c, uint32_t mask) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & mask) != 0;
}
bool IsMark(char32_t c) { return InCategory(c, U_GC_M_MASK); }
bool IsLetter(char32_t c) { return InCategory(c, U_GC_L_MASK); }

UScriptCode Script(char32_t c) {
  UErrorCode error = U_ZERO_ERROR;
  return uscript_getScript(static_cast<UChar32>(c), &error);
}

bool InDroppingScript(char32_t c) {
  static const std::set<UScriptCode> scripts = {USCRIPT_LATIN, USCRIPT_GREEK,
                                                USCRIPT_CYRILLIC,
                                                USCRIPT_ARABIC, USCRIPT_HEBREW};
  return scripts.count(Script(c)) != 0;
}

// A13.
bool IsOwnToken(char32_t c) {
  static const std::set<UScriptCode> scripts = {
      USCRIPT_HAN,  USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_HANGUL,
      USCRIPT_THAI, USCRIPT_LAO,      USCRIPT_KHMER,    USCRIPT_MYANMAR};
  if (!InCategory(c, U_GC_L_MASK | U_GC_NL_MASK)) {
    return false;
  }
  const UScriptCode script = Script(c);
  if (script != USCRIPT_COMMON && script != USCRIPT_INHERITED) {
    return scripts.count(script) != 0;
  }
  return std::any_of(scripts.begin(), scripts.end(), [c](UScriptCode s) {
    return uscript_hasScript(static_cast<UChar32>(c), s) != 0;
  });
}

// Step 4 and A10; marks aside.
bool IsTokenCharacter(char32_t c) {
  const bool apostrophe = c >= 0x02B9 && c <= 0x02BF;
  return InCategory(c, U_GC_L_MASK | U_GC_N_MASK) && !apostrophe;
}

// A12: a letter or digit of a script that keeps its marks. Common is no script;
// what A13 counts as a letter of one of its eight has one.
bool KeepsMarks(char32_t c) {
  if (!InCategory(c, U_GC_L_MASK | U_GC_N_MASK) || InDroppingScript(c) ||
      !IsTokenCharacter(c)) {
    return false;
  }
  const UScriptCode script = Script(c);
  return IsOwnToken(c) ||
         (script != USCRIPT_COMMON && script != USCRIPT_INHERITED);
}

// Step 2 with provenance: every code point mapped by itself and decomposed,
// canonical order (D109), canonical composition (D117). The result is compared
// with ICU's own on the whole text.
Items StepTwo(const CodePoints& text) {
  CodePoints source = text;
  for (char32_t& c : source) {
    if (c == U'™' || c == U'℠') {
      c = U' ';  // A11.
    }
  }
  Items items;
  for (size_t i = 0; i < source.size(); ++i) {
    for (const char32_t mapped : NfkcCasefold(CodePoints(1, source[i]))) {
      for (const char32_t part : Nfd(mapped)) {
        items.push_back({part, i, i});
      }
    }
  }
  for (auto run = items.begin(); run != items.end();) {
    if (CombiningClass(run->c) == 0) {
      ++run;
      continue;
    }
    auto end = run;
    while (end != items.end() && CombiningClass(end->c) != 0) {
      ++end;
    }
    std::stable_sort(run, end, [](const Item& a, const Item& b) {
      return CombiningClass(a.c) < CombiningClass(b.c);
    });
    run = end;
  }
  Items composed;
  size_t starter = 0;
  bool has_starter = false;
  for (const Item& item : items) {
    const uint8_t combining_class = CombiningClass(item.c);
    if (has_starter) {
      const bool adjacent = starter + 1 == composed.size();
      const uint8_t before = CombiningClass(composed.back().c);
      const bool blocked =
          !adjacent && (before == 0 || before >= combining_class);
      const char32_t both =
          blocked ? 0 : ComposeTwo(composed[starter].c, item.c);
      if (both != 0) {
        Item& base = composed[starter];
        base.c = both;
        base.first = std::min(base.first, item.first);
        base.last = std::max(base.last, item.last);
        continue;
      }
    }
    if (combining_class == 0) {
      starter = composed.size();
      has_starter = true;
    }
    composed.push_back(item);
  }
  const CodePoints whole = NfkcCasefold(source);
  PRESSHAWK_CHECK(whole.size() == composed.size());
  for (size_t i = 0; i < whole.size(); ++i) {
    PRESSHAWK_CHECK(whole[i] == composed[i].c);
  }
  return composed;
}

// Step 3, A7 and A9.
CodePoints FoldDiacritics(char32_t c) {
  static const std::map<char32_t, CodePoints> replaced = {
      {U'æ', U"ae"},       {U'œ', U"oe"},       {U'ø', U"o"},
      {U'đ', U"d"},        {U'ð', U"d"},        {U'ł', U"l"},
      {U'ħ', U"h"},        {U'ı', U"i"},        {U'þ', U"th"},
      {0x0649, U"\u064A"}, {0x0629, U"\u0647"}, {0x06A9, U"\u0643"},
      {0x06CC, U"\u064A"}, {0x0671, U"\u0627"}, {0x0640, U""}};
  CodePoints parts(1, c);
  if (InDroppingScript(c) && c != U'й' && c != U'ї') {
    parts = Nfd(c);
    parts.erase(std::remove_if(parts.begin(), parts.end(), IsMark),
                parts.end());
  }
  CodePoints folded;
  for (const char32_t part : parts) {
    const auto found = replaced.find(part);
    folded += found == replaced.end() ? CodePoints(1, part) : found->second;
  }
  return folded;
}

// Steps 3 and 4's marks (A12): what is left are characters and kept marks.
Items StepThree(const Items& items) {
  Items folded;
  for (const Item& item : items) {
    for (const char32_t c : FoldDiacritics(item.c)) {
      folded.push_back({c, item.first, item.last});
    }
  }
  Items kept;
  bool keeps = false;
  for (const Item& item : folded) {
    if (IsMark(item.c)) {
      if (keeps) {
        kept.push_back(item);
      }
    } else {
      keeps = KeepsMarks(item.c);
      kept.push_back(item);
    }
  }
  return kept;
}

// One letter or digit with its kept marks, or a separator.
struct Unit {
  Items items;
  enum { kSeparator, kStop, kLetter, kOther, kOwnToken } kind;
};

// `wildcards`: a `*` or `?` of the source itself is a token character.
std::vector<Unit> ToUnits(const Items& items, const CodePoints& source,
                          bool wildcards) {
  std::vector<Unit> units;
  for (const Item& item : items) {
    if (IsMark(item.c)) {
      units.back().items.push_back(item);
      continue;
    }
    Unit unit = {{item}, Unit::kSeparator};
    if (item.c == U'.') {
      unit.kind = Unit::kStop;
    } else if (IsOwnToken(item.c)) {
      unit.kind = Unit::kOwnToken;
    } else if (IsTokenCharacter(item.c) ||
               (wildcards && (item.c == U'*' || item.c == U'?') &&
                source[item.first] == item.c)) {
      unit.kind = IsLetter(item.c) ? Unit::kLetter : Unit::kOther;
    }
    units.push_back(unit);
  }
  return units;
}

// A14: whether unit i is a letter that would be a token by itself.
bool StandsAlone(const std::vector<Unit>& units, size_t i) {
  const auto is_word = [&units](size_t k) {
    return k < units.size() &&
           (units[k].kind == Unit::kLetter || units[k].kind == Unit::kOther);
  };
  return i < units.size() && units[i].kind == Unit::kLetter &&
         !is_word(i - 1) && !is_word(i + 1);
}

void AppendUtf8(char32_t c, std::string* out) {
  icu::UnicodeString(static_cast<UChar32>(c)).toUTF8String(*out);
}

// Code points, and where each begins; one more entry for the end.
void Decode(std::string_view text, CodePoints* code_points,
            std::vector<uint32_t>* begins) {
  for (uint32_t i = 0; i < text.size();) {
    const auto byte = [&text, i](uint32_t k) {
      return static_cast<char32_t>(static_cast<uint8_t>(text[i + k]));
    };
    begins->push_back(i);
    if (byte(0) < 0x80) {
      code_points->push_back(byte(0));
      i += 1;
    } else if (byte(0) < 0xE0) {
      code_points->push_back((byte(0) & 0x1F) << 6 | (byte(1) & 0x3F));
      i += 2;
    } else if (byte(0) < 0xF0) {
      code_points->push_back((byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 |
                             (byte(2) & 0x3F));
      i += 3;
    } else {
      code_points->push_back((byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 |
                             (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F));
      i += 4;
    }
  }
  begins->push_back(static_cast<uint32_t>(text.size()));
}

}  // namespace

Canonical Canonicalize(std::string_view text, bool wildcards) {
  CodePoints code_points;
  std::vector<uint32_t> begins;
  Decode(text, &code_points, &begins);
  const std::vector<Unit> units =
      ToUnits(StepThree(StepTwo(code_points)), code_points, wildcards);
  Canonical canonical;
  bool open = false;  // The last token can still grow.
  for (size_t i = 0; i < units.size(); ++i) {
    const Unit& unit = units[i];
    if (unit.kind == Unit::kSeparator || unit.kind == Unit::kStop) {
      // A14: a joining stop leaves the token open.
      const bool joins = unit.kind == Unit::kStop && i > 0 &&
                         StandsAlone(units, i - 1) && StandsAlone(units, i + 1);
      open = open && joins;
      continue;
    }
    if (!open || unit.kind == Unit::kOwnToken) {
      canonical.tokens.push_back({"", {begins[unit.items[0].first], 0}, 0});
    }
    Token& token = canonical.tokens.back();
    for (const Item& item : unit.items) {
      AppendUtf8(item.c, &token.text);
      token.source.begin = std::min(token.source.begin, begins[item.first]);
      token.source.end = std::max(token.source.end, begins[item.last + 1]);
    }
    ++token.characters;
    open = unit.kind != Unit::kOwnToken;
  }
  canonical.text.assign(1, ' ');
  for (const Token& token : canonical.tokens) {
    canonical.text += token.text + " ";
  }
  return canonical;
}

bool IsOwnToken(std::string_view token) {
  CodePoints code_points;
  std::vector<uint32_t> begins;
  Decode(token, &code_points, &begins);
  return IsOwnToken(code_points[0]);
}

ByteSpan HitSpan(std::string_view text, const Canonical& canonical,
                 size_t first, size_t last) {
  CodePoints code_points;
  std::vector<uint32_t> begins;
  Decode(text, &code_points, &begins);
  ByteSpan span = {canonical.tokens[first].source.begin,
                   canonical.tokens[last].source.end};
  auto at = static_cast<size_t>(
      std::lower_bound(begins.begin(), begins.end(), span.end) -
      begins.begin());
  while (at < code_points.size() && IsMark(code_points[at])) {
    ++at;
  }
  span.end = begins[at];
  return span;
}

std::string FoldMetadata(std::string_view value) {
  CodePoints code_points;
  std::vector<uint32_t> begins;
  Decode(value, &code_points, &begins);
  std::string folded;
  bool space = false;
  for (const char32_t c : NfkcCasefold(code_points)) {
    if (u_isUWhiteSpace(static_cast<UChar32>(c))) {
      space = !folded.empty();
      continue;
    }
    if (space) {
      folded += ' ';
      space = false;
    }
    AppendUtf8(c, &folded);
  }
  return folded;
}

CodePointSpan ToCodePoints(std::string_view text, ByteSpan span) {
  const auto count = [text](uint32_t end) {
    uint32_t code_points = 0;
    for (uint32_t i = 0; i < end; ++i) {
      code_points += (static_cast<uint8_t>(text[i]) & 0xC0) != 0x80 ? 1 : 0;
    }
    return code_points;
  };
  return {count(span.begin), count(span.end)};
}

}  // namespace presshawk::reference
