// SPDX-License-Identifier: Apache-2.0
// The tree of a query. It covers the whole language (SPEC QUERY-1 to QUERY-20).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/field.h"
#include "matchers/regex/regex.h"

namespace presshawk {

// Half-open, in code points of the query as written, with its comments.
struct QuerySpan {
  uint32_t begin = 0;
  uint32_t end = 0;
};

// A set of fields. `lead:` has of the body its first 60 tokens, and `editorial:`
// what is the story there (SPEC ZONE-4).
struct Scope {
  FieldMask fields = kDefaultFields;
  bool lead = false;
  bool editorial = false;
  friend bool operator==(const Scope&, const Scope&) = default;
};

enum class NodeKind : uint8_t {
  kTerm,
  kAnd,        // Two children or more.
  kOr,         // Two children or more.
  kNot,        // One child; `A AND NOT B` is And(A, Not(B)).
  kNear,       // Two children, n; in any order.
  kONear,      // Two children, n; in this order.
  kNotNear,    // Two children, n.
  kSentence,   // Two children.
  kParagraph,  // Two children.
  kWindow,     // `"a b c"~n`: one child, a term, per piece.
  kAtLeast,    // One child, n.
  kFirst,      // One child, n.
  kScope,      // One child.
  kForms,      // `forms/ru(…)`: one child, `languages`.
  kMeta,       // No children; `meta`, and `text` behind the colon.
  kReference,  // No children; `text` behind the `@`.
};

enum class TermKind : uint8_t {
  kWords,  // Words, phrases and wildcards, with their symbols.
  kExact,  // `{…}`.
  kRegex,  // `/…/`, `/…/i`.
};

struct Node {
  NodeKind kind = NodeKind::kTerm;
  QuerySpan span;
  std::vector<std::unique_ptr<Node>> children;
  uint32_t n = 0;  // For kNear, kONear, kNotNear, kWindow, kAtLeast, kFirst.

  TermKind term_kind = TermKind::kWords;
  bool quoted = false;  // A phrase in quotes.
  bool has_wildcards =
      false;  // Whether `*` and `?` of a kWords term are wildcards.
  bool regex_ignore_case = false;
  std::shared_ptr<const Regex> regex;  // Set for a kRegex term.
  // For kTerm, the text between the quotes, braces or slashes; except in a
  // regex, smart forms are mapped. For kMeta, the value. For kReference, the
  // list's id.
  std::string text;
  // For kTerm and kWindow: the name of a hit in an alert (SPEC A41).
  std::string shown;

  // For a kTerm whose forms are looked for (matchers/term_forms.h): all ways in
  // which it is looked for, the written one first. Null: as written.
  std::shared_ptr<const std::vector<std::string>> forms;

  Scope scope;                         // For kScope.
  std::vector<std::string> languages;  // For kForms, in byte order.
  MetaField meta = MetaField::kId;     // For kMeta.
  // For kReference: the index of the list, set when the lists are checked.
  uint32_t list = kNoList;
  static constexpr uint32_t kNoList = UINT32_MAX;
};

// Makes a kTerm of an entry of `terms`, which is taken literally (SPEC A49).
std::unique_ptr<Node> LiteralTerm(std::string_view text);

}  // namespace presshawk
