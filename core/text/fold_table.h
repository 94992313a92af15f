// SPDX-License-Identifier: Apache-2.0
// A table of what each code point becomes in the canonical token stream (SPEC
// TEXT-2 to TEXT-6), for the fast paths.
//
// It is built once per process from ICU's properties, at first use, in about 10
// ms. It is immutable, and therefore thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace presshawk {

enum class FoldClass : uint8_t {
  kSlow,       // Not in this table: FoldSegment folds it (fold_segment.h).
  kSeparator,  // Separates tokens.
  kDrop,       // Leaves nothing and separates nothing.
  kLetter,     // One letter.
  kOther,      // A digit, or several characters of one token (ß is ss).
  kSingle,     // A letter of step 6: a token of its own, with its marks.
  kMark,       // Category M; what stands before it decides if it is kept (A12).
  kStop,       // U+002E, and what becomes it.
};

// The folded form of one code point. `utf8` holds up to three bytes, the first
// of them in the lowest bits.
struct FoldEntry {
  uint32_t bits;

  static constexpr uint32_t kBoundary = 1U << 5;
  static constexpr uint32_t kInertAlone = 1U << 6;
  static constexpr uint32_t kKeepsMarks = 1U << 7;

  // Whether it is a letter that normalization never joins with the one before.
  bool plain_letter() const {
    constexpr uint32_t kMask = (7U << 2) | kBoundary;
    return (bits & kMask) ==
           ((static_cast<uint32_t>(FoldClass::kLetter) << 2) | kBoundary);
  }
  FoldClass fold_class() const {
    return static_cast<FoldClass>((bits >> 2) & 7);
  }
  uint32_t size() const { return bits & 3; }
  uint32_t utf8() const { return bits >> 8; }
  // Whether normalization never joins it with what stands before it.
  bool boundary() const { return (bits & kBoundary) != 0; }
  // For a mark: whether it stays as it is, alone between two boundaries. For a
  // letter: whether a dropped mark behind it could change it (и + breve is й).
  bool inert_alone() const { return (bits & kInertAlone) != 0; }
  bool changed_by_marks() const { return (bits & kInertAlone) != 0; }
  // For a letter or digit: whether its script keeps its marks. For a mark:
  // whether it belongs to such a script (it may still be dropped).
  bool keeps_marks() const { return (bits & kKeepsMarks) != 0; }
};

// Indexed by code point, for the whole Basic Multilingual Plane.
const std::array<FoldEntry, 0x10000>& FoldTable();

// The properties behind the table, for the slow path. They take code points
// after step 2 (NFKC_Casefold); HasBoundaryBefore() takes them before it.
bool HasBoundaryBefore(char32_t c);  // FoldEntry::boundary().
bool IsLetter(char32_t c);           // Category L.
bool IsTokenCharacter(char32_t c);   // Category L or N; not A10's apostrophes.
bool IsMark(char32_t c);             // Category M.
bool IsStepSixLetter(char32_t c);    // A13.
bool DropsMarks(char32_t c);         // Latin, Greek, Cyrillic, Arabic, Hebrew.
bool KeepsMarks(char32_t c);         // A letter or digit of any other script.

// Appends the result of step 3 for one composed character that is no mark.
void AppendFolded(char32_t composed, std::u32string* out);

}  // namespace presshawk
