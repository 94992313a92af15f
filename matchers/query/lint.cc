// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/lint.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/text/canonicalize.h"
#include "core/text/iso_codes.h"
#include "matchers/query/coverage.h"
#include "matchers/query/lower_case_words.h"
#include "matchers/query/writing.h"

namespace presshawk {
namespace {

// In almost every English article; as abbreviations they are something else.
// (The reader warns about `and`, `or` and `not` itself.)
constexpr std::string_view kCommonWords =
    " a about all am an any are as at be but by can do for from had has he her "
    "his how i if in is it its may me more my no of on one our out she so some "
    "than that the their them they this to up us was we were what when which "
    "who will with would you your ";

// The same in articles of other languages; as names they are something else
// (MAN, LA, DER).
constexpr std::string_view kCommonElsewhere =
    " au das de del dem den der des di die do du el en es et il im ist la las "
    "le les los man na non nao o os par que se sie sur um un una und une van "
    "von y zu в и из на не по с та у что і й що ";

// ISO 639-1.
constexpr std::string_view kLanguages =
    " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce "
    "ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr "
    "fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is "
    "it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln "
    "lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr "
    "nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh "
    "si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts "
    "tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ";
// Countries' codes written for the language's.
constexpr std::pair<std::string_view, std::string_view> kCountryForLanguage[] =
    {{"cn", "zh"}, {"cz", "cs"}, {"dk", "da"}, {"gr", "el"}, {"jp", "ja"},
     {"ua", "uk"}, {"vn", "vi"}, {"ir", "fa"}, {"il", "he"}, {"in", "hi"},
     {"br", "pt"}, {"rs", "sr"}, {"al", "sq"}, {"ge", "ka"}, {"am", "hy"}};

bool IsIn(std::string_view words, std::string_view word) {
  return words.find(StrCat(" ", word, " ")) != std::string_view::npos;
}

// Up to this many operands or terms each is compared with each; of longer ones
// those behind are not looked at.
constexpr size_t kOperandsMax = 200;

std::string LowerAscii(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return text;
}

// `english` is `en`.
std::string MeantValue(const Node& meta) {
  std::string code;
  return ToIsoCode(meta.meta, meta.text, &code) ? code : meta.text;
}

bool IsCommon(const std::string& token) { return IsIn(kCommonWords, token); }

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
        LintSource(node);
        return LintMeta(node);
      case NodeKind::kAtLeast:
        if (node.n == 1) {
          Warn(node, "`atleast/1` asks no more than its content",
               StrCat("write ", PrintQuery(*node.children[0])),
               node.children[0]->kind == NodeKind::kOr
                   ? StrCat("(", PrintQuery(*node.children[0]), ")")
                   : PrintQuery(*node.children[0]));
        }
        near = true;
        break;
      case NodeKind::kNotNear:
        near = true;
        if (AllCovered(*node.children[1], *node.children[0])) {
          Warn(node,
               StrCat("this never holds: every `",
                      PrintQuery(*node.children[0]), "` is or has in it a `",
                      PrintQuery(*node.children[1]), "`"),
               "did you mean them the other way round?");
        }
        break;
      case NodeKind::kNot:
      case NodeKind::kScope:
      case NodeKind::kForms:
        break;
      default:
        near = true;
    }
    const bool in_scope = in_scope_;
    in_scope_ |= node.kind == NodeKind::kScope;
    for (const auto& child : node.children) {
      Lint(*child, near);
    }
    in_scope_ = in_scope;
  }

  void LintTerm(const Node& term, bool near,
                TermPlace place = TermPlace::kQuery) {
    if (term.term_kind != TermKind::kRegex) {
      if (auto problem = FindWritingProblem(term, place)) {
        return Warn(term, std::move(problem->message), std::move(problem->fix),
                    std::move(problem->instead));
      }
    }
    if (!IsPlain(term) || near) {
      return;
    }
    const std::vector<std::string> tokens = TokensOf(term);
    if (term.has_wildcards) {
      return LintWildcards(term, tokens);
    }
    if (tokens.size() == 1 && LintShort(term, tokens[0], place)) {
      return;
    }
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
           StrCat("write {", term.text, "}", InQuery(place),
                  " for the capitals"),
           StrCat("{", term.text, "}"));
    } else {
      Warn(term, "only words that are in almost every article", AddWhat(place));
    }
  }

 private:
  // Braces and operators have no meaning in `terms`.
  static std::string_view InQuery(TermPlace place) {
    return place == TermPlace::kTerms ? " in `query`" : "";
  }
  static std::string AddWhat(TermPlace place) {
    return place == TermPlace::kTerms
               ? "add what it is about: more words, or in `query` with AND"
               : "add what it is about, with AND or as a phrase";
  }

  // `X`, `24`, `DER`. True when there was something.
  bool LintShort(const Node& term, const std::string& token, TermPlace place) {
    const bool one = Utf8Size(token[0]) == token.size();
    const bool digits =
        token.find_first_not_of("0123456789") == std::string::npos;
    const bool capitals = token != term.text && !digits;
    std::string message;
    if (one && !digits && IsSingleLetterToken(DecodeUtf8(token.data()))) {
      message = StrCat("`", token, "` is a part of many words");
    } else if (digits && token.size() <= 2) {
      message = "a number of up to two digits is in almost every article";
    } else if (one) {
      message = StrCat("`", term.text, "` finds every `", token,
                       "` that stands alone");
    } else if (IsIn(kCommonElsewhere, token)) {
      message = StrCat("`", term.text, "` also finds the word `", token,
                       "`, which is in almost every article of a language");
    } else if (const auto lower = LowerCaseWordOf(term.text)) {
      message = StrCat("`", term.text, "` also finds `", lower->word, "`",
                       lower->meaning.empty() ? "" : " (", lower->meaning,
                       lower->meaning.empty() ? "" : ")",
                       ", which articles write in lower case");
    } else {
      return false;
    }
    std::string exact = capitals ? StrCat("{", term.text, "}") : "";
    Warn(term, std::move(message),
         capitals ? StrCat("write ", exact, InQuery(place), " for the capitals")
                  : AddWhat(place),
         exact);
    return true;
  }

  // `co*`: two letters begin every tenth word.
  void LintWildcards(const Node& term, const std::vector<std::string>& tokens) {
    if (tokens.size() != 1 || tokens[0].find('*') == std::string::npos) {
      return;
    }
    const auto letters = std::count_if(
        tokens[0].begin(), tokens[0].end(),
        [](char c) { return c != '*' && c != '?' && (c & 0xC0) != 0x80; });
    if (letters <= 2) {
      Warn(term,
           StrCat("`", term.text,
                  "` finds a large part of all words: it has two letters"),
           "write more of the word, or its forms with OR");
    }
  }

  // `instead`: what to write in the place of the node; empty: no text says it.
  void Warn(const Node& node, std::string message, std::string fix,
            std::string instead = "") {
    QueryProblem& problem =
        problems_.emplace_back(QueryProblem{.warning = true,
                                            .span = node.span,
                                            .message = std::move(message),
                                            .fix = std::move(fix)});
    if (!instead.empty()) {
      problem.edits.push_back({node.span, std::move(instead)});
    }
  }

  void LintOperands(const Node& node) {
    const size_t count = std::min(node.children.size(), kOperandsMax);
    std::vector<std::string> printed;
    std::vector<TermTokens> tokens;
    for (size_t i = 0; i < count; ++i) {
      printed.push_back(PrintQuery(*node.children[i]));
      tokens.emplace_back(*node.children[i]);
    }
    for (size_t i = 0; i < count; ++i) {
      for (size_t k = 0; k < count; ++k) {
        if (i != k && LintPair(node, i, k, printed, tokens)) {
          break;
        }
      }
    }
  }

  // Compares operand `i` with operand `k`. Returns true if there is a problem.
  bool LintPair(const Node& node, size_t i, size_t k,
                const std::vector<std::string>& printed,
                const std::vector<TermTokens>& tokens) {
    const Node& one = *node.children[i];
    const Node& other = *node.children[k];
    if (printed[i] == printed[k]) {
      if (k < i) {
        Warn(one, StrCat("`", printed[i], "` is said twice"), "drop one");
      }
      return k < i;
    }
    if (node.kind == NodeKind::kOr) {
      const bool covered =
          tokens[k].Cover(tokens[i]) && !(tokens[i].Cover(tokens[k]) && i < k);
      if (covered) {
        Warn(one,
             StrCat("`", printed[i], "` finds nothing that `", printed[k],
                    "` does not find"),
             "drop it, or say with AND what must stand beside it");
      }
      return covered;
    }
    if (one.kind == NodeKind::kMeta && other.kind == NodeKind::kMeta) {
      return LintTwoValues(one, other, k < i);
    }
    if (one.kind != NodeKind::kNot) {
      return false;
    }
    const Node& excluded = *one.children[0];
    const bool never =
        excluded.kind == NodeKind::kOr
            ? std::any_of(excluded.children.begin(), excluded.children.end(),
                          [&](const auto& child) {
                            return HoldsOnlyWith(*child, other, in_scope_);
                          })
            : HoldsOnlyWith(excluded, other, in_scope_);
    if (never) {
      Warn(one,
           StrCat("this never holds: `", printed[i], "` excludes every `",
                  printed[k], "`"),
           "to exclude single mentions write NOTNEAR/0");
    }
    return never;
  }

  // `lang:en AND lang:de`
  bool LintTwoValues(const Node& one, const Node& other, bool is_second) {
    const std::string a = LowerAscii(MeantValue(one));
    const std::string b = LowerAscii(MeantValue(other));
    const bool differ = one.meta == other.meta && one.meta != MetaField::kTag &&
                        (a + b).find('*') == std::string::npos;
    // A site may be another's subdomain, a language another's variety.
    const bool may_both = a.ends_with(b) || b.ends_with(a) ||
                          a.starts_with(b) || b.starts_with(a);
    if (differ && !may_both && is_second) {
      Warn(one,
           StrCat("an article has one of these: with `", PrintQuery(other),
                  "` this hardly ever holds"),
           "join them with OR, in brackets");
    }
    return differ && !may_both && is_second;
  }

  void LintWindow(const Node& node) {
    for (const auto& piece : node.children) {
      if (auto problem = FindWritingProblem(*piece, TermPlace::kQuery)) {
        Warn(node, std::move(problem->message), std::move(problem->fix));
      }
    }
    if (node.children.size() == 1) {
      Warn(node, "`~` does nothing with one word: it counts words between",
           StrCat("write \"", node.text, "\""), StrCat("\"", node.text, "\""));
    }
  }

  // `source:cnn.com`, `site:"The Times"`: the one for the other.
  void LintSource(const Node& node) {
    const std::string& value = node.text;
    if (node.meta == MetaField::kSite &&
        value.find_first_of(" \t") != std::string::npos) {
      const std::string meant = StrCat("source:\"", value, "\"");
      Warn(node, "a site is a host, which has no white space",
           StrCat("write ", meant), meant);
    }
    if (node.meta == MetaField::kSource && IsHost(value)) {
      const std::string meant = StrCat("site:", value);
      Warn(node,
           StrCat("a source is compared with publishers' names; `", value,
                  "` is a host"),
           StrCat("write ", meant), meant);
    }
  }

  // `cnn.com`: labels, the last of letters.
  static bool IsHost(std::string_view value) {
    const size_t dot = value.rfind('.');
    return dot != std::string_view::npos && dot > 0 && value.size() - dot > 2 &&
           std::all_of(value.begin() + static_cast<std::ptrdiff_t>(dot) + 1,
                       value.end(),
                       [](char c) {
                         return (c >= 'a' && c <= 'z') ||
                                (c >= 'A' && c <= 'Z');
                       }) &&
           std::all_of(value.begin(), value.end(), [](char c) {
             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '-' || c == '.';
           });
  }

  void LintMeta(const Node& node) {
    if (node.meta != MetaField::kLang ||
        node.text.find('*') != std::string::npos) {
      return;
    }
    const std::string value = MeantValue(node);
    const std::string code =
        LowerAscii(value.substr(0, value.find_first_of("-_")));
    if (code.size() == 3 || IsIn(kLanguages, code)) {
      return;
    }
    std::string_view meant;
    for (const auto& [country, language] : kCountryForLanguage) {
      meant = country == code ? language : meant;
    }
    Warn(node,
         StrCat("`", node.text, "` is no language code, which articles have"),
         meant.empty() ? "write lang:en, lang:de, lang:pt-BR (ISO 639)"
                       : StrCat("write lang:", meant));
  }

  bool in_scope_ = false;  // Of a field.
  std::vector<QueryProblem> problems_;
};

}  // namespace

std::vector<QueryProblem> LintQuery(const Node& root) {
  Linter linter;
  linter.Lint(root, false);
  return linter.TakeProblems();
}

std::vector<TermProblem> LintTerms(
    const std::vector<std::unique_ptr<Node>>& terms) {
  std::vector<TermProblem> problems;
  // A list of thousands of names is no place to compare each with each.
  std::vector<TermTokens> tokens;
  if (terms.size() <= kOperandsMax) {
    for (const auto& term : terms) {
      tokens.emplace_back(*term);
    }
  }
  for (size_t i = 0; i < terms.size(); ++i) {
    Linter linter;
    linter.LintTerm(*terms[i], false, TermPlace::kTerms);
    for (QueryProblem& problem : linter.TakeProblems()) {
      problems.push_back(
          {i, std::move(problem.message), std::move(problem.fix)});
    }
    for (size_t k = 0; k < tokens.size(); ++k) {
      if (i == k || !tokens[k].Cover(tokens[i]) ||
          (tokens[i].Cover(tokens[k]) && i < k)) {
        continue;
      }
      problems.push_back(
          {i,
           StrCat("`", terms[i]->text, "` finds nothing that `", terms[k]->text,
                  "` does not find"),
           "drop it, or say in `query` with AND what must stand beside it"});
      break;
    }
  }
  return problems;
}

}  // namespace presshawk
