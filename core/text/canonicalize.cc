#include "core/text/canonicalize.h"

#include <algorithm>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "core/base/check.h"
#include "core/text/canonicalizer.h"
#include "core/text/fold_table.h"

namespace presshawk {
namespace {

std::string CanonicalizeShort(std::string_view text, bool wildcards) {
  CanonicalBuffer buffer;
  CanonicalizeText(text, Kernel::kPortable, wildcards, ~size_t{0}, &buffer,
                   nullptr);
  return std::string(buffer.data(), buffer.size());
}

bool IsPlainAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

std::string Canonicalize(std::string_view text) {
  return CanonicalizeShort(text, /*wildcards=*/false);
}

std::string CanonicalizePattern(std::string_view text) {
  return CanonicalizeShort(text, /*wildcards=*/true);
}

void AppendFoldedMetadata(std::string_view value, std::string* out) {
  if (IsPlainAscii(value)) {
    for (const char c : value) {
      *out += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return;
  }
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Normalizer2* const nfkc_casefold =
      icu::Normalizer2::getNFKCCasefoldInstance(error);
  error = U_ZERO_ERROR;
  const icu::UnicodeString folded = nfkc_casefold->normalize(
      icu::UnicodeString::fromUTF8(
          icu::StringPiece(value.data(), static_cast<int32_t>(value.size()))),
      error);
  PRESSHAWK_CHECK(U_SUCCESS(error));  // Fails on exhausted memory only.
  icu::UnicodeString spaced;
  bool pending_space = false;
  for (int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
    const UChar32 c = folded.char32At(i);
    if (u_isUWhiteSpace(c)) {
      pending_space = !spaced.isEmpty();
      continue;
    }
    if (pending_space) {
      spaced.append(static_cast<UChar32>(' '));
      pending_space = false;
    }
    spaced.append(c);
  }
  spaced.toUTF8String(*out);
}

bool IsSingleLetterToken(char32_t code_point) {
  if (code_point < 0xE00) {
    return false;
  }
  return IsStepSixLetter(code_point);
}

char32_t FromSmartForm(char32_t c) {
  switch (c) {
    case U'“':
    case U'”':
    case U'„':
    case U'‟':
    case U'«':
    case U'»':
    case U'″':
      return U'"';
    case U'‘':
    case U'’':
    case U'‚':
    case U'‛':
    case U'′':
    case U'ʼ':
      return U'\'';
    case 0x2212:
      return U'-';
    default:
      return c >= 0x2010 && c <= 0x2015 ? U'-' : c;
  }
}

}  // namespace presshawk
