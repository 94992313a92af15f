// A query as tokens. Spans count code points of the query as written.
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
  kNear,       // `n`; also ONEAR, NOTNEAR: `node_kind` tells.
  kScope,      // `title:` …: `scope`.
  kMeta,       // `lang:en`: `meta` and `text`.
  kWord,       // `text`, smart forms mapped.
  kPhrase,     // `text` between the quotes; `n` where `~n` follows.
  kExact,      // `text` between the braces.
  kRegex,      // `text` between the slashes, as written.
  kFunction,   // `atleast/n(` or `first/n(`: `node_kind`, `n`.
  kReference,  // `@text`.
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  QuerySpan span;
  std::string text;
  Scope scope;
  MetaField meta = MetaField::kId;
  NodeKind node_kind = NodeKind::kTerm;
  std::optional<uint32_t> n;
  bool ignore_case = false;  // kRegex.
};

// Whether it has the property White_Space.
bool IsWhiteSpace(char32_t c);

// The text as code points; invalid UTF-8 becomes U+FFFD.
std::u32string ToCodePoints(std::string_view utf8);
std::string ToUtf8(std::u32string_view code_points);

// Smart quotes, dashes and full-width forms as ASCII (SPEC A20).
char32_t MapSmartForm(char32_t c);

// Reads `query` whole. Ends with a kEnd token; problems go to *problems.
std::vector<Token> LexQuery(const std::u32string& query,
                            std::vector<QueryProblem>* problems);

}  // namespace presshawk
