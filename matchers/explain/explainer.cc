#include "matchers/explain/explainer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/str_cat.h"
#include "matchers/explain/near_miss.h"
#include "matchers/list_check.h"
#include "matchers/query/lexer.h"
#include "matchers/query/parser.h"

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
            const Article& article, Questions* questions)
      : checked_(checked),
        lists_(lists),
        article_(article),
        questions_(*questions) {}

  void Collect(size_t list) { CollectList(list, Scope(), 0); }
  Explanation Build(size_t list) { return BuildList(list, Scope(), 0); }

 private:
  static bool IsInner(NodeKind kind) {
    return kind == NodeKind::kAnd || kind == NodeKind::kOr ||
           kind == NodeKind::kNot || kind == NodeKind::kScope ||
           kind == NodeKind::kReference;
  }

  // A term of `terms`, written as a phrase of the language.
  static std::unique_ptr<Node> AsPhrase(const Node& term) {
    auto phrase = LiteralTerm(term.text);
    phrase->quoted = true;
    // What is punctuation in `terms` (A49) and more in a query.
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

  void CollectList(size_t list, Scope scope, size_t references) {
    for (const auto& term : checked_.parsed[list].terms) {
      CollectNode(*AsPhrase(*term), scope, references);
    }
    if (checked_.parsed[list].query != nullptr) {
      CollectNode(*checked_.parsed[list].query, scope, references);
    }
  }

  void CollectNode(const Node& node, Scope scope, size_t references) {
    if (!IsInner(node.kind)) {
      questions_.Add(ScopedQuery(node, scope));
      AddNearMissQuestions(node, scope, &questions_);
      return;
    }
    if (node.kind == NodeKind::kReference) {
      questions_.Add(ScopedQuery(node, scope));
      if (references < kReferencesMax) {
        CollectList(node.list, scope, references + 1);
      }
      return;
    }
    for (const auto& child : node.children) {
      CollectNode(*child, node.kind == NodeKind::kScope ? node.scope : scope,
                  references);
    }
  }

  Explanation BuildList(size_t list, Scope scope, size_t references) {
    Explanation part;
    part.form = "list";
    part.text = lists_[list].id;
    for (const auto& term : checked_.parsed[list].terms) {
      Explanation child = BuildNode(*AsPhrase(*term), scope, references);
      child.text = term->text;
      part.children.push_back(std::move(child));
    }
    if (checked_.parsed[list].query != nullptr) {
      part.children.push_back(
          BuildNode(*checked_.parsed[list].query, scope, references));
    }
    part.holds = std::any_of(part.children.begin(), part.children.end(),
                             [](const Explanation& c) { return c.holds; });
    return part;
  }

  Explanation BuildNode(const Node& node, Scope scope, size_t references) {
    Explanation part;
    part.form = FormOf(node);
    part.text = PrintQuery(node);
    switch (node.kind) {
      case NodeKind::kAnd:
      case NodeKind::kOr:
      case NodeKind::kNot:
      case NodeKind::kScope:
        for (const auto& child : node.children) {
          part.children.push_back(BuildNode(
              *child, node.kind == NodeKind::kScope ? node.scope : scope,
              references));
        }
        Join(node.kind, &part);
        return part;
      case NodeKind::kReference:
        part.holds = questions_.of(ScopedQuery(node, scope)).holds;
        if (references < kReferencesMax) {
          part.children.push_back(BuildList(node.list, scope, references + 1));
        }
        return part;
      default:
        break;
    }
    const Answer& answer = questions_.of(ScopedQuery(node, scope));
    part.holds = answer.holds;
    part.hits = answer.hits;
    if (!part.holds) {
      part.why = WordNearMiss(node, scope, article_, questions_);
    }
    return part;
  }

  static void Join(NodeKind kind, Explanation* part) {
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
          part->why =
              hit == nullptr
                  ? StrCat("excluded by ", part->children[0].text)
                  : StrCat("excluded by `", of, "` at ", FieldName(hit->field),
                           " ", hit->span.begin, "-", hit->span.end);
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
  const Article& article_;
  Questions& questions_;
};

}  // namespace

absl::StatusOr<Explanation> Explain(const std::vector<WatchList>& lists,
                                    size_t index, const Article& article,
                                    const ArticleText& text) {
  const CheckedLists checked = CheckLists(lists);
  if (std::find(checked.good.begin(), checked.good.end(), index) ==
      checked.good.end()) {
    for (const Diagnostic& diagnostic : checked.diagnostics) {
      if (diagnostic.watchlist == lists[index].id &&
          diagnostic.severity == Diagnostic::Severity::kError) {
        return absl::NotFoundError(FormatText(diagnostic));
      }
    }
  }
  Questions questions(lists);
  Explainer explainer(checked, lists, article, &questions);
  explainer.Collect(index);
  if (absl::Status status = questions.Ask(article, text); !status.ok()) {
    return status;
  }
  return explainer.Build(index);
}

}  // namespace presshawk
