#include "matchers/query/lint.h"

#include <algorithm>
#include <string_view>

#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"

namespace presshawk {
namespace {

// In almost every English article; as abbreviations they are something else.
// (The reader warns about `and`, `or` and `not` itself.)
constexpr std::string_view kCommonWords =
    " a about all am an any are as at be but by can do for from had has he her "
    "his how i if in is it its may me more my no of on one our out she so some "
    "than that the their them they this to up us was we were what when which "
    "who will with would you your ";

bool IsCommon(const std::string& token) {
  return kCommonWords.find(StrCat(" ", token, " ")) != std::string_view::npos;
}

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

bool HasSymbols(const Node& term) {
  return term.text.find_first_of("#@$&+%") != std::string::npos ||
         term.text.find("€") != std::string::npos ||
         term.text.find("£") != std::string::npos;
}

// A term of words alone, which all forms of them meet.
bool IsPlain(const Node& node) {
  return node.kind == NodeKind::kTerm && node.term_kind == TermKind::kWords &&
         !HasSymbols(node);
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

// Wherever `narrow` occurs, `wide` does.
bool Covers(const Node& wide, const Node& narrow) {
  if (!IsPlain(wide) || narrow.kind != NodeKind::kTerm ||
      narrow.term_kind == TermKind::kRegex) {
    return false;
  }
  const std::vector<std::string> outer = TokensOf(narrow);
  const std::vector<std::string> inner = TokensOf(wide);
  return !inner.empty() &&
         std::search(outer.begin(), outer.end(), inner.begin(), inner.end(),
                     [](const std::string& token, const std::string& pattern) {
                       return Covers(pattern, token);
                     }) != outer.end();
}

class Linter {
 public:
  std::vector<QueryProblem> TakeProblems() {
    std::stable_sort(problems_.begin(), problems_.end(),
                     [](const QueryProblem& a, const QueryProblem& b) {
                       return a.span.begin < b.span.begin;
                     });
    return std::move(problems_);
  }

  // Recursion is bounded by the nesting limit. `near`: an operand of a form
  // that looks at positions, where common words have their use.
  void Lint(const Node& node, bool near) {
    switch (node.kind) {
      case NodeKind::kTerm:
        return LintTerm(node, near);
      case NodeKind::kAnd:
      case NodeKind::kOr:
        LintOperands(node);
        break;
      case NodeKind::kWindow:
        return LintWindow(node);
      case NodeKind::kMeta:
        return LintMeta(node);
      case NodeKind::kAtLeast:
        if (node.n == 1) {
          Warn(node, "`atleast/1` asks no more than its content",
               StrCat("write ", PrintQuery(*node.children[0])));
        }
        near = true;
        break;
      case NodeKind::kNot:
      case NodeKind::kScope:
        break;
      default:
        near = true;
    }
    for (const auto& child : node.children) {
      Lint(*child, near);
    }
  }

  void LintTerm(const Node& term, bool near) {
    if (!IsPlain(term) || term.has_wildcards || near) {
      return;
    }
    const std::vector<std::string> tokens = TokensOf(term);
    if (!std::all_of(tokens.begin(), tokens.end(), IsCommon)) {
      return;
    }
    const bool capitals =
        std::none_of(term.text.begin(), term.text.end(),
                     [](char c) { return c >= 'a' && c <= 'z'; });
    if (capitals && tokens.size() == 1 && tokens[0].size() > 1) {
      Warn(term,
           StrCat("`", term.text, "` also finds the word `", tokens[0],
                  "`, which is in almost every article"),
           StrCat("write {", term.text, "} for the capitals"));
    } else {
      Warn(term, "only words that are in almost every article",
           "add what it is about, with AND or as a phrase");
    }
  }

 private:
  void Warn(const Node& node, std::string message, std::string fix) {
    problems_.push_back({.warning = true,
                         .span = node.span,
                         .message = std::move(message),
                         .fix = std::move(fix)});
  }

  // Quadratic up to this many operands; a list of thousands of words is looked
  // at for its neighbours only.
  static constexpr size_t kOperandsMax = 200;

  void LintOperands(const Node& node) {
    const size_t count = std::min(node.children.size(), kOperandsMax);
    std::vector<std::string> printed;
    for (size_t i = 0; i < count; ++i) {
      printed.push_back(PrintQuery(*node.children[i]));
    }
    for (size_t i = 0; i < count; ++i) {
      for (size_t k = 0; k < count; ++k) {
        if (i != k && LintPair(node, i, k, printed)) {
          break;
        }
      }
    }
  }

  // What operand `k` makes of operand `i`. True when there was something.
  bool LintPair(const Node& node, size_t i, size_t k,
                const std::vector<std::string>& printed) {
    const Node& one = *node.children[i];
    const Node& other = *node.children[k];
    if (printed[i] == printed[k]) {
      if (k < i) {
        Warn(one, StrCat("`", printed[i], "` is said twice"), "drop one");
      }
      return k < i;
    }
    if (node.kind == NodeKind::kOr) {
      const bool covered = Covers(other, one) && !(Covers(one, other) && i < k);
      if (covered) {
        Warn(one,
             StrCat("`", printed[i], "` finds nothing that `", printed[k],
                    "` does not find"),
             "drop it, or say with AND what must stand beside it");
      }
      return covered;
    }
    if (one.kind != NodeKind::kNot || other.kind != NodeKind::kTerm) {
      return false;
    }
    const Node& excluded = *one.children[0];
    const auto covers = [&](const Node& wide) { return Covers(wide, other); };
    const bool never =
        covers(excluded) ||
        (excluded.kind == NodeKind::kOr &&
         std::any_of(excluded.children.begin(), excluded.children.end(),
                     [&](const auto& child) { return covers(*child); }));
    if (never) {
      Warn(one,
           StrCat("this never holds: `", printed[i], "` excludes every `",
                  printed[k], "`"),
           "to exclude single mentions write NOTNEAR/0");
    }
    return never;
  }

  void LintWindow(const Node& node) {
    if (node.children.size() == 1) {
      Warn(node, "`~` does nothing with one word: it counts words between",
           StrCat("write \"", node.text, "\""));
    }
  }

  void LintMeta(const Node& node) {
    if (node.meta != MetaField::kLang ||
        node.text.find('*') != std::string::npos) {
      return;
    }
    const size_t code = node.text.find_first_of("-_");
    const size_t size = std::min(code, node.text.size());
    if (size < 2 || size > 3) {
      Warn(node,
           StrCat("`", node.text, "` is no language code, which articles have"),
           "write lang:en, lang:de, lang:pt-BR (ISO 639)");
    }
  }

  std::vector<QueryProblem> problems_;
};

}  // namespace

std::vector<QueryProblem> LintQuery(const Node& root) {
  Linter linter;
  linter.Lint(root, false);
  return linter.TakeProblems();
}

std::vector<QueryProblem> LintLiteralTerm(const Node& term) {
  Linter linter;
  linter.LintTerm(term, false);
  return linter.TakeProblems();
}

}  // namespace presshawk
