// SPDX-License-Identifier: Apache-2.0
// Splits a query into tokens. Spans count code points of the query as written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/field.h"
#include "matchers/query/ast.h"
#include "matchers/query/parser.h"

namespace presshawk {

enum class TokenKind : uint8_t {
  kEnd,
  kOpen,   // (
  kClose,  // )
  kAnd,
  kOr,
  kNot,
  kNear,       // `n`; also ONEAR and NOTNEAR, by `node_kind`.
  kScope,      // `title:` and the like: `scope`.
  kMeta,       // `lang:en`: `meta` and `text`.
  kWord,       // `text`, with smart forms mapped.
  kPhrase,     // `text` between the quotes; `n` if `~n` follows.
  kExact,      // `text` between the braces.
  kRegex,      // `text` between the slashes, as written.
  kFunction,   // `atleast/n(` or `first/n(`: `node_kind`, `n`; or `forms/ru(`:
               // `node_kind`, `languages`.
  kReference,  // `text` behind the `@`.
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  QuerySpan span;
  std::string text;
  Scope scope;
  MetaField meta = MetaField::kId;
  NodeKind node_kind = NodeKind::kTerm;
  std::optional<uint32_t> n;
  bool ignore_case = false;            // For kRegex.
  std::vector<std::string> languages;  // Of `forms/ru,uk`, in byte order.
};

// Whether `c` has the Unicode property White_Space.
bool IsWhiteSpace(char32_t c);

// Converts a text to code points. Invalid UTF-8 becomes U+FFFD.
std::u32string ToCodePoints(std::string_view utf8);
std::string ToUtf8(std::u32string_view code_points);

// Maps smart quotes, dashes and full-width forms to ASCII (SPEC A20).
char32_t MapSmartForm(char32_t c);

// Splits the whole of `query`. The last token is kEnd. Appends to *problems.
std::vector<Token> LexQuery(const std::u32string& query,
                            std::vector<QueryProblem>* problems);

}  // namespace presshawk
