// What becomes of each code point in the canonical token stream (SPEC TEXT-2 to
// TEXT-6), as a table for the fast paths.
//
// Built once a process from ICU's properties (about 10 ms, at first use);
// immutable, hence thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace presshawk {

enum class FoldClass : uint8_t {
  kSlow,       // Not by this table: folds by FoldSegment (fold_segment.h).
  kSeparator,  // Separates tokens.
  kDrop,       // Leaves nothing, separates nothing.
  kLetter,     // One letter.
  kOther,      // A digit, or several characters of one token (ß is ss).
  kSingle,     // A letter of step 6: a token of its own, with its marks.
  kMark,       // Category M; kept or dropped by what stands before it (A12).
  kStop,       // U+002E and what becomes it.
};

// What one code point becomes. `utf8` holds up to three bytes, the first in the
// lowest bits.
struct FoldEntry {
  uint32_t bits;

  static constexpr uint32_t kBoundary = 1U << 5;
  static constexpr uint32_t kInertAlone = 1U << 6;
  static constexpr uint32_t kKeepsMarks = 1U << 7;

  // A letter that normalization leaves alone with what stands before it.
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
  // Normalization never joins it with what stands before it.
  bool boundary() const { return (bits & kBoundary) != 0; }
  // Of a mark: alone between two boundaries it stays as it is. Of a letter: a
  // dropped mark behind it could still change it (и + breve is й).
  bool inert_alone() const { return (bits & kInertAlone) != 0; }
  bool changed_by_marks() const { return (bits & kInertAlone) != 0; }
  // Of a letter or digit: its script keeps its marks. Of a mark: it belongs to
  // a script that does (it can still stand where it is dropped).
  bool keeps_marks() const { return (bits & kKeepsMarks) != 0; }
};

// By code point, the whole Basic Multilingual Plane.
const std::array<FoldEntry, 0x10000>& FoldTable();

// The properties behind the table, for the slow path. All by code point, after
// step 2 (NFKC_Casefold); HasBoundaryBefore() before it.
bool HasBoundaryBefore(char32_t c);  // FoldEntry::boundary().
bool IsLetter(char32_t c);           // Category L.
bool IsTokenCharacter(char32_t c);   // Category L or N; not A10's apostrophes.
bool IsMark(char32_t c);             // Category M.
bool IsStepSixLetter(char32_t c);    // A13.
bool DropsMarks(char32_t c);         // Latin, Greek, Cyrillic, Arabic, Hebrew.
bool KeepsMarks(char32_t c);         // A letter or digit of any other script.

// Step 3 for one composed character that is no mark: appends what it becomes.
void AppendFolded(char32_t composed, std::u32string* out);

}  // namespace presshawk
