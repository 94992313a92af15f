// SPDX-License-Identifier: Apache-2.0
#include "matchers/list_hints.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"
#include "matchers/forms/form_tables.h"
#include "matchers/query/parser.h"
#include "matchers/query/term_language.h"
#include "matchers/term_forms.h"

namespace presshawk {
namespace {

// So many forms of one list that are other words are named.
constexpr size_t kOthersMax = 10;

using Languages = std::set<std::string>;

struct Term {
  std::string text;
  TextPosition position;
  Languages languages;
};

class ListHints {
 public:
  ListHints(const WatchList& list, const FormTables& tables,
            std::vector<Diagnostic>* diagnostics)
      : list_(list), tables_(tables), diagnostics_(*diagnostics) {
    const std::vector<std::string> own =
        list.forms.value_or(std::vector<std::string>());
    const Languages languages(own.begin(), own.end());
    asks_ = !languages.empty();
    for (const WatchListTerm& term : list.terms) {
      terms_.push_back({term.text, term.position, languages});
    }
    if (list.query.has_value()) {
      const ParsedQuery parsed = ParseQuery(list.query->text);
      if (parsed.root != nullptr) {
        Collect(*parsed.root, languages);
      }
    }
  }

  void Find() {
    if (asks_) {
      NameOtherWords();
    } else if (!list_.forms.has_value()) {  // `forms: []` wants none.
      SuggestForms();
    }
  }

 private:
  // Recursion is bounded by the nesting limit.
  void Collect(const Node& node, const Languages& around) {
    Languages languages = around;
    if (node.kind == NodeKind::kForms) {
      asks_ = true;
      languages.insert(node.languages.begin(), node.languages.end());
    }
    if (TakesForms(node)) {
      TextPosition position = list_.query->position;
      position.column += position.verbatim ? node.span.begin : 0;
      terms_.push_back({node.text, position, languages});
    }
    for (const auto& child : node.children) {
      Collect(*child, languages);
    }
  }

  void SuggestForms() {
    std::vector<std::string> texts;
    for (const Term& term : terms_) {
      texts.push_back(term.text);
    }
    const std::string language(LanguageOfTerms(texts));
    const auto table = tables_.Get(language);
    if (language.empty() || !table.ok()) {
      return;
    }
    for (const Term& term : terms_) {
      const std::string written = Canonicalize(term.text);
      for (const TermForm& form : (*table)->Forms(term.text)) {
        if (Canonicalize(form.text) == written) {
          continue;
        }
        Diagnostic& warning = Warn(term);
        warning.message =
            StrCat("`", term.text, "` is not found in `", form.text,
                   "`: the list looks for its terms only as they are written");
        warning.fix = StrCat("add forms: [", language,
                             "] to the list, or forms: [] to keep it so");
        return;
      }
    }
  }

  void NameOtherWords() {
    size_t named = 0;
    for (const Term& term : terms_) {
      const std::string written = Canonicalize(term.text);
      for (const std::string& language : term.languages) {
        const auto table = tables_.Get(language);
        if (!table.ok()) {
          continue;  // An error of the list.
        }
        for (const TermForm& form : (*table)->Forms(term.text)) {
          if (form.also.empty() || Canonicalize(form.text) == written) {
            continue;
          }
          if (++named > kOthersMax) {
            return;
          }
          Diagnostic& warning = Warn(term);
          warning.message = StrCat("the form `", form.text, "` of `", term.text,
                                   "` is another word as well: ", form.also);
          warning.fix =
              StrCat("exclude what it finds, or write {", term.text,
                     "} in `query` for the term as it is written alone");
        }
      }
    }
  }

  Diagnostic& Warn(const Term& term) {
    Diagnostic& warning = diagnostics_.emplace_back();
    warning.severity = Diagnostic::Severity::kWarning;
    warning.file = list_.file;
    warning.line = term.position.line;
    warning.column = term.position.column;
    warning.watchlist = list_.id;
    warning.span = term.text;
    return warning;
  }

  const WatchList& list_;
  const FormTables& tables_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Term> terms_;
  bool asks_ = false;
};

}  // namespace

std::vector<Diagnostic> HintsAboutForms(const std::vector<WatchList>& lists,
                                        const FormTables& tables) {
  std::vector<Diagnostic> diagnostics;
  for (const WatchList& list : lists) {
    ListHints(list, tables, &diagnostics).Find();
  }
  return diagnostics;
}

}  // namespace presshawk
