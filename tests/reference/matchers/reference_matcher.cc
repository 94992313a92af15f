// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/matchers/reference_matcher.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "core/base/check.h"
#include "tests/reference/matchers/printed_forms.h"
#include "tests/reference/matchers/reference_idna.h"
#include "tests/reference/matchers/reference_regex.h"
#include "tests/reference/matchers/reference_surface.h"
#include "tests/reference/matchers/reference_units.h"

namespace presshawk::reference {
namespace {

// An occurrence of a term: tokens [begin, end) of a field.
struct Occurrence {
  Field field;
  size_t begin, end;
  std::string term;
  size_t order = 0;  // Where its term stands in the list.
  std::optional<ByteSpan> regex = std::nullopt;  // The match itself, in bytes.

  // A regex that touches no token has no position (A23): `begin` is `end`.
  bool placed() const { return begin < end; }
};
using Occurrences = std::vector<Occurrence>;

bool ShareToken(const Occurrence& a, const Occurrence& b) {
  return a.field == b.field && a.begin < b.end && b.begin < a.end &&
         a.placed() && b.placed();
}

// A23: two regexes overlap where their spans do.
bool Overlap(const Occurrence& a, const Occurrence& b) {
  if (a.regex.has_value() && b.regex.has_value()) {
    return a.field == b.field && a.regex->begin < b.regex->end &&
           b.regex->begin < a.regex->end;
  }
  return ShareToken(a, b);
}

// `a`, then at most n words, then `b`.
bool Follows(const Occurrence& a, const Occurrence& b, size_t n) {
  return a.placed() && b.placed() && a.field == b.field && a.end <= b.begin &&
         b.begin - a.end <= n;
}

std::u32string Characters(std::string_view utf8) {
  std::u32string result;
  for (const char c : utf8) {
    const auto byte = static_cast<uint8_t>(c);
    if ((byte & 0xC0) != 0x80) {
      result += byte < 0x80   ? byte
                : byte < 0xE0 ? byte & 0x1FU
                : byte < 0xF0 ? byte & 0x0FU
                              : byte & 0x07U;
    } else {
      result.back() = result.back() << 6 | (byte & 0x3FU);
    }
  }
  return result;
}

// Which beginnings of the text the glob so far stands for, character by
// character of the glob.
bool GlobHolds(std::u32string_view glob, std::u32string_view text,
               bool question) {
  std::vector<bool> stands(text.size() + 1, false);
  stands[0] = true;
  for (const char32_t c : glob) {
    std::vector<bool> next(text.size() + 1, false);
    for (size_t i = 0; i <= text.size(); ++i) {
      if (c == U'*') {
        next[i] = stands[i] || (i > 0 && next[i - 1]);
      } else {
        next[i] = i > 0 && stands[i - 1] &&
                  (text[i - 1] == c || (question && c == U'?'));
      }
    }
    stands = next;
  }
  return stands[text.size()];
}

bool GlobHolds(std::string_view glob, std::string_view text, bool question) {
  return GlobHolds(Characters(glob), Characters(text), question);
}

// A term's tokens, which are the same in every article: kept, because to make
// them takes longer than to look for them.
struct WantedToken {
  std::string text;
  std::u32string glob;
};
const std::vector<WantedToken>& WantedTokens(const std::string& text,
                                             bool wildcards) {
  thread_local std::map<std::pair<std::string, bool>, std::vector<WantedToken>>
      kept;
  const auto [at, is_new] = kept.try_emplace({text, wildcards});
  if (is_new) {
    for (const auto& token : Canonicalize(text, wildcards).tokens) {
      at->second.push_back({token.text, Characters(token.text)});
    }
  }
  return at->second;
}

// A36, of what the tests write: the code that a folded name, or another code,
// of a language or country stands for.
std::string CodeOf(MetaField field, const std::string& folded) {
  static const std::map<std::string, std::string> languages = {
      {"english", "en"}, {"eng", "en"}, {"german", "de"},
      {"ger", "de"},     {"deu", "de"}, {"eng-us", "en-us"}};
  static const std::map<std::string, std::string> countries = {
      {"usa", "us"}, {"united states", "us"}, {"germany", "de"}, {"uk", "gb"}};
  if (field != MetaField::kLang && field != MetaField::kCountry) {
    return folded;
  }
  const auto& codes = field == MetaField::kLang ? languages : countries;
  const auto at = codes.find(folded);
  return at == codes.end() ? folded : at->second;
}

// A37.
std::string HostOf(std::string value, bool is_url) {
  const bool has_space = value.find(' ') != std::string::npos;
  const size_t scheme = value.find("://");
  const bool has_scheme =
      scheme != std::string::npos && scheme < value.find_first_of("/?#");
  if (has_scheme) {
    value = value.substr(scheme + 3);
  } else if (is_url && has_space) {
    return "";
  }
  is_url = is_url || has_scheme ||
           (!has_space && value.find_first_of("/?#") != std::string::npos);
  if (is_url) {
    value = value.substr(0, value.find_first_of("/?#"));
    value = value.substr(value.rfind('@') + 1);
    if (!has_scheme && value.find('.') == std::string::npos) {
      return "";  // Relative.
    }
  }
  const size_t colon = value.rfind(':');
  if (colon != std::string::npos &&
      value.find_first_not_of("0123456789", colon + 1) == std::string::npos) {
    value = value.substr(0, colon);
  }
  if (value.ends_with('.')) {
    value.pop_back();
  }
  return value.starts_with("www.") ? value.substr(4) : value;
}

struct Site {
  std::string unicode, ascii;
  bool has_open_ascii_label = false;  // `xn--*`
};

Site SiteOf(const std::string& host) {
  Site site;
  size_t begin = 0;
  while (begin <= host.size()) {
    const size_t end = std::min(host.find('.', begin), host.size());
    const std::string label = host.substr(begin, end - begin);
    const bool open = label.find('*') != std::string::npos;
    site.has_open_ascii_label |= open && label.starts_with("xn--");
    site.unicode += begin == 0 ? "" : ".";
    site.ascii += begin == 0 ? "" : ".";
    site.unicode += open ? label : UnicodeLabel(label);
    site.ascii += open ? label : AsciiLabel(label);
    begin = end + 1;
  }
  return site;
}

// Whether `wanted` stands for the value, for the begin of a language before a
// `-` or `_`, or for the end of a site behind a stop.
bool PartHolds(MetaField field, const std::string& wanted,
               const std::string& value) {
  if (!value.empty() && GlobHolds(wanted, value, false)) {
    return true;
  }
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if ((field == MetaField::kLang && (c == '-' || c == '_') &&
         GlobHolds(wanted, value.substr(0, i), false)) ||
        (field == MetaField::kSite && c == '.' &&
         GlobHolds(wanted, value.substr(i + 1), false))) {
      return true;
    }
  }
  return false;
}

bool SiteHolds(const std::string& wanted, const std::string& host) {
  const Site pattern = SiteOf(HostOf(wanted, false));
  const Site site = SiteOf(host);
  const std::string& meant =
      pattern.has_open_ascii_label ? pattern.ascii : pattern.unicode;
  return PartHolds(MetaField::kSite, meant, site.unicode) ||
         PartHolds(MetaField::kSite, meant, site.ascii);
}

bool MetaHolds(const Node& node, const Article& article) {
  std::string wanted = FoldMetadata(node.text);
  if (node.text.find('*') == std::string::npos) {
    wanted = CodeOf(node.meta, wanted);
  }
  std::vector<std::string> values;
  for (const std::string_view value : article.meta_of(node.meta)) {
    values.push_back(FoldMetadata(value));
    if (node.meta == MetaField::kSite) {
      values.back() = HostOf(values.back(), false);
    }
  }
  if (node.meta == MetaField::kSite && values.empty()) {
    values.push_back(HostOf(FoldMetadata(article.url), true));
  }
  return std::any_of(values.begin(), values.end(),
                     [&](const std::string& value) {
                       return node.meta == MetaField::kSite
                                  ? SiteHolds(wanted, value)
                                  : PartHolds(node.meta, wanted, value);
                     });
}

// The most that can be chosen of `left` without two that overlap. One whose
// neighbours all overlap each other is in some best choice; where there is none
// such, both ways are tried.
size_t MostApart(const std::vector<std::vector<bool>>& overlap,
                 std::vector<size_t> left) {
  const auto without = [&](size_t chosen, bool neighbours) {
    std::vector<size_t> rest;
    for (const size_t i : left) {
      if (i != chosen && !(neighbours && overlap[chosen][i])) {
        rest.push_back(i);
      }
    }
    return rest;
  };
  size_t count = 0;
  while (!left.empty()) {
    const auto simple =
        std::find_if(left.begin(), left.end(), [&](size_t chosen) {
          std::vector<size_t> neighbours;
          for (const size_t i : left) {
            if (i == chosen || !overlap[chosen][i]) {
              continue;
            }
            if (std::any_of(neighbours.begin(), neighbours.end(),
                            [&](size_t n) { return !overlap[n][i]; })) {
              return false;
            }
            neighbours.push_back(i);
          }
          return true;
        });
    if (simple == left.end()) {
      const size_t one = left.front();
      return count + std::max(1 + MostApart(overlap, without(one, true)),
                              MostApart(overlap, without(one, false)));
    }
    ++count;
    left = without(*simple, true);
  }
  return count;
}

size_t CountDisjoint(Occurrences occurrences) {
  // In reading order, so that the first is mostly one to choose.
  std::sort(occurrences.begin(), occurrences.end(),
            [](const Occurrence& a, const Occurrence& b) {
              const uint32_t byte_of_a = a.regex ? a.regex->end : 0;
              const uint32_t byte_of_b = b.regex ? b.regex->end : 0;
              return std::tie(a.field, a.end, byte_of_a) <
                     std::tie(b.field, b.end, byte_of_b);
            });
  std::vector<std::vector<bool>> overlap(occurrences.size(),
                                         std::vector<bool>(occurrences.size()));
  std::vector<size_t> all;
  for (size_t i = 0; i < occurrences.size(); ++i) {
    all.push_back(i);
    for (size_t k = 0; k < occurrences.size(); ++k) {
      overlap[i][k] = Overlap(occurrences[i], occurrences[k]);
    }
  }
  return MostApart(overlap, all);
}

}  // namespace

// Where a condition looks, and the languages in whose forms.
struct Where {
  Scope scope;
  std::set<std::string> languages;
  bool editorial = false;  // A list around it has `zones: editorial`.

  Where In(Scope inner) const { return {inner, languages, editorial}; }
  Where With(const std::vector<std::string>& more) const {
    Where where = *this;
    where.languages.insert(more.begin(), more.end());
    return where;
  }
  // A reference brings its own list's forms.
  Where Of(const ReferenceList& list) const {
    return {scope,
            {list.languages.begin(), list.languages.end()},
            editorial || list.editorial};
  }
};

// One question about one article.
class Evaluation {
 public:
  Evaluation(const ReferenceArticle& article, const ReferenceLists& lists)
      : article_(article), lists_(lists) {}

  bool ListHolds(const std::string& id, const Where& around) {
    const ReferenceList& list = lists_.at(id);
    const Where where = around.Of(list);
    for (const std::string& term : list.terms) {
      if (!Find(*LiteralTerm(term), where).empty()) {
        return true;
      }
    }
    return list.query != nullptr && Holds(*list.query, where);
  }

  // A42: hits of what makes the list true.
  void ListHits(const std::string& id, const Where& around, Occurrences* hits) {
    const ReferenceList& list = lists_.at(id);
    const Where where = around.Of(list);
    for (const std::string& term : list.terms) {
      Append(Find(*LiteralTerm(term), where), hits);
    }
    if (list.query != nullptr && Holds(*list.query, where)) {
      Hits(*list.query, where, hits);
    }
  }

 private:
  static void Append(Occurrences from, Occurrences* to) {
    const size_t order = to->empty() ? 0 : to->back().order + 1;
    for (Occurrence& o : from) {
      o.order += order;
    }
    std::stable_sort(from.begin(), from.end(),
                     [](const Occurrence& a, const Occurrence& b) {
                       return a.order < b.order;
                     });
    to->insert(to->end(), from.begin(), from.end());
  }

  bool InScope(const Occurrence& o, const Where& where) const {
    constexpr size_t kLeadTokens = 60;
    const Scope& scope = where.scope;
    return (scope.fields & MaskOf(o.field)) != 0 &&
           (!scope.lead || o.field != Field::kBody ||
            (o.placed() ? o.end : o.end + 1) <= kLeadTokens) &&
           ((!scope.editorial && !where.editorial) || InStory(o));
  }

  // ZONE-4. The author is asked for by name.
  bool InStory(const Occurrence& o) const {
    const Canonical& canonical = article_.fields_[static_cast<size_t>(o.field)];
    const uint32_t begin = o.regex.has_value()
                               ? o.regex->begin
                               : canonical.tokens[o.begin].source.begin;
    return o.field == Field::kAuthor ||
           IsEditorial(article_.zones_.At(o.field, begin));
  }

  // A23. The tokens that a match touches are its positions.
  Occurrences FindRegex(const Node& term, const Where& where) const {
    Occurrences found;
    for (const Field field : kFields) {
      const std::string_view text = article_.article_.text_of(field);
      const Canonical& canonical = article_.fields_[static_cast<size_t>(field)];
      const std::optional<std::vector<ByteSpan>> matches =
          RegexMatches(term.text, term.regex_ignore_case, text);
      PRESSHAWK_CHECK(matches.has_value());
      std::vector<ByteSpan> tokens;
      for (size_t i = 0; !matches->empty() && i < canonical.tokens.size();
           ++i) {
        tokens.push_back(HitSpan(text, canonical, i, i));
      }
      for (const ByteSpan match : *matches) {
        Occurrence o = {field, 0, 0, term.shown, 0, match};
        for (size_t i = 0; i < tokens.size(); ++i) {
          const ByteSpan token = tokens[i];
          if (token.end <= match.begin) {
            o.begin = o.end = i + 1;
          } else if (token.begin < match.end) {
            o.end = i + 1;
          }
        }
        if (InScope(o, where)) {
          found.push_back(o);
        }
      }
    }
    return found;
  }

  // The ways in which a term is looked for: forms are of plain words and
  // phrases alone.
  static std::vector<std::string> Writings(const Node& term,
                                           const Where& where) {
    std::vector<std::string> writings = {term.text};
    if (term.term_kind == TermKind::kWords && !term.has_wildcards) {
      for (const std::string& language : where.languages) {
        for (const std::string& form : PrintedForms(language, term.text)) {
          writings.push_back(form);
        }
      }
    }
    return writings;
  }

  // The occurrences of a term, in any of its forms, in the scope.
  Occurrences Find(const Node& term, const Where& where) const {
    if (term.term_kind == TermKind::kRegex) {
      return FindRegex(term, where);
    }
    Occurrences found;
    std::set<std::tuple<Field, size_t, size_t>> places;
    for (const std::string& writing : Writings(term, where)) {
      for (const Occurrence& o : FindWriting(term, writing, where)) {
        if (places.emplace(o.field, o.begin, o.end).second) {
          found.push_back(o);
        }
      }
    }
    return found;
  }

  Occurrences FindWriting(const Node& term, const std::string& writing,
                          const Where& where) const {
    const std::vector<WantedToken>& wanted =
        WantedTokens(writing, term.has_wildcards);
    Occurrences found;
    for (const Field field : kFields) {
      const Canonical& canonical = article_.fields_[static_cast<size_t>(field)];
      const auto& characters = article_.characters_[static_cast<size_t>(field)];
      const size_t size = wanted.size();
      for (size_t at = 0; at + size <= canonical.tokens.size(); ++at) {
        bool matches = true;
        for (size_t i = 0; matches && i < size; ++i) {
          matches = term.has_wildcards
                        ? GlobHolds(wanted[i].glob, characters[at + i], true)
                        : wanted[i].text == canonical.tokens[at + i].text;
        }
        const Occurrence o = {field, at, at + size, term.shown, 0, {}};
        if (matches && InScope(o, where) &&
            SurfaceHolds(writing, term.term_kind == TermKind::kExact,
                         term.has_wildcards, article_.article_.text_of(field),
                         canonical, at, at + size - 1)) {
          found.push_back(o);
        }
      }
    }
    return found;
  }

  // An operand: a term, an OR of them, or a reference to such.
  Occurrences Operand(const Node& node, const Where& where) const {
    Occurrences all;
    const auto add = [&](Occurrences more) { Append(std::move(more), &all); };
    if (node.kind == NodeKind::kTerm) {
      add(Find(node, where));
    } else if (node.kind == NodeKind::kReference) {
      const ReferenceList& list = lists_.at(node.text);
      const Where inside = where.Of(list);
      for (const std::string& term : list.terms) {
        add(Find(*LiteralTerm(term), inside));
      }
      if (list.query != nullptr) {
        add(Operand(*list.query, inside));
      }
    } else if (node.kind == NodeKind::kForms) {
      add(Operand(*node.children[0], where.With(node.languages)));
    } else {
      for (const auto& child : node.children) {
        add(Operand(*child, where));
      }
    }
    return all;
  }

  // What is in at least one pair that holds.
  Occurrences Pairs(const Node& node, const Where& where) const {
    const Occurrences a = Operand(*node.children[0], where);
    const Occurrences b = Operand(*node.children[1], where);
    const auto near = [&](const Occurrence& x, const Occurrence& y) {
      if (node.kind == NodeKind::kSentence ||
          node.kind == NodeKind::kParagraph) {
        return ShareUnit(node.kind, x, y);
      }
      return Follows(x, y, node.n) ||
             (node.kind == NodeKind::kNear && Follows(y, x, node.n));
    };
    Occurrences first;
    Occurrences second;
    for (const Occurrence& x : a) {
      if (std::any_of(b.begin(), b.end(),
                      [&](const Occurrence& y) { return near(x, y); })) {
        first.push_back(x);
      }
    }
    for (const Occurrence& y : b) {
      if (std::any_of(a.begin(), a.end(),
                      [&](const Occurrence& x) { return near(x, y); })) {
        second.push_back(y);
      }
    }
    Append(std::move(second), &first);
    return first;
  }

  // A30.
  bool ShareUnit(NodeKind kind, const Occurrence& x,
                 const Occurrence& y) const {
    if (x.field != y.field || Overlap(x, y) || !x.placed() || !y.placed()) {
      return false;
    }
    const std::string_view text = article_.article_.text_of(x.field);
    const Canonical& canonical = article_.fields_[static_cast<size_t>(x.field)];
    const ByteSpan of_x =
        x.regex.value_or(HitSpan(text, canonical, x.begin, x.end - 1));
    const ByteSpan of_y =
        y.regex.value_or(HitSpan(text, canonical, y.begin, y.end - 1));
    const std::vector<ByteSpan> units =
        kind == NodeKind::kSentence ? Sentences(text) : Paragraphs(text);
    return std::any_of(units.begin(), units.end(), [&](const ByteSpan& unit) {
      return of_x.begin < unit.end && of_x.end > unit.begin &&
             of_y.begin < unit.end && of_y.end > unit.begin;
    });
  }

  // A29.
  Occurrences NotNear(const Node& node, const Where& where) const {
    const Occurrences b = Operand(*node.children[1], where);
    Occurrences held = Operand(*node.children[0], where);
    std::erase_if(held, [&](const Occurrence& x) {
      return std::any_of(b.begin(), b.end(), [&](const Occurrence& y) {
        if (!x.placed() || !y.placed()) {
          return false;
        }
        return ShareToken(x, y) || Follows(x, y, node.n) ||
               Follows(y, x, node.n);
      });
    });
    return held;
  }

  // A31, A32.
  Occurrences Windows(const Node& node, const Where& where) const {
    std::vector<Occurrences> pieces;
    for (const auto& child : node.children) {
      pieces.push_back(Find(*child, where));
    }
    Occurrences windows;
    Occurrences chosen;
    Choose(node, pieces, &chosen, &windows);
    Occurrences minimal;
    for (const Occurrence& w : windows) {
      const auto is_same = [&](const Occurrence& o) {
        return o.field == w.field && o.begin == w.begin && o.end == w.end;
      };
      const auto is_smaller = [&](const Occurrence& o) {
        return o.field == w.field && o.begin >= w.begin && o.end <= w.end &&
               !is_same(o);
      };
      if (std::none_of(windows.begin(), windows.end(), is_smaller) &&
          std::none_of(minimal.begin(), minimal.end(), is_same)) {
        minimal.push_back(w);
      }
    }
    return minimal;
  }

  // Every choice of one occurrence a piece.
  void Choose(const Node& node, const std::vector<Occurrences>& pieces,
              Occurrences* chosen, Occurrences* windows) const {
    if (chosen->size() == pieces.size()) {
      Occurrence window = (*chosen)[0];
      size_t used = 0;
      for (const Occurrence& o : *chosen) {
        window.begin = std::min(window.begin, o.begin);
        window.end = std::max(window.end, o.end);
        used += o.end - o.begin;
      }
      if (window.end - window.begin - used <= node.n) {
        window.term = node.shown;
        windows->push_back(window);
      }
      return;
    }
    for (const Occurrence& o : pieces[chosen->size()]) {
      if (std::all_of(chosen->begin(), chosen->end(), [&](const Occurrence& c) {
            return c.field == o.field && !Overlap(c, o);
          })) {
        chosen->push_back(o);
        Choose(node, pieces, chosen, windows);
        chosen->pop_back();
      }
    }
  }

  Occurrences First(const Node& node, const Where& where) const {
    Occurrences found = Operand(*node.children[0], where);
    std::erase_if(found, [&](const Occurrence& o) {
      return o.begin >= node.n || !o.placed();
    });
    return found;
  }

  bool Holds(const Node& node, const Where& where) {
    switch (node.kind) {
      case NodeKind::kTerm:
        return !Find(node, where).empty();
      case NodeKind::kAnd:
        return std::all_of(
            node.children.begin(), node.children.end(),
            [&](const auto& child) { return Holds(*child, where); });
      case NodeKind::kOr:
        return std::any_of(
            node.children.begin(), node.children.end(),
            [&](const auto& child) { return Holds(*child, where); });
      case NodeKind::kNot:
        return !Holds(*node.children[0], where);
      case NodeKind::kScope:
        return Holds(*node.children[0], where.In(node.scope));
      case NodeKind::kForms:
        return Holds(*node.children[0], where.With(node.languages));
      case NodeKind::kMeta:
        return MetaHolds(node, article_.article_);
      case NodeKind::kReference:
        return ListHolds(node.text, where);
      case NodeKind::kAtLeast:
        return CountDisjoint(Operand(*node.children[0], where)) >= node.n;
      case NodeKind::kFirst:
        return !First(node, where).empty();
      case NodeKind::kNear:
      case NodeKind::kONear:
      case NodeKind::kSentence:
      case NodeKind::kParagraph:
        return !Pairs(node, where).empty();
      case NodeKind::kNotNear:
        return !NotNear(node, where).empty();
      case NodeKind::kWindow:
        return !Windows(node, where).empty();
    }
    PRESSHAWK_CHECK(false);
    return false;
  }

  // REQUIRES: the node holds.
  void Hits(const Node& node, const Where& where, Occurrences* hits) {
    switch (node.kind) {
      case NodeKind::kTerm:
        return Append(Find(node, where), hits);
      case NodeKind::kAnd:
      case NodeKind::kOr:
        for (const auto& child : node.children) {
          if (Holds(*child, where)) {
            Hits(*child, where, hits);
          }
        }
        return;
      case NodeKind::kScope:
        return Hits(*node.children[0], where.In(node.scope), hits);
      case NodeKind::kForms:
        return Hits(*node.children[0], where.With(node.languages), hits);
      case NodeKind::kReference:
        return ListHits(node.text, where, hits);
      case NodeKind::kAtLeast:
        return Append(Operand(*node.children[0], where), hits);
      case NodeKind::kFirst:
        return Append(First(node, where), hits);
      case NodeKind::kNear:
      case NodeKind::kONear:
      case NodeKind::kSentence:
      case NodeKind::kParagraph:
        return Append(Pairs(node, where), hits);
      case NodeKind::kNotNear:
        return Append(NotNear(node, where), hits);
      case NodeKind::kWindow:
        return Append(Windows(node, where), hits);
      default:
        return;  // NOT and metadata have none.
    }
  }

  const ReferenceArticle& article_;
  const ReferenceLists& lists_;
};

ReferenceArticle::ReferenceArticle(const Article& article) : article_(article) {
  for (const Field field : kFields) {
    Canonical& canonical = fields_[static_cast<size_t>(field)];
    canonical = Canonicalize(article.text_of(field));
    for (const auto& token : canonical.tokens) {
      characters_[static_cast<size_t>(field)].push_back(Characters(token.text));
    }
  }
  zones_.Assign(article.text_of(Field::kTitle), article.text_of(Field::kBody));
}

bool ReferenceArticle::Holds(const ReferenceLists& lists,
                             const std::string& id) const {
  return Evaluation(*this, lists).ListHolds(id, {});
}

std::vector<ReferenceHit> ReferenceArticle::Hits(const ReferenceLists& lists,
                                                 const std::string& id) const {
  Occurrences occurrences;
  Evaluation(*this, lists).ListHits(id, {}, &occurrences);
  std::vector<ReferenceHit> hits;
  for (const Occurrence& o : occurrences) {
    const std::string_view text = article_.text_of(o.field);
    const Canonical& canonical = fields_[static_cast<size_t>(o.field)];
    hits.push_back(
        {o.field,
         ToCodePoints(text, o.regex.has_value()
                                ? *o.regex
                                : HitSpan(text, canonical, o.begin, o.end - 1)),
         o.term});
  }
  // A41: in written order so far; of one place the first stays.
  std::stable_sort(hits.begin(), hits.end(),
                   [](const ReferenceHit& a, const ReferenceHit& b) {
                     return std::tie(a.field, a.span.begin, a.span.end) <
                            std::tie(b.field, b.span.begin, b.span.end);
                   });
  hits.erase(std::unique(hits.begin(), hits.end(),
                         [](const ReferenceHit& a, const ReferenceHit& b) {
                           return a.field == b.field && a.span == b.span;
                         }),
             hits.end());
  return hits;
}

}  // namespace presshawk::reference
