// The tree of a query (SPEC QUERY-1 to QUERY-19, the whole language).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/field.h"
#include "matchers/regex/regex.h"

namespace presshawk {

// Half-open, in code points of the query as written (comments included).
struct QuerySpan {
  uint32_t begin = 0;
  uint32_t end = 0;
};

// A set of fields, or `lead:` (title, summary and the first 60 tokens of body).
struct Scope {
  FieldMask fields = kDefaultFields;
  bool lead = false;
  friend bool operator==(const Scope&, const Scope&) = default;
};

enum class NodeKind : uint8_t {
  kTerm,
  kAnd,        // Two children or more.
  kOr,         // Two children or more.
  kNot,        // One child; `A AND NOT B` is And(A, Not(B)).
  kNear,       // Two children, n; unordered.
  kONear,      // Two children, n; the first first.
  kNotNear,    // Two children, n.
  kSentence,   // Two children.
  kParagraph,  // Two children.
  kWindow,     // `"a b c"~n`: one term child a piece.
  kAtLeast,    // One child, n.
  kFirst,      // One child, n.
  kScope,      // One child.
  kMeta,       // No child: `meta` `:` `text`.
  kReference,  // No child: `@text`.
};

enum class TermKind : uint8_t {
  kWords,  // Words, phrases, wildcards, with their symbols.
  kExact,  // `{…}`.
  kRegex,  // `/…/`, `/…/i`.
};

struct Node {
  NodeKind kind = NodeKind::kTerm;
  QuerySpan span;
  std::vector<std::unique_ptr<Node>> children;
  uint32_t n = 0;  // kNear, kONear, kNotNear, kWindow, kAtLeast, kFirst.

  TermKind term_kind = TermKind::kWords;
  bool quoted = false;  // A phrase in quotes.
  bool has_wildcards =
      false;  // `*` or `?` in a kWords term have their meaning.
  bool regex_ignore_case = false;
  std::shared_ptr<const Regex> regex;  // Of a kRegex term.
  // kTerm: the text between the quotes, braces or slashes, smart forms mapped
  // (not in a regex). kMeta: the value. kReference: the list's id.
  std::string text;
  // kTerm, kWindow: as an alert's hit names it (SPEC A41).
  std::string shown;

  Scope scope;                      // kScope.
  MetaField meta = MetaField::kId;  // kMeta.
  // kReference: the list that it names, by index; set when lists are checked.
  uint32_t list = kNoList;
  static constexpr uint32_t kNoList = UINT32_MAX;
};

// Plain `terms` of a watch-list: taken literally (SPEC A49), as a kTerm.
std::unique_ptr<Node> LiteralTerm(std::string_view text);

}  // namespace presshawk
