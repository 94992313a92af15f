// SPDX-License-Identifier: Apache-2.0
#include "core/text/fold_table.h"

#include <memory>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "core/base/check.h"
#include "core/base/utf8.h"
#include "core/text/fold_segment.h"

namespace presshawk {
namespace {

UScriptCode ScriptOf(char32_t c) {
  UErrorCode error = U_ZERO_ERROR;
  return uscript_getScript(static_cast<UChar32>(c), &error);
}

bool IsStepSixScript(UScriptCode script) {
  switch (script) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

// Letters of step 3 that have no decomposition.
std::u32string_view Undecomposed(char32_t c) {
  switch (c) {
    case U'æ':
      return U"ae";
    case U'œ':
      return U"oe";
    case U'ø':
      return U"o";
    case U'đ':
    case U'ð':
      return U"d";
    case U'ł':
      return U"l";
    case U'ħ':
      return U"h";
    case U'ı':
      return U"i";
    case U'þ':
      return U"th";
    case U'ى':
    case U'ی':
      return U"ي";
    case U'ة':
      return U"ه";
    case U'ک':
      return U"ك";
    case U'ٱ':
      return U"ا";
    default:
      return {};
  }
}

bool StaysComposed(char32_t c) { return c == U'й' || c == U'ї'; }

// "nfc" or "nfkc_cf".
const icu::Normalizer2& Normalizer(const char* name) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer =
      icu::Normalizer2::getInstance(nullptr, name, UNORM2_COMPOSE, error);
  PRESSHAWK_CHECK(U_SUCCESS(error));  // The data are compiled into ICU.
  return *normalizer;
}

uint32_t Pack(FoldClass fold_class, std::string_view utf8, uint32_t flags) {
  PRESSHAWK_CHECK(utf8.size() <= 3);
  uint32_t bits = flags | (static_cast<uint32_t>(fold_class) << 2) |
                  static_cast<uint32_t>(utf8.size());
  for (size_t i = 0; i < utf8.size(); ++i) {
    bits |= static_cast<uint32_t>(static_cast<uint8_t>(utf8[i])) << (8 + 8 * i);
  }
  return bits;
}

std::string ToUtf8(std::u32string_view text) {
  std::string utf8;
  for (const char32_t c : text) {
    AppendUtf8(c, &utf8);
  }
  return utf8;
}

// The entry of a code point that normalization does not join with what stands
// before it, from what FoldSegment makes of it alone.
uint32_t EntryOf(char32_t c, uint32_t flags) {
  std::vector<FoldedCharacter> folded;
  const SourceCodePoint source = {.c = c, .begin = 0, .end = 1};
  FoldSegment({&source, 1}, &folded);
  std::u32string text;
  bool all_tokens = true;
  bool all_separators = true;
  for (const FoldedCharacter& character : folded) {
    text += character.c;
    const bool is_token = IsTokenCharacter(character.c);
    all_tokens &=
        is_token && !IsStepSixLetter(character.c) && !KeepsMarks(character.c);
    all_separators &= !is_token && !IsMark(character.c) && character.c != U'.';
  }
  const std::string utf8 = ToUtf8(text);
  if (text.empty()) {
    return Pack(FoldClass::kDrop, "", flags);
  }
  if (all_separators) {
    return Pack(FoldClass::kSeparator, "", flags);
  }
  if (utf8.size() > 3) {
    return Pack(FoldClass::kSlow, "", flags);
  }
  if (text.size() > 1) {
    return Pack(all_tokens ? FoldClass::kOther : FoldClass::kSlow,
                all_tokens ? utf8 : "", flags);
  }
  const char32_t only = text[0];
  if (only == U'.') {
    return Pack(FoldClass::kStop, "", flags);
  }
  if (IsMark(only)) {
    if (only == c) {
      return Pack(FoldClass::kMark, utf8,
                  flags | (DropsMarks(c) ? 0 : FoldEntry::kKeepsMarks));
    }
    return Pack(FoldClass::kSlow, "", flags);
  }
  if (KeepsMarks(only)) {
    flags |= FoldEntry::kKeepsMarks;
  }
  if (only == U'и' || only == U'і') {
    flags |= FoldEntry::kInertAlone;  // changed_by_marks().
  }
  if (IsStepSixLetter(only)) {
    return Pack(FoldClass::kSingle, utf8, flags | FoldEntry::kKeepsMarks);
  }
  return Pack(IsLetter(only) ? FoldClass::kLetter : FoldClass::kOther, utf8,
              flags);
}

std::unique_ptr<std::array<FoldEntry, 0x10000>> BuildTable() {
  auto table = std::make_unique<std::array<FoldEntry, 0x10000>>();
  const icu::Normalizer2& nfkc_casefold = Normalizer("nfkc_cf");
  for (char32_t c = 0; c < 0x10000; ++c) {
    const auto code_point = static_cast<UChar32>(c);
    const bool boundary = nfkc_casefold.hasBoundaryBefore(code_point);
    uint32_t flags = boundary ? FoldEntry::kBoundary : 0;
    uint32_t bits;
    if (c >= 0xD800 && c < 0xE000) {  // Never in UTF-8.
      bits = Pack(FoldClass::kSeparator, "", FoldEntry::kBoundary);
    } else if (u_hasBinaryProperty(code_point,
                                   UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
      bits = Pack(FoldClass::kDrop, "", flags);
    } else if (boundary || IsMark(c)) {
      if (IsMark(c) && u_getIntPropertyValue(
                           code_point, UCHAR_NFC_QUICK_CHECK) == UNORM_YES) {
        flags |= FoldEntry::kInertAlone;
      }
      bits = EntryOf(c, flags);
    } else {
      bits = Pack(FoldClass::kSlow, "", flags);
    }
    (*table)[c].bits = bits;
  }
  return table;
}

}  // namespace

const std::array<FoldEntry, 0x10000>& FoldTable() {
  static const std::unique_ptr<const std::array<FoldEntry, 0x10000>> table =
      BuildTable();
  return *table;
}

bool HasBoundaryBefore(char32_t c) {
  static const icu::Normalizer2& nfkc_casefold = Normalizer("nfkc_cf");
  return nfkc_casefold.hasBoundaryBefore(static_cast<UChar32>(c)) != 0;
}

bool IsLetter(char32_t c) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_L_MASK) != 0;
}

bool IsTokenCharacter(char32_t c) {
  if (c >= 0x2B9 && c <= 0x2BF) {
    return false;
  }
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) &
          (U_GC_L_MASK | U_GC_N_MASK)) != 0;
}

bool IsMark(char32_t c) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_M_MASK) != 0;
}

bool IsStepSixLetter(char32_t c) {
  const uint32_t category = U_GET_GC_MASK(static_cast<UChar32>(c));
  if ((category & (U_GC_L_MASK | U_GC_NL_MASK)) == 0) {
    return false;
  }
  const UScriptCode script = ScriptOf(c);
  if (script != USCRIPT_COMMON && script != USCRIPT_INHERITED) {
    return IsStepSixScript(script);
  }
  for (const UScriptCode candidate :
       {USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_HANGUL,
        USCRIPT_THAI, USCRIPT_LAO, USCRIPT_KHMER, USCRIPT_MYANMAR}) {
    if (uscript_hasScript(static_cast<UChar32>(c), candidate)) {
      return true;
    }
  }
  return false;
}

bool DropsMarks(char32_t c) {
  switch (ScriptOf(c)) {
    case USCRIPT_LATIN:
    case USCRIPT_GREEK:
    case USCRIPT_CYRILLIC:
    case USCRIPT_ARABIC:
    case USCRIPT_HEBREW:
      return true;
    default:
      return false;
  }
}

bool KeepsMarks(char32_t c) {
  if (!IsTokenCharacter(c) || DropsMarks(c)) {
    return false;
  }
  const UScriptCode script = ScriptOf(c);
  return (script != USCRIPT_COMMON && script != USCRIPT_INHERITED) ||
         IsStepSixLetter(c);
}

void AppendFolded(char32_t composed, std::u32string* out) {
  if (composed == 0x640) {  // Tatweel.
    return;
  }
  if (!DropsMarks(composed) || StaysComposed(composed)) {
    out->push_back(composed);
    return;
  }
  static const icu::Normalizer2& nfc = Normalizer("nfc");
  icu::UnicodeString decomposition;
  if (!nfc.getDecomposition(static_cast<UChar32>(composed), decomposition)) {
    decomposition = icu::UnicodeString(static_cast<UChar32>(composed));
  }
  for (int32_t i = 0; i < decomposition.length();
       i = decomposition.moveIndex32(i, 1)) {
    const auto c = static_cast<char32_t>(decomposition.char32At(i));
    const std::u32string_view replacement = Undecomposed(c);
    if (!replacement.empty()) {
      out->append(replacement);
    } else if (!IsMark(c)) {
      out->push_back(c);
    }
  }
}

}  // namespace presshawk
