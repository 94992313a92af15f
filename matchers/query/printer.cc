// SPDX-License-Identifier: Apache-2.0
#include "core/base/str_cat.h"
#include "matchers/query/parser.h"
#include "matchers/query/query_field.h"

namespace presshawk {
namespace {

std::string_view OperatorName(NodeKind kind) {
  switch (kind) {
    case NodeKind::kAnd:
      return " AND ";
    case NodeKind::kOr:
      return " OR ";
    case NodeKind::kNear:
      return " NEAR/";
    case NodeKind::kONear:
      return " ONEAR/";
    case NodeKind::kNotNear:
      return " NOTNEAR/";
    case NodeKind::kSentence:
      return " SENTENCE ";
    case NodeKind::kParagraph:
      return " PARAGRAPH ";
    default:
      return "";
  }
}

// A word that reads back as the same term without quotes.
bool NeedsQuotes(const Node& term) {
  if (term.quoted) {
    return true;
  }
  return term.text == "AND" || term.text == "OR" || term.text == "NOT";
}

void PrintTerm(const Node& node, std::string* out) {
  if (node.term_kind != TermKind::kWords) {
    *out += node.shown;
  } else if (NeedsQuotes(node)) {
    StrAppend(out, "\"", node.text, "\"");
  } else {
    *out += node.text;
  }
}

// Recursion is bounded by the nesting limit.
void Print(const Node& node, bool brackets, std::string* out) {
  switch (node.kind) {
    case NodeKind::kTerm:
      PrintTerm(node, out);
      return;
    case NodeKind::kWindow:
      *out += node.shown;
      return;
    case NodeKind::kMeta:
      StrAppend(out, MetaFieldName(node.meta), ":");
      if (node.text.find_first_of(" (){}\"") == std::string::npos) {
        *out += node.text;
      } else {
        StrAppend(out, "\"", node.text, "\"");
      }
      return;
    case NodeKind::kReference:
      StrAppend(out, "@", node.text);
      return;
    case NodeKind::kNot:
      *out += "NOT ";
      Print(*node.children[0], true, out);
      return;
    case NodeKind::kScope:
      StrAppend(out, ScopeName(node.scope), ":");
      Print(*node.children[0], true, out);
      return;
    case NodeKind::kForms:
      *out += FormsPrefix(node.languages);
      Print(*node.children[0], false, out);
      *out += ')';
      return;
    case NodeKind::kAtLeast:
    case NodeKind::kFirst:
      StrAppend(out, node.kind == NodeKind::kAtLeast ? "atleast/" : "first/",
                node.n, "(");
      Print(*node.children[0], false, out);
      *out += ')';
      return;
    default:
      break;
  }
  *out += brackets ? "(" : "";
  for (size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0) {
      *out += OperatorName(node.kind);
      if (node.kind == NodeKind::kNear || node.kind == NodeKind::kONear ||
          node.kind == NodeKind::kNotNear) {
        StrAppend(out, node.n, " ");
      }
    }
    Print(*node.children[i], true, out);
  }
  *out += brackets ? ")" : "";
}

}  // namespace

std::string FormsPrefix(absl::Span<const std::string> languages) {
  std::string prefix = "forms/";
  for (const std::string& language : languages) {
    StrAppend(&prefix, prefix.ends_with('/') ? "" : ",", language);
  }
  return prefix + '(';
}

std::string PrintQuery(const Node& root) {
  std::string text;
  Print(root, /*brackets=*/false, &text);
  return text;
}

}  // namespace presshawk
