// SPDX-License-Identifier: Apache-2.0
#include "core/text/fold_segment.h"

#include <algorithm>
#include <string>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "core/base/check.h"
#include "core/text/fold_table.h"

namespace presshawk {
namespace {

struct Tagged {
  char32_t c;
  uint8_t combining_class;
  uint32_t begin, end;
};

const icu::Normalizer2& NfkcCasefold() {
  static const icu::Normalizer2* const instance = [] {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* n =
        icu::Normalizer2::getNFKCCasefoldInstance(error);
    PRESSHAWK_CHECK(U_SUCCESS(error));  // The data are compiled into ICU.
    return n;
  }();
  return *instance;
}

const icu::Normalizer2& Nfc() {
  static const icu::Normalizer2* const instance = [] {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* n = icu::Normalizer2::getNFCInstance(error);
    PRESSHAWK_CHECK(U_SUCCESS(error));
    return n;
  }();
  return *instance;
}

// Appends the fully decomposed NFKC_Casefold mapping of one code point.
void AppendDecomposed(const SourceCodePoint& source, std::vector<Tagged>* out) {
  if (source.c == 0x2122 || source.c == 0x2120) {  // ™ ℠ separate (A11).
    out->push_back({U' ', 0, source.begin, source.end});
    return;
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString mapped = NfkcCasefold().normalize(
      icu::UnicodeString(static_cast<UChar32>(source.c)), error);
  PRESSHAWK_CHECK(U_SUCCESS(error));  // Fails on exhausted memory only.
  icu::UnicodeString decomposition;
  for (int32_t i = 0; i < mapped.length(); i = mapped.moveIndex32(i, 1)) {
    const UChar32 c = mapped.char32At(i);
    if (!Nfc().getDecomposition(c, decomposition)) {
      decomposition = icu::UnicodeString(c);
    }
    for (int32_t k = 0; k < decomposition.length();
         k = decomposition.moveIndex32(k, 1)) {
      const UChar32 part = decomposition.char32At(k);
      out->push_back({static_cast<char32_t>(part), u_getCombiningClass(part),
                      source.begin, source.end});
    }
  }
}

// Up to here sorting by insertion; std::stable_sort allocates.
constexpr std::ptrdiff_t kFewMarks = 16;

// Canonical Ordering (Unicode 3.11, D109), stable and in n log n.
void Reorder(std::vector<Tagged>* characters) {
  auto begin = characters->begin();
  while (begin != characters->end()) {
    if (begin->combining_class == 0) {
      ++begin;
      continue;
    }
    const auto end =
        std::find_if(begin, characters->end(),
                     [](const Tagged& t) { return t.combining_class == 0; });
    const auto is_before = [](const Tagged& a, const Tagged& b) {
      return a.combining_class < b.combining_class;
    };
    if (end - begin <= kFewMarks) {
      for (auto it = begin; it != end; ++it) {
        std::rotate(std::upper_bound(begin, it, *it, is_before), it, it + 1);
      }
    } else {
      std::stable_sort(begin, end, is_before);
    }
    begin = end;
  }
}

// Canonical Composition (Unicode 3.11, D117) in place.
void Compose(std::vector<Tagged>* characters) {
  constexpr size_t kNone = ~size_t{0};
  size_t starter = kNone;
  size_t size = 0;
  uint8_t last_class = 0;
  for (size_t i = 0; i < characters->size(); ++i) {
    const Tagged current = (*characters)[i];
    const bool blocked =
        starter == kNone ||
        (size != starter + 1 && last_class >= current.combining_class);
    const UChar32 composed =
        blocked
            ? U_SENTINEL
            : Nfc().composePair(static_cast<UChar32>((*characters)[starter].c),
                                static_cast<UChar32>(current.c));
    if (composed != U_SENTINEL) {
      Tagged& base = (*characters)[starter];
      base.c = static_cast<char32_t>(composed);
      base.begin = std::min(base.begin, current.begin);
      base.end = std::max(base.end, current.end);
      continue;
    }
    if (current.combining_class == 0) {
      starter = size;
    }
    last_class = current.combining_class;
    (*characters)[size++] = current;
  }
  characters->resize(size);
}

}  // namespace

void FoldSegment(absl::Span<const SourceCodePoint> segment,
                 std::vector<FoldedCharacter>* out) {
  // Kept by the thread, so that the steady state allocates nothing.
  static thread_local std::vector<Tagged> characters;
  static thread_local std::u32string folded;
  characters.clear();
  for (const SourceCodePoint& source : segment) {
    AppendDecomposed(source, &characters);
  }
  Reorder(&characters);
  Compose(&characters);
  for (const Tagged& character : characters) {
    if (IsMark(character.c)) {
      if (!DropsMarks(character.c)) {
        out->push_back({character.c, character.begin, character.end});
      }
      continue;
    }
    folded.clear();
    AppendFolded(character.c, &folded);
    for (const char32_t c : folded) {
      out->push_back({c, character.begin, character.end});
    }
  }
}

}  // namespace presshawk
