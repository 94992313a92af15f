// SPDX-License-Identifier: Apache-2.0
#include "matchers/list_check.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "matchers/query/lint.h"
#include "matchers/query/parser.h"
#include "matchers/term_forms.h"
#include "matchers/watchlist_version.h"

namespace presshawk {
namespace {

// The languages in whose forms a term is looked for, in byte order.
using Languages = std::set<std::string>;

constexpr char kNoTable[] =
    "leave the language out, or install the table of its forms";
constexpr char kFewerForms[] =
    "write fewer words, or leave it out of `forms`: {…} has no forms";

constexpr char kEmptyTerm[] = "this term has no letter or digit to look for";

// The code points [begin, end) of `text`.
std::string Slice(std::string_view text, QuerySpan span) {
  size_t begin = text.size();
  size_t end = text.size();
  uint32_t index = 0;
  for (size_t i = 0; i < text.size(); i += Utf8Size(text[i]), ++index) {
    if (index == span.begin) {
      begin = i;
    }
    if (index == span.end) {
      end = i;
      break;
    }
  }
  return std::string(text.substr(begin, end - begin));
}

// Whether a scalar of YAML and JSON, with any quotes or none, can have this text
// in the place of `before`, as it is.
bool MayTakeThePlaceOf(std::string_view before, std::string_view text) {
  return text.find_first_of("\"'\\#,[]{}\n\r\t") == text.npos &&
         text.find_first_of("&*!|>%@`?-") != 0 &&
         text.find(": ") == text.npos &&
         (!text.ends_with(':') || before.ends_with(':'));
}

bool IsTermGroup(const Node& node) {
  return node.kind == NodeKind::kTerm || node.kind == NodeKind::kReference ||
         ((node.kind == NodeKind::kOr || node.kind == NodeKind::kForms) &&
          std::all_of(node.children.begin(), node.children.end(),
                      [](const auto& child) { return IsTermGroup(*child); }));
}

class Checker {
 public:
  Checker(absl::Span<const WatchList* const> lists, ReferenceResolver resolver,
          const FormTables* forms, CheckedLists* result)
      : lists_(lists),
        resolver_(resolver),
        tables_(forms),
        forms_(forms),
        result_(*result),
        bad_(lists.size(), false),
        references_(lists.size()),
        operand_references_(lists.size()),
        languages_(lists.size()) {}

  void Run() {
    result_.parsed.resize(lists_.size());
    result_.versions.resize(lists_.size());
    result_.forms_releases.resize(lists_.size());
    for (uint32_t i = 0; i < lists_.size(); ++i) {
      Parse(i);
    }
    for (uint32_t i = 0; i < lists_.size(); ++i) {
      FindMissing(i);
    }
    FindCycles();
    FindBadOperands();
    SpreadBadness();
    MakeVersions();
    for (uint32_t i = 0; i < lists_.size(); ++i) {
      if (!bad_[i]) {
        result_.good.push_back(i);
      }
    }
    std::sort(result_.good.begin(), result_.good.end(),
              [this](uint32_t a, uint32_t b) {
                return lists_[a]->id < lists_[b]->id;
              });
  }

 private:
  void Parse(uint32_t index) {
    const WatchList& list = *lists_[index];
    ParsedList& parsed = result_.parsed[index];
    parsed.editorial = list.editorial;
    for (const WatchListTerm& term : list.terms) {
      parsed.terms.push_back(LiteralTerm(term.text));
      if (FindEmptyTerm(*parsed.terms.back()) != nullptr) {
        Error(index, term.position, kEmptyTerm).span = term.text;
      }
    }
    for (TermProblem& lint : LintTerms(parsed.terms)) {
      const WatchListTerm& term = list.terms[lint.term];
      Diagnostic& warning = Add(index, term.position, std::move(lint.message));
      warning.severity = Diagnostic::Severity::kWarning;
      warning.span = term.text;
      warning.fix = std::move(lint.fix);
    }
    if (!list.query.has_value()) {
      return ApplyForms(index);
    }
    ParsedQuery query = ParseQuery(list.query->text);
    for (QueryProblem& problem : query.problems) {
      QueryDiagnostic(index, problem.span, std::move(problem.message),
                      std::move(problem.fix), problem.warning, problem.edits);
    }
    parsed.query = std::move(query.root);
    if (parsed.query == nullptr) {
      bad_[index] = true;
      return;
    }
    if (const Node* const empty = FindEmptyTerm(*parsed.query)) {
      QueryDiagnostic(index, empty->span, kEmptyTerm, "", false);
    }
    for (QueryProblem& lint : LintQuery(*parsed.query)) {
      QueryDiagnostic(index, lint.span, std::move(lint.message),
                      std::move(lint.fix), true, lint.edits);
    }
    CollectReferences(*parsed.query, false, index);
    ApplyForms(index);
  }

  // Sets the forms of the terms and of the query.
  void ApplyForms(uint32_t index) {
    const WatchList& list = *lists_[index];
    ParsedList& parsed = result_.parsed[index];
    const std::vector<std::string> own =
        list.forms.value_or(std::vector<std::string>());
    for (const std::string& language : own) {
      if (absl::Status known = forms_.CheckLanguage(language); !known.ok()) {
        Diagnostic& error =
            Error(index, list.forms_position, std::string(known.message()));
        error.span = language;
        error.fix = kNoTable;
      }
    }
    Languages languages(own.begin(), own.end());
    languages_[index] = languages;
    size_t ways = 0;
    for (size_t i = 0; i < parsed.terms.size(); ++i) {
      const size_t count = forms_.Apply(own, parsed.terms[i].get());
      if (count > kTermFormsMax) {
        Diagnostic& error =
            Error(index, list.terms[i].position, TooManyForms(count));
        error.span = list.terms[i].text;
        error.fix = kFewerForms;
      }
      ways += count > 1 ? count : 0;  // Terms without forms have no limit.
    }
    if (parsed.query != nullptr) {
      ApplyForms(index, languages, parsed.query.get(), &ways);
    }
    if (ways > kListFormsMax) {
      Error(index, list.position,
            StrCat("with their forms, the terms of this list are ", ways,
                   "; at most ", kListFormsMax, " are possible"))
          .fix = "split the list, or ask for the forms of fewer languages";
    }
  }

  // Recursion is bounded by the nesting limit.
  void ApplyForms(uint32_t index, const Languages& languages, Node* node,
                  size_t* ways) {
    if (node->kind == NodeKind::kTerm) {
      const size_t count = forms_.Apply(
          std::vector<std::string>(languages.begin(), languages.end()), node);
      if (count > kTermFormsMax) {
        QueryDiagnostic(index, node->span, TooManyForms(count), kFewerForms,
                        false);
      }
      *ways += count > 1 ? count : 0;
      return;
    }
    Languages inside;
    if (node->kind == NodeKind::kForms) {
      inside = languages;
      for (const std::string& language : node->languages) {
        if (absl::Status known = forms_.CheckLanguage(language); !known.ok()) {
          QueryDiagnostic(index, node->span, std::string(known.message()),
                          kNoTable, false);
        }
        inside.insert(language);
        languages_[index].insert(language);
      }
    }
    for (const auto& child : node->children) {
      ApplyForms(index, node->kind == NodeKind::kForms ? inside : languages,
                 child.get(), ways);
    }
  }

  static std::string TooManyForms(size_t count) {
    return StrCat("this term has ", count, " forms; at most ", kTermFormsMax,
                  " are possible");
  }

  // In written order.
  void CollectReferences(Node& node, bool in_operand, uint32_t index) {
    if (node.kind == NodeKind::kReference) {
      node.list = resolver_(index, node.text).value_or(Node::kNoList);
      std::vector<std::string>& ids = result_.references[index];
      if (std::find(ids.begin(), ids.end(), node.text) == ids.end()) {
        ids.push_back(node.text);
      }
      references_[index].push_back(&node);
      if (in_operand) {
        operand_references_[index].push_back(&node);
      }
      return;
    }
    switch (node.kind) {
      case NodeKind::kAnd:
      case NodeKind::kOr:
      case NodeKind::kNot:
      case NodeKind::kScope:
      case NodeKind::kForms:
        break;
      default:
        in_operand = true;
    }
    for (const auto& child : node.children) {
      CollectReferences(*child, in_operand, index);
    }
  }

  void FindMissing(uint32_t index) {
    for (const Node* reference : references_[index]) {
      if (reference->list == Node::kNoList) {
        QueryDiagnostic(
            index, reference->span,
            StrCat("there is no good watch-list `", reference->text,
                   "` to refer to"),
            StrCat("to look for the handle, write \"@", reference->text, "\""),
            false);
      }
    }
  }

  // Lists that depend on each other in a circle: what is left once every list
  // whose references are all settled is settled, and that is itself reachable
  // from itself. With stacks of our own: references may chain without end.
  void FindCycles() {
    // Tarjan's strongly connected components.
    constexpr uint32_t kUnseen = UINT32_MAX;
    std::vector<uint32_t> order(lists_.size(), kUnseen);
    std::vector<uint32_t> low(lists_.size(), 0);
    std::vector<bool> open(lists_.size(), false);
    std::vector<uint32_t> component;
    std::vector<std::pair<uint32_t, size_t>> path;  // List, next reference.
    uint32_t next = 0;
    for (uint32_t start = 0; start < lists_.size(); ++start) {
      if (order[start] != kUnseen || references_[start].empty()) {
        continue;
      }
      path.emplace_back(start, 0);
      while (!path.empty()) {
        const uint32_t list = path.back().first;
        if (order[list] == kUnseen) {
          order[list] = low[list] = next++;
          component.push_back(list);
          open[list] = true;
        }
        if (path.back().second < references_[list].size()) {
          const Node* reference = references_[list][path.back().second++];
          const uint32_t target = reference->list;
          if (target == Node::kNoList) {
            continue;
          }
          if (order[target] == kUnseen) {
            path.emplace_back(target, 0);
          } else if (open[target]) {
            low[list] = std::min(low[list], order[target]);
          }
          continue;
        }
        path.pop_back();
        if (!path.empty()) {
          const uint32_t parent = path.back().first;
          low[parent] = std::min(low[parent], low[list]);
        }
        if (low[list] == order[list]) {
          CloseComponent(list, &component, &open);
        }
      }
    }
  }

  void CloseComponent(uint32_t root, std::vector<uint32_t>* component,
                      std::vector<bool>* open) {
    const auto begin = std::find(component->begin(), component->end(), root);
    const auto is_member = [&](const Node* reference) {
      return reference->list != Node::kNoList &&
             std::find(begin, component->end(), reference->list) !=
                 component->end();
    };
    for (auto list = begin; list != component->end(); ++list) {
      const auto& references = references_[*list];
      const auto back =
          std::find_if(references.begin(), references.end(), is_member);
      if (back != references.end()) {
        QueryDiagnostic(
            *list, (*back)->span,
            StrCat("the list refers to itself through `@", (*back)->text, "`"),
            "", false);
      }
      (*open)[*list] = false;
    }
    component->erase(begin, component->end());
  }

  // A reference inside NEAR, atleast or first stands for an OR of terms.
  void FindBadOperands() {
    for (uint32_t i = 0; i < lists_.size(); ++i) {
      for (const Node* reference : operand_references_[i]) {
        if (!bad_[i] && !StandsForTerms(reference->list)) {
          QueryDiagnostic(i, reference->span,
                          StrCat("`@", reference->text,
                                 "` is more than an OR of terms, and only that "
                                 "can stand here"),
                          "", false);
        }
      }
    }
  }

  bool StandsForTerms(uint32_t list) const {
    std::vector<uint32_t> pending = {list};
    std::vector<bool> seen(lists_.size(), false);
    while (!pending.empty()) {
      const uint32_t at = pending.back();
      pending.pop_back();
      if (bad_[at] || seen[at]) {
        continue;  // Bad ones are reported by themselves.
      }
      seen[at] = true;
      if (result_.parsed[at].query != nullptr &&
          !IsTermGroup(*result_.parsed[at].query)) {
        return false;
      }
      for (const Node* reference : references_[at]) {
        pending.push_back(reference->list);
      }
    }
    return true;
  }

  // A list that refers to a bad list is bad.
  void SpreadBadness() {
    std::vector<std::vector<std::pair<uint32_t, const Node*>>> referrers(
        lists_.size());
    std::vector<uint32_t> pending;
    for (uint32_t i = 0; i < lists_.size(); ++i) {
      if (bad_[i]) {
        pending.push_back(i);
      }
      for (const Node* reference : references_[i]) {
        if (reference->list != Node::kNoList) {
          referrers[reference->list].emplace_back(i, reference);
        }
      }
    }
    while (!pending.empty()) {
      const uint32_t list = pending.back();
      pending.pop_back();
      for (const auto& [referrer, reference] : referrers[list]) {
        if (!bad_[referrer]) {
          QueryDiagnostic(
              referrer, reference->span,
              StrCat("the list `", reference->text, "` has errors itself"), "",
              false);
          pending.push_back(referrer);
        }
      }
    }
  }

  // Among the good lists, those that a list refers to come first.
  void MakeVersions() {
    std::vector<uint32_t> pending;
    for (uint32_t i = 0; i < lists_.size(); ++i) {
      if (!bad_[i]) {
        pending.push_back(i);
      }
      while (!pending.empty()) {
        const uint32_t list = pending.back();
        if (!result_.versions[list].empty()) {
          pending.pop_back();
          continue;
        }
        std::vector<ListReference> references;
        const size_t size = pending.size();
        for (const Node* node : references_[list]) {
          const uint32_t target = node->list;
          if (result_.versions[target].empty()) {
            pending.push_back(target);
          }
          const auto same = [&](const ListReference& r) {
            return r.id == node->text;
          };
          if (std::none_of(references.begin(), references.end(), same)) {
            references.push_back({node->text, result_.versions[target]});
          }
        }
        if (pending.size() == size) {
          pending.pop_back();
          result_.versions[list] = WatchListVersion(*lists_[list], references);
          AddFormsOfReferences(list);
        }
      }
    }
  }

  // Those that it refers to have theirs already.
  void AddFormsOfReferences(uint32_t list) {
    Languages& languages = languages_[list];
    for (const Node* node : references_[list]) {
      const Languages& referred = languages_[node->list];
      languages.insert(referred.begin(), referred.end());
    }
    // All of them have a table: the list is good.
    result_.forms_releases[list] =
        FormsRelease(tables_, std::vector<std::string>(languages.begin(),
                                                       languages.end()))
            .value_or("");
  }

  Diagnostic& Error(uint32_t index, TextPosition position,
                    std::string message) {
    bad_[index] = true;
    return Add(index, position, std::move(message));
  }

  Diagnostic& Add(uint32_t index, TextPosition position, std::string message) {
    Diagnostic& diagnostic = result_.diagnostics.emplace_back();
    diagnostic.file = lists_[index]->file;
    diagnostic.line = position.line;
    diagnostic.column = position.column;
    diagnostic.watchlist = lists_[index]->id;
    diagnostic.message = std::move(message);
    return diagnostic;
  }

  void QueryDiagnostic(uint32_t index, QuerySpan span, std::string message,
                       std::string fix, bool warning,
                       absl::Span<const QueryEdit> edits = {}) {
    const WatchListTerm& query = *lists_[index]->query;
    TextPosition position = query.position;
    if (position.verbatim) {
      position.column += span.begin;
    }
    Diagnostic& diagnostic = Add(index, position, std::move(message));
    diagnostic.span = Slice(query.text, span);
    diagnostic.fix = std::move(fix);
    diagnostic.offset = span.begin;
    for (const QueryEdit& edit : edits) {
      if (position.verbatim &&
          MayTakeThePlaceOf(Slice(query.text, edit.span), edit.text)) {
        diagnostic.edits.push_back(
            {.begin = query.position.column + edit.span.begin,
             .end = query.position.column + edit.span.end,
             .text = edit.text});
      }
    }
    if (warning) {
      diagnostic.severity = Diagnostic::Severity::kWarning;
    } else {
      bad_[index] = true;
    }
  }

  const absl::Span<const WatchList* const> lists_;
  const ReferenceResolver resolver_;
  const FormTables* const tables_;
  TermFormsFinder forms_;
  CheckedLists& result_;
  std::vector<bool> bad_;
  // Of each list, in written order; the nodes are its query's.
  std::vector<std::vector<const Node*>> references_;
  std::vector<std::vector<const Node*>> operand_references_;
  // Of each list: in whose forms its terms are looked for. In the end with
  // those of the lists that it refers to.
  std::vector<Languages> languages_;
};

}  // namespace

CheckedLists CheckLists(absl::Span<const WatchList* const> lists,
                        ReferenceResolver resolver, const FormTables* forms) {
  CheckedLists result;
  Checker(lists, resolver, forms, &result).Run();
  return result;
}

CheckedLists CheckLists(absl::Span<const WatchList* const> lists,
                        const FormTables* forms) {
  absl::flat_hash_map<std::string_view, uint32_t> by_id;
  by_id.reserve(lists.size());
  for (uint32_t i = 0; i < lists.size(); ++i) {
    by_id.emplace(lists[i]->id, i);
  }
  const auto resolve = [&](uint32_t,
                           std::string_view id) -> std::optional<uint32_t> {
    const auto at = by_id.find(id);
    return at != by_id.end() ? std::optional(at->second) : std::nullopt;
  };
  return CheckLists(lists, resolve, forms);
}

CheckedLists CheckLists(const std::vector<WatchList>& lists,
                        const FormTables* forms) {
  std::vector<const WatchList*> pointers;
  pointers.reserve(lists.size());
  for (const WatchList& list : lists) {
    pointers.push_back(&list);
  }
  return CheckLists(pointers, forms);
}

}  // namespace presshawk
