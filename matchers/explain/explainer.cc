// SPDX-License-Identifier: Apache-2.0
#include "matchers/explain/explainer.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"
#include "matchers/explain/near_miss.h"
#include "matchers/forms/form_tables.h"
#include "matchers/list_check.h"
#include "matchers/query/lexer.h"
#include "matchers/query/parser.h"
#include "matchers/term_forms.h"

namespace presshawk {
namespace {

// References may chain without end; a person reads so many.
constexpr size_t kReferencesMax = 20;

std::string_view FormOf(const Node& node) {
  switch (node.kind) {
    case NodeKind::kTerm:
      return "term";
    case NodeKind::kAnd:
      return "AND";
    case NodeKind::kOr:
      return "OR";
    case NodeKind::kNot:
      return "NOT";
    case NodeKind::kNear:
      return "NEAR";
    case NodeKind::kONear:
      return "ONEAR";
    case NodeKind::kNotNear:
      return "NOTNEAR";
    case NodeKind::kSentence:
      return "SENTENCE";
    case NodeKind::kParagraph:
      return "PARAGRAPH";
    case NodeKind::kWindow:
      return "window";
    case NodeKind::kAtLeast:
      return "atleast";
    case NodeKind::kFirst:
      return "first";
    case NodeKind::kScope:
      return "scope";
    case NodeKind::kForms:
      return "forms";
    case NodeKind::kMeta:
      return "metadata";
    case NodeKind::kReference:
      return "reference";
  }
  return "";
}

// The first hit in the tree; null where there is none.
const AnswerHit* FirstHit(const Explanation& part, std::string* of) {
  if (!part.holds) {
    return nullptr;
  }
  if (!part.hits.empty()) {
    *of = part.text;
    return &part.hits.front();
  }
  for (const Explanation& child : part.children) {
    if (const AnswerHit* const hit = FirstHit(child, of)) {
      return hit;
    }
  }
  return nullptr;
}

// Walks the tree twice: once to collect the questions, once to put the answers
// together. Recursion is bounded by the nesting of queries and kReferencesMax.
class Explainer {
 public:
  Explainer(const CheckedLists& checked, const std::vector<WatchList>& lists,
            const FormTables* forms, const Article& article,
            const ArticleText& text, Questions* questions)
      : checked_(checked),
        lists_(lists),
        forms_(forms),
        article_(article),
        text_(text),
        questions_(*questions) {}

  void Collect(size_t list) {
    questions_.Add(AsWhole(list));
    CollectList(list, {}, 0);
  }
  Explanation Build(size_t list) {
    Explanation explanation = BuildList(list, {}, 0);
    if (const Answer& answer = questions_.of(AsWhole(list)); answer.holds) {
      explanation.relevance = answer.relevance;
    }
    return explanation;
  }

 private:
  // A reference has the hits of the condition that it stands for (A42).
  Question AsWhole(size_t list) const { return {StrCat("@", lists_[list].id)}; }

  static bool IsInner(NodeKind kind) {
    return kind == NodeKind::kAnd || kind == NodeKind::kOr ||
           kind == NodeKind::kNot || kind == NodeKind::kScope ||
           kind == NodeKind::kForms || kind == NodeKind::kReference;
  }

  // What stands around the children of a node.
  static AskedIn Inside(const Node& node, const AskedIn& in) {
    AskedIn inside = in;
    if (node.kind == NodeKind::kScope) {
      inside.scope = node.scope;
    } else if (node.kind == NodeKind::kForms) {
      inside.languages.clear();
      std::set_union(in.languages.begin(), in.languages.end(),
                     node.languages.begin(), node.languages.end(),
                     std::back_inserter(inside.languages));
    }
    return inside;
  }

  // What stands around the condition of a list. It brings its own forms.
  AskedIn InsideList(size_t list, const AskedIn& in) const {
    return {in.scope, lists_[list].forms.value_or(std::vector<std::string>()),
            in.editorial || lists_[list].editorial};
  }

  // A term of `terms`, written as a phrase of the language.
  static std::unique_ptr<Node> AsPhrase(const Node& term) {
    auto phrase = LiteralTerm(term.text);
    phrase->quoted = true;
    // These are punctuation in `terms` (A49), and more than that in a query.
    std::u32string text = ToCodePoints(term.text);
    for (char32_t& c : text) {
      const char32_t ascii = MapSmartForm(c);
      c = ascii < 128 && ascii != 0 &&
                  std::string_view("\"*?{}").find(static_cast<char>(ascii)) !=
                      std::string_view::npos
              ? U' '
              : c;
    }
    phrase->text = ToUtf8(text);
    return phrase;
  }

  void CollectList(size_t list, const AskedIn& around, size_t references) {
    const AskedIn in = InsideList(list, around);
    for (const auto& term : checked_.parsed[list].terms) {
      CollectNode(*AsPhrase(*term), in, references);
    }
    if (checked_.parsed[list].query != nullptr) {
      CollectNode(*checked_.parsed[list].query, in, references);
    }
  }

  void CollectNode(const Node& node, const AskedIn& in, size_t references) {
    if (!IsInner(node.kind)) {
      questions_.Add(ScopedQuery(node, in));
      AddNearMissQuestions(node, in, &questions_);
      return;
    }
    if (node.kind == NodeKind::kReference) {
      questions_.Add(ScopedQuery(node, in));
      if (references < kReferencesMax) {
        CollectList(node.list, in, references + 1);
      }
      return;
    }
    for (const auto& child : node.children) {
      CollectNode(*child, Inside(node, in), references);
    }
  }

  Explanation BuildList(size_t list, const AskedIn& around, size_t references) {
    const AskedIn in = InsideList(list, around);
    Explanation part;
    part.form = "list";
    part.text = lists_[list].id;
    for (const auto& term : checked_.parsed[list].terms) {
      Explanation child = BuildNode(*AsPhrase(*term), in, references);
      child.text = term->text;
      part.children.push_back(std::move(child));
    }
    if (checked_.parsed[list].query != nullptr) {
      part.children.push_back(
          BuildNode(*checked_.parsed[list].query, in, references));
    }
    part.holds = std::any_of(part.children.begin(), part.children.end(),
                             [](const Explanation& c) { return c.holds; });
    return part;
  }

  Explanation BuildNode(const Node& node, const AskedIn& in,
                        size_t references) {
    Explanation part;
    part.form = FormOf(node);
    part.text = PrintQuery(node);
    switch (node.kind) {
      case NodeKind::kAnd:
      case NodeKind::kOr:
      case NodeKind::kNot:
      case NodeKind::kScope:
      case NodeKind::kForms:
        for (const auto& child : node.children) {
          part.children.push_back(
              BuildNode(*child, Inside(node, in), references));
        }
        Join(node.kind, &part);
        return part;
      case NodeKind::kReference:
        part.holds = questions_.of(ScopedQuery(node, in)).holds;
        if (references < kReferencesMax) {
          part.children.push_back(BuildList(node.list, in, references + 1));
        }
        return part;
      default:
        break;
    }
    const Answer& answer = questions_.of(ScopedQuery(node, in));
    part.holds = answer.holds;
    part.hits = answer.hits;
    if (part.holds && TakesForms(node)) {
      part.forms = FormsThatStand(node, in, part.hits);
    }
    if (!part.holds) {
      NearMiss miss = WordNearMiss(node, in, article_, questions_);
      part.why = std::move(miss.why);
      part.nearest = std::move(miss.places);
      part.passages = PassagesAround(text_, part.nearest);
    } else if (AsksForPositions(node.kind)) {
      constexpr size_t kShown = 4;
      part.passages = PassagesAround(
          text_, {part.hits.begin(),
                  part.hits.begin() + static_cast<std::ptrdiff_t>(
                                          std::min(part.hits.size(), kShown))});
    }
    return part;
  }

  // Which forms the hits of a term are, but for the written one.
  std::vector<FoundForm> FormsThatStand(
      const Node& term, const AskedIn& in,
      const std::vector<AnswerHit>& hits) const {
    std::set<std::string> texts;
    for (const AnswerHit& hit : hits) {
      texts.insert(Canonicalize(hit.text));
    }
    texts.erase(Canonicalize(term.text));
    std::vector<FoundForm> found;
    for (const std::string& language : in.languages) {
      if (texts.empty() || forms_ == nullptr) {
        break;
      }
      const auto table = forms_->Get(language);
      if (!table.ok()) {
        continue;
      }
      for (const TermForm& form : (*table)->Forms(term.text)) {
        if (texts.erase(Canonicalize(form.text)) > 0) {
          found.push_back({form.text, language, form.why, form.also});
        }
      }
    }
    return found;
  }

  static bool AsksForPositions(NodeKind kind) {
    return kind == NodeKind::kNear || kind == NodeKind::kONear ||
           kind == NodeKind::kNotNear || kind == NodeKind::kSentence ||
           kind == NodeKind::kParagraph || kind == NodeKind::kWindow;
  }

  void Join(NodeKind kind, Explanation* part) const {
    const auto held = static_cast<size_t>(
        std::count_if(part->children.begin(), part->children.end(),
                      [](const Explanation& c) { return c.holds; }));
    const size_t all = part->children.size();
    switch (kind) {
      case NodeKind::kAnd:
        part->holds = held == all;
        part->why = part->holds ? "" : StrCat(held, " of ", all, " hold");
        return;
      case NodeKind::kOr:
        part->holds = held > 0;
        part->why = part->holds ? "" : StrCat("none of ", all, " holds");
        return;
      case NodeKind::kNot: {
        part->holds = held == 0;
        std::string of;
        const AnswerHit* const hit = FirstHit(part->children[0], &of);
        if (!part->holds) {
          part->why = hit == nullptr
                          ? StrCat("excluded by ", part->children[0].text)
                          : StrCat("excluded by `", of, "`");
          if (hit != nullptr) {
            part->nearest = {*hit};
            part->passages = PassagesAround(text_, part->nearest);
          }
        }
        return;
      }
      default:
        part->holds = held > 0;
        return;
    }
  }

  const CheckedLists& checked_;
  const std::vector<WatchList>& lists_;
  const FormTables* const forms_;
  const Article& article_;
  const ArticleText& text_;
  Questions& questions_;
};

}  // namespace

ListExplainer::ListExplainer(const std::vector<WatchList>& lists,
                             std::shared_ptr<const FormTables> forms)
    : lists_(lists),
      forms_(std::move(forms)),
      checked_(CheckLists(lists, forms_.get())),
      good_(lists.size(), false) {
  for (size_t i = 0; i < lists.size(); ++i) {
    by_id_.emplace(lists[i].id, i);
  }
  for (const uint32_t list : checked_.good) {
    good_[list] = true;
  }
  for (size_t i = 0; i < checked_.diagnostics.size(); ++i) {
    if (checked_.diagnostics[i].severity == Diagnostic::Severity::kError) {
      first_errors_.emplace(checked_.diagnostics[i].watchlist, i);
    }
  }
}

std::vector<WatchList> ListExplainer::WithReferences(
    absl::Span<const size_t> indexes) const {
  std::vector<size_t> pending(indexes.begin(), indexes.end());
  std::vector<bool> seen(lists_.size(), false);
  std::vector<WatchList> needed;
  for (const size_t index : indexes) {
    if (good_[index] && !seen[index]) {
      seen[index] = true;
      needed.push_back(lists_[index]);
    }
  }
  while (!pending.empty()) {
    const auto references =
        checked_.references.find(static_cast<uint32_t>(pending.back()));
    pending.pop_back();
    if (references == checked_.references.end()) {
      continue;
    }
    for (const std::string& id : references->second) {
      const auto at = by_id_.find(id);
      if (at != by_id_.end() && !seen[at->second]) {
        seen[at->second] = true;
        needed.push_back(lists_[at->second]);
        pending.push_back(at->second);
      }
    }
  }
  return needed;
}

absl::StatusOr<Explanation> ListExplainer::Explain(
    size_t index, const Article& article, const ArticleText& text) const {
  return std::move(Explain({&index, 1}, article, text)[0]);
}

std::vector<absl::StatusOr<Explanation>> ListExplainer::Explain(
    absl::Span<const size_t> indexes, const Article& article,
    const ArticleText& text) const {
  const std::vector<WatchList> needed = WithReferences(indexes);
  Questions questions(needed, forms_);
  Explainer explainer(checked_, lists_, forms_.get(), article, text,
                      &questions);
  for (const size_t index : indexes) {
    if (good_[index]) {
      explainer.Collect(index);
    }
  }
  const absl::Status asked = questions.Ask(article, text);
  std::vector<absl::StatusOr<Explanation>> explanations;
  for (const size_t index : indexes) {
    const auto error = first_errors_.find(lists_[index].id);
    if (!good_[index]) {
      explanations.emplace_back(absl::NotFoundError(
          error == first_errors_.end()
              ? StrCat("the list `", lists_[index].id, "` is bad")
              : FormatText(checked_.diagnostics[error->second])));
    } else if (!asked.ok()) {
      explanations.emplace_back(asked);
    } else {
      explanations.emplace_back(explainer.Build(index));
    }
  }
  return explanations;
}

}  // namespace presshawk
