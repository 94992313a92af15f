// SPDX-License-Identifier: Apache-2.0
#include "matchers/explain/near_miss.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"
#include "matchers/query/parser.h"
#include "matchers/query/query_field.h"
#include "matchers/query/term_check.h"

namespace presshawk {
namespace {

constexpr size_t kWordsMax = 16;
constexpr size_t kTextsShown = 3;

Question AsWritten(const AskedIn& in, const std::string& query) {
  const std::string_view scope = ScopeName(in.scope);
  return {scope.empty() ? query : StrCat(scope, ":(", query, ")"),
          in.editorial};
}

std::string WithForms(const AskedIn& in, const std::string& query) {
  return in.languages.empty() ? query
                              : StrCat(FormsPrefix(in.languages), query, ")");
}

Question Scoped(const AskedIn& in, const std::string& query) {
  return AsWritten(in, WithForms(in, query));
}

std::string WhereItLooks(const AskedIn& in) {
  const bool in_story = in.editorial || in.scope.editorial;
  if (in.scope.lead) {
    return StrCat("title, summary and the first 60 words of the body",
                  in_story ? ", where they are the story" : "");
  }
  if (in.scope.fields == kDefaultFields) {
    return in_story ? "the story" : "title, summary and body";
  }
  return StrCat(ScopeName(in.scope),
                in_story && in.scope.fields == MaskOf(Field::kBody)
                    ? ", where it is the story"
                    : "");
}

std::string Code(const std::string& text) { return StrCat("`", text, "`"); }

// ---- terms ----

std::vector<std::string> WordsOf(const Node& term, const AskedIn& in) {
  std::vector<std::string> words;
  if (term.term_kind == TermKind::kRegex || term.has_wildcards) {
    return words;
  }
  if (!in.languages.empty() && term.term_kind == TermKind::kWords) {
    for (std::string& piece : Pieces(term.text)) {  // Capitals decide on forms.
      if (Canonicalize(piece) != " ") {
        words.push_back(std::move(piece));
      }
    }
    return words;
  }
  const std::string canonical = Canonicalize(term.text);
  for (size_t begin = 1; begin < canonical.size();) {
    const size_t end = canonical.find(' ', begin);
    words.push_back(canonical.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string Quoted(const std::string& words) {
  return StrCat("\"", words, "\"");
}

// The term without what it asks of the original characters; empty where it
// asks nothing. The commas allow for commas between letters of step 6 (A54).
std::string PlainForm(const Node& term) {
  if (term.term_kind == TermKind::kRegex || term.has_wildcards) {
    return "";
  }
  const std::string canonical = Canonicalize(term.text);
  std::string words;
  for (size_t i = 1; i + 1 < canonical.size(); ++i) {
    StrAppend(&words, canonical[i] == ' ' ? "," : "", canonical[i]);
  }
  return Quoted(words);
}

// The words of a phrase, anywhere in one field.
std::string LooseForm(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    StrAppend(&text, text.empty() ? "" : " ", word);
  }
  return StrCat(Quoted(text), "~1000");
}

bool MayBeLoose(const std::vector<std::string>& words) {
  return words.size() > 1 && words.size() <= kWordsMax;
}

void AddTermQuestions(const Node& term, const AskedIn& in,
                      Questions* questions) {
  const std::string written = WithForms(in, PrintQuery(term));
  questions->Add({written});
  questions->Add({StrCat("author:", written)});
  const std::string plain = PlainForm(term);
  if (!plain.empty()) {
    questions->Add(AsWritten(in, plain));
  }
  const std::vector<std::string> words = WordsOf(term, in);
  if (MayBeLoose(words)) {
    questions->Add(Scoped(in, LooseForm(words)));
    for (const std::string& word : words) {
      questions->Add(Scoped(in, Quoted(word)));
    }
  }
}

// The first few hits of different writings, and these: "`us`, `U.S`".
NearMiss Writings(std::string_view before, const std::vector<AnswerHit>& hits) {
  NearMiss miss;
  std::set<std::string> seen;
  std::string texts;
  for (const AnswerHit& hit : hits) {
    if (seen.insert(hit.text).second && seen.size() <= kTextsShown) {
      StrAppend(&texts, texts.empty() ? "" : ", ", Code(hit.text));
      miss.places.push_back(hit);
    }
  }
  miss.why = StrCat(before, texts);
  return miss;
}

NearMiss WordTerm(const Node& term, const AskedIn& in,
                  const Questions& questions) {
  const std::string written = WithForms(in, PrintQuery(term));
  const std::string plain = PlainForm(term);
  if (!plain.empty()) {
    const Answer& canonical = questions.of(AsWritten(in, plain));
    if (canonical.holds) {
      return Writings("occurs only as ", canonical.hits);
    }
  }
  for (const std::string& elsewhere : {written, StrCat("author:", written)}) {
    const Answer& other = questions.of({elsewhere});
    if (other.holds) {
      return Writings(StrCat("occurs only outside ", WhereItLooks(in), ": "),
                      other.hits);
    }
  }
  const std::vector<std::string> words = WordsOf(term, in);
  if (!MayBeLoose(words)) {
    return {"does not occur"};
  }
  std::string missing;
  for (const std::string& word : words) {
    if (!questions.of(Scoped(in, Quoted(word))).holds) {
      StrAppend(&missing, missing.empty() ? "" : ", ", Code(word));
    }
  }
  if (!missing.empty()) {
    return {StrCat("does not occur; missing: ", missing)};
  }
  const Answer& loose = questions.of(Scoped(in, LooseForm(words)));
  const auto nearest = std::min_element(
      loose.hits.begin(), loose.hits.end(),
      [](const AnswerHit& a, const AnswerHit& b) {
        return a.token_end - a.token_begin < b.token_end - b.token_begin;
      });
  if (nearest == loose.hits.end()) {
    return {"its words occur, but not all in one field"};
  }
  return {StrCat("its words occur, but not side by side: nearest ",
                 Code(nearest->text)),
          {*nearest}};
}

// ---- two operands ----

// The pair of hits with the fewest words between that does not overlap.
struct NearestPair {
  const AnswerHit* a = nullptr;
  const AnswerHit* b = nullptr;
  uint32_t gap = UINT32_MAX;
};

NearestPair FindNearest(const Answer& a, const Answer& b, bool ordered) {
  NearestPair nearest;
  for (const AnswerHit& x : a.hits) {
    for (const AnswerHit& y : b.hits) {
      if (x.field != y.field || x.token_begin == x.token_end ||
          y.token_begin == y.token_end) {
        continue;
      }
      uint32_t gap = UINT32_MAX;
      if (x.token_end <= y.token_begin) {
        gap = y.token_begin - x.token_end;
      } else if (!ordered && y.token_end <= x.token_begin) {
        gap = x.token_begin - y.token_end;
      }
      if (gap < nearest.gap) {
        nearest = {&x, &y, gap};
      }
    }
  }
  return nearest;
}

NearMiss WordPair(const Node& node, const AskedIn& in,
                  const Questions& questions) {
  const std::string first = PrintQuery(*node.children[0]);
  const std::string second = PrintQuery(*node.children[1]);
  const Answer& a = questions.of(ScopedQuery(*node.children[0], in));
  const Answer& b = questions.of(ScopedQuery(*node.children[1], in));
  if (!a.holds || !b.holds) {
    return {
        !a.holds && !b.holds
            ? StrCat("neither ", Code(first), " nor ", Code(second), " occurs")
            : StrCat(Code(a.holds ? second : first), " does not occur")};
  }
  const auto places = [](const NearestPair& pair) {
    return std::vector<AnswerHit>{*pair.a, *pair.b};
  };
  if (node.kind == NodeKind::kNotNear) {
    const NearestPair near = FindNearest(a, b, false);
    const std::string why = StrCat("every ", Code(first), " has ", Code(second),
                                   " within ", node.n, " words, or in it");
    return {why, near.a == nullptr ? std::vector<AnswerHit>{a.hits[0]}
                                   : places(near)};
  }
  const bool ordered = node.kind == NodeKind::kONear;
  const NearestPair near = FindNearest(a, b, ordered);
  if (near.a == nullptr) {
    const NearestPair other = FindNearest(a, b, false);
    return other.a == nullptr
               ? NearMiss{"both occur, but not beside each other in one field"}
               : NearMiss{
                     StrCat(Code(second), " comes only before ", Code(first)),
                     places(other)};
  }
  if (node.kind == NodeKind::kSentence || node.kind == NodeKind::kParagraph) {
    return {StrCat("both occur, but not in one ",
                   node.kind == NodeKind::kSentence ? "sentence" : "paragraph"),
            places(near)};
  }
  return {StrCat(Code(first), " and ", Code(second), " were ", near.gap,
                 near.gap == 1 ? " word" : " words", " apart, limit ", node.n),
          places(near)};
}

// ---- the rest ----

std::string LooseWindow(const Node& node) {
  return StrCat(Quoted(node.text), "~1000");
}

NearMiss WordWindow(const Node& node, const AskedIn& in,
                    const Questions& questions) {
  std::string missing;
  uint32_t own = 0;
  for (const auto& piece : node.children) {
    if (!questions.of(ScopedQuery(*piece, in)).holds) {
      StrAppend(&missing, missing.empty() ? "" : ", ", Code(piece->shown));
    }
    const std::string canonical = Canonicalize(piece->text);
    own += static_cast<uint32_t>(
        std::count(canonical.begin(), canonical.end(), ' ') - 1);
  }
  if (!missing.empty()) {
    return {StrCat("missing: ", missing)};
  }
  const Answer& loose = questions.of(Scoped(in, LooseWindow(node)));
  const AnswerHit* nearest = nullptr;
  for (const AnswerHit& hit : loose.hits) {
    if (nearest == nullptr || hit.token_end - hit.token_begin <
                                  nearest->token_end - nearest->token_begin) {
      nearest = &hit;
    }
  }
  if (nearest == nullptr) {
    return {"all words occur, but not in one field within 1,000 words"};
  }
  const uint32_t tokens = nearest->token_end - nearest->token_begin;
  return {StrCat("all words occur with ", tokens > own ? tokens - own : 0,
                 " others between, limit ", node.n),
          {*nearest}};
}

std::string WordMeta(const Node& node, const Article& article) {
  std::string values;
  for (const std::string_view value : article.meta_of(node.meta)) {
    StrAppend(&values, values.empty() ? "" : ", ", "`", value, "`");
  }
  if (values.empty() && node.meta == MetaField::kSite && !article.url.empty()) {
    return StrCat("the url is `", article.url, "`");
  }
  return values.empty()
             ? StrCat("the article has no ", MetaFieldName(node.meta))
             : StrCat(MetaFieldName(node.meta), " is ", values);
}

}  // namespace

Question ScopedQuery(const Node& node, const AskedIn& in) {
  return Scoped(in, PrintQuery(node));
}

void AddNearMissQuestions(const Node& node, const AskedIn& in,
                          Questions* questions) {
  switch (node.kind) {
    case NodeKind::kTerm:
      return AddTermQuestions(node, in, questions);
    case NodeKind::kMeta:
      return;
    case NodeKind::kWindow:
      questions->Add(Scoped(in, LooseWindow(node)));
      break;
    default:
      break;
  }
  for (const auto& child : node.children) {
    questions->Add(ScopedQuery(*child, in));
  }
}

NearMiss WordNearMiss(const Node& node, const AskedIn& in,
                      const Article& article, const Questions& questions) {
  switch (node.kind) {
    case NodeKind::kTerm:
      return WordTerm(node, in, questions);
    case NodeKind::kMeta:
      return {WordMeta(node, article)};
    case NodeKind::kWindow:
      return WordWindow(node, in, questions);
    case NodeKind::kAtLeast:
    case NodeKind::kFirst: {
      const std::string of = PrintQuery(*node.children[0]);
      const Answer& all = questions.of(ScopedQuery(*node.children[0], in));
      if (!all.holds) {
        return {StrCat(Code(of), " does not occur")};
      }
      if (node.kind == NodeKind::kAtLeast) {
        return {StrCat("occurs ", all.hits.size(),
                       " times or fewer without overlap, wanted ", node.n)};
      }
      const auto first =
          std::min_element(all.hits.begin(), all.hits.end(),
                           [](const AnswerHit& a, const AnswerHit& b) {
                             return a.token_begin < b.token_begin;
                           });
      return {StrCat("occurs first as word ", first->token_begin + 1,
                     ", limit ", node.n),
              {*first}};
    }
    default:
      return WordPair(node, in, questions);
  }
}

}  // namespace presshawk
