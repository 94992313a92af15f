// SPDX-License-Identifier: Apache-2.0
// The canonical token stream of an article (SPEC TEXT-7). All text fields are
// in one buffer, so that one scan covers the article:
//
//   \1 title tokens \1 summary tokens \1 body tokens \1 author tokens \1
//
// Each field is one space and then its tokens, each followed by one space. An
// empty field is one space. \1 occurs in no token and in no term.
//
//   ArticleText text;
//   if (!text.Assign(article, bytes_max)) return RejectReason::kTooLarge;
//   scanner->Scan(text.canonical(), &hits);
//
// LIFE. Each worker reuses one object: Assign() keeps the capacity, so that
// nothing is allocated in the steady state. The views of the article given to
// Assign() must outlive the last use.
// THREAD SAFETY. None: each worker has one.
// COST. Assign() is on the hot path. The functions below "for hits" cost
// something only for an article with hits.
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

  // Replaces the content by that of `article`. Returns false if the canonical
  // text exceeds `canonical_bytes_max`; the content is then unspecified until
  // the next Assign().
  [[nodiscard]] bool Assign(const Article& article, size_t canonical_bytes_max);

  // The whole buffer. At least kTextPaddingBytes bytes behind it can be read.
  std::string_view canonical() const;
  // Where the canonical text of a field lies in canonical(), from its first
  // space to past its last.
  ByteSpan FieldSpan(Field field) const;

  // ---- for hits ----

  // The field that holds byte `offset` of canonical(). REQUIRES: it is not the
  // byte of a separator.
  Field FieldAt(uint32_t offset) const;
  // The index within its field of the token that holds byte `offset` of
  // canonical(). The first call for an article takes O(n), later ones O(1).
  uint32_t TokenIndex(uint32_t offset) const;
  // Number of tokens of a field.
  uint32_t TokenCount(Field field) const;

  // The text that the offsets of hits refer to: the text decoded from JSON, or
  // the text extracted from it if the field is HTML (SPEC A1, A53).
  std::string_view original(Field field) const;
  // Whether `original` is extracted text, and not the article's own.
  bool extracted(Field field) const;

  // Maps a span of canonical tokens to the original (SPEC A5, A6).
  // REQUIRES: `span` runs from the first byte of a token to past the last byte
  // of a token of `field`.
  ByteSpan ToOriginal(Field field, ByteSpan span) const;
  // The tokens of the field that `original_span` of its original touches, as
  // half-open indexes. If it touches none, both are that of the next token.
  struct TokenSpan {
    uint32_t begin = 0;
    uint32_t end = 0;
  };
  TokenSpan TokensTouching(Field field, ByteSpan original_span) const;
  // Converts bytes of original(field) to code points. REQUIRES: both ends of
  // the span are at the start of a code point, or at the end of the text.
  CodePointSpan ToCodePoints(Field field, ByteSpan original_span) const;
  // Maps bytes of original(field) to those of Article::text_of(field) that they
  // came from: the same bytes unless the field is HTML. Takes O(n) at the first
  // call for a field. REQUIRES: a span that is not empty.
  ByteSpan ToSource(Field field, ByteSpan original_span) const;
  // The index of the sentence, or paragraph, of original(field) that holds byte
  // `offset` of it (SPEC A30). Takes O(n) at the first call for a field.
  enum class Unit : uint8_t { kSentence, kParagraph };
  uint32_t UnitAt(Unit unit, Field field, uint32_t offset) const;
  // Whether different token spans of the field may have the same original (`½`
  // is two tokens; SPEC A6). False means that they never have.
  bool MayShareOriginals(Field field) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace presshawk
