// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/coverage.h"

#include <algorithm>
#include <string_view>

#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"

namespace presshawk {
namespace {

bool HasSymbols(const Node& term) {
  return term.text.find_first_of("#@$&+%") != std::string::npos ||
         term.text.find("€") != std::string::npos ||
         term.text.find("£") != std::string::npos;
}

// Of tokens: `*` any run of characters. `?` is left to itself.
bool Covers(std::string_view pattern, std::string_view token) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) {
    return pattern == token;
  }
  if (pattern.find('*', star + 1) != std::string_view::npos) {
    return pattern == token;
  }
  const std::string_view head = pattern.substr(0, star);
  const std::string_view tail = pattern.substr(star + 1);
  return token.size() >= head.size() + tail.size() && token.starts_with(head) &&
         token.ends_with(tail);
}

}  // namespace

std::vector<std::string> TokensOf(const Node& term) {
  const std::string canonical = term.has_wildcards
                                    ? CanonicalizePattern(term.text)
                                    : Canonicalize(term.text);
  std::vector<std::string> tokens;
  for (size_t begin = 1; begin < canonical.size();) {
    const size_t end = canonical.find(' ', begin);
    tokens.push_back(canonical.substr(begin, end - begin));
    begin = end + 1;
  }
  return tokens;
}

bool IsPlain(const Node& node) {
  return node.kind == NodeKind::kTerm && node.term_kind == TermKind::kWords &&
         !HasSymbols(node);
}

TermTokens::TermTokens(const Node& node)
    : is_plain_(IsPlain(node)),
      tokens_(node.kind == NodeKind::kTerm && node.term_kind != TermKind::kRegex
                  ? TokensOf(node)
                  : std::vector<std::string>()) {}

bool TermTokens::Cover(const TermTokens& narrow) const {
  return is_plain_ && !tokens_.empty() &&
         std::search(narrow.tokens_.begin(), narrow.tokens_.end(),
                     tokens_.begin(), tokens_.end(),
                     [](const std::string& token, const std::string& pattern) {
                       return Covers(pattern, token);
                     }) != narrow.tokens_.end();
}

bool Covers(const Node& wide, const Node& narrow) {
  return TermTokens(wide).Cover(TermTokens(narrow));
}

bool HoldsOnlyWith(const Node& wide, const Node& node, bool in_scope) {
  const auto covered = [&](const std::unique_ptr<Node>& child) {
    return HoldsOnlyWith(wide, *child, in_scope);
  };
  switch (node.kind) {
    case NodeKind::kTerm:
      return Covers(wide, node);
    case NodeKind::kOr:
      return std::all_of(node.children.begin(), node.children.end(), covered);
    case NodeKind::kScope:
      return !in_scope && (node.scope.fields & ~kDefaultFields) == 0 &&
             covered(node.children[0]);
    case NodeKind::kNotNear:
    case NodeKind::kAtLeast:
    case NodeKind::kFirst:
      return covered(node.children[0]);
    case NodeKind::kAnd:
    case NodeKind::kNear:
    case NodeKind::kONear:
    case NodeKind::kSentence:
    case NodeKind::kParagraph:
    case NodeKind::kWindow:
      return std::any_of(node.children.begin(), node.children.end(), covered);
    default:
      return false;
  }
}

// One of the terms of an operand of the NEAR family covers all of `narrow`.
bool AnyCovers(const Node& operand, const Node& narrow) {
  if (operand.kind == NodeKind::kOr) {
    return std::any_of(
        operand.children.begin(), operand.children.end(),
        [&](const auto& child) { return AnyCovers(*child, narrow); });
  }
  return operand.kind == NodeKind::kTerm && Covers(operand, narrow);
}

// Every term of the one operand is covered by one of the other.
bool AllCovered(const Node& by, const Node& operand) {
  if (operand.kind == NodeKind::kOr) {
    return std::all_of(
        operand.children.begin(), operand.children.end(),
        [&](const auto& child) { return AllCovered(by, *child); });
  }
  return operand.kind == NodeKind::kTerm && AnyCovers(by, operand);
}

}  // namespace presshawk
