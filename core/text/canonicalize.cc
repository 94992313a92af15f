// SPDX-License-Identifier: Apache-2.0
#include "core/text/canonicalize.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include "core/base/check.h"
#include "core/base/utf8.h"
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

// The memory that a long value needed is given back.
constexpr size_t kFoldedBytesKept = 64UL << 10;

bool IsAsciiSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

std::string Canonicalize(std::string_view text) {
  return CanonicalizeShort(text, /*wildcards=*/false);
}

std::string CanonicalizePattern(std::string_view text) {
  return CanonicalizeShort(text, /*wildcards=*/true);
}

void AppendFoldedMetadata(std::string_view value, std::string* out) {
  if (IsAscii(value)) {
    const size_t begin = out->size();
    bool pending_space = false;
    for (const char c : value) {
      if (IsAsciiSpace(c)) {
        pending_space = out->size() > begin;
        continue;
      }
      if (pending_space) {
        *out += ' ';
        pending_space = false;
      }
      *out += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return;
  }
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Normalizer2* const nfkc_casefold =
      icu::Normalizer2::getNFKCCasefoldInstance(error);
  // Kept by the thread, so that the steady state allocates nothing.
  static thread_local std::string folded;
  folded.clear();
  icu::StringByteSink<std::string> sink(&folded);
  error = U_ZERO_ERROR;
  nfkc_casefold->normalizeUTF8(
      0, icu::StringPiece(value.data(), static_cast<int32_t>(value.size())),
      sink, /*edits=*/nullptr, error);
  PRESSHAWK_CHECK(U_SUCCESS(error));  // Fails on exhausted memory only.
  const size_t begin = out->size();
  bool pending_space = false;
  for (size_t i = 0; i < folded.size();) {
    const uint32_t size = Utf8Size(folded[i]);
    if (u_isUWhiteSpace(static_cast<UChar32>(DecodeUtf8(&folded[i])))) {
      pending_space = out->size() > begin;
    } else {
      out->append(pending_space ? " " : "").append(folded, i, size);
      pending_space = false;
    }
    i += size;
  }
  if (folded.capacity() > kFoldedBytesKept) {
    std::string().swap(folded);
  }
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
