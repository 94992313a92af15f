// The canonical token stream of an article (SPEC TEXT-7), all fields in one
// buffer, so that one scan covers the article:
//
//   \1 title tokens \1 summary tokens \1 body tokens \1 author tokens \1
//
// Each field is one space, then its tokens, each followed by one space; an
// empty field is one space. \1 is in no token and in no term.
//
// LIFE. One object a worker, reused: Assign() keeps capacity, so that nothing
// is allocated in the steady state. Views into the article given to Assign()
// must outlive the last use.
// THREAD SAFETY. None: one worker's.
// COST. Assign() is the hot path; everything below "for hits" costs only what
// an article with hits asks for.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/types/span.h"
#include "core/model/article.h"
#include "core/model/field.h"
#include "core/model/hit.h"

namespace presshawk {

inline constexpr char kFieldSeparator = '\1';

class ArticleText {
 public:
  ArticleText();
  ~ArticleText();
  ArticleText(ArticleText&&) noexcept;
  ArticleText& operator=(ArticleText&&) noexcept;

  // Replaces the content by `article`'s. False when the canonical text passes
  // `canonical_bytes_max`; the content is then unspecified until the next
  // Assign().
  [[nodiscard]] bool Assign(const Article& article, size_t canonical_bytes_max);

  // The whole buffer. At least kTextPaddingBytes bytes behind it can be read.
  std::string_view canonical() const;
  // Where a field's canonical text (from its first space to past its last) lies
  // in canonical().
  ByteSpan FieldSpan(Field field) const;

  // ---- for hits ----

  // The field that holds byte `offset` of canonical(). REQUIRES: not that of a
  // separator.
  Field FieldAt(uint32_t offset) const;
  // Index in its field of the token that begins at, or holds, byte `offset` of
  // canonical(). Amortised O(1) after O(n) at the first call an article.
  uint32_t TokenIndex(uint32_t offset) const;
  // Number of tokens of a field.
  uint32_t TokenCount(Field field) const;

  // The text that hits' offsets refer to: as decoded from JSON, or where the
  // field is HTML (SPEC A1, A53) the extracted text.
  std::string_view original(Field field) const;
  // True where `original` is extracted text, not the article's own.
  bool extracted(Field field) const;

  // What a span of canonical tokens stands for in the field's original, by
  // SPEC A5 and A6. REQUIRES: `span` runs from the first byte of a token to
  // past the last byte of a token of `field`.
  ByteSpan ToOriginal(Field field, ByteSpan span) const;
  // The tokens of the field that `original_span` of its original touches:
  // half-open indices, equal where it touches none (between these tokens).
  struct TokenSpan {
    uint32_t begin = 0;
    uint32_t end = 0;
  };
  TokenSpan TokensTouching(Field field, ByteSpan original_span) const;
  // Bytes of original(field) to code points; begin and end on code points.
  CodePointSpan ToCodePoints(Field field, ByteSpan original_span) const;
  // Index of the sentence, or paragraph, of original(field) that holds byte
  // `offset` of it (SPEC A30). O(n) at a field's first question.
  enum class Unit : uint8_t { kSentence, kParagraph };
  uint32_t UnitAt(Unit unit, Field field, uint32_t offset) const;
  // True when different token spans of the field can have the same original
  // (`½` is two tokens; SPEC A6). False means never.
  bool MayShareOriginals(Field field) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace presshawk
