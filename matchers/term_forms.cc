// SPDX-License-Identifier: Apache-2.0
#include "matchers/term_forms.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"
#include "core/text/surface.h"
#include "matchers/forms/form_tables.h"

namespace presshawk {
namespace {

absl::StatusOr<std::shared_ptr<const FormTable>> TableOf(
    const FormTables* tables, std::string_view language) {
  if (tables == nullptr) {
    return absl::NotFoundError(StrCat("no forms of `", language,
                                      "`: there are no tables of forms here"));
  }
  return tables->Get(language);
}

std::string SurfaceOf(std::string_view text) {
  return SurfaceCondition::Compile(text, SurfaceCondition::Form::kWords);
}

}  // namespace

bool TakesForms(const Node& term) {
  return term.kind == NodeKind::kTerm && term.term_kind == TermKind::kWords &&
         !term.has_wildcards;
}

absl::StatusOr<std::string> FormsRelease(
    const FormTables* tables, absl::Span<const std::string> languages) {
  std::string release;
  for (const std::string& language : languages) {
    const auto table = TableOf(tables, language);
    if (!table.ok()) {
      return table.status();
    }
    StrAppend(&release, release.empty() ? "" : ",", language, ":",
              (*table)->release());
  }
  return release;
}

std::vector<std::string> LanguagesOfRelease(std::string_view release) {
  std::vector<std::string> languages;
  while (!release.empty()) {
    const std::string_view one = release.substr(0, release.find(','));
    languages.emplace_back(one.substr(0, one.find(':')));
    release.remove_prefix(std::min(one.size() + 1, release.size()));
  }
  return languages;
}

bool IsCurrentRelease(const FormTables* tables, std::string_view release) {
  const auto now = FormsRelease(tables, LanguagesOfRelease(release));
  return now.ok() && *now == release;
}

absl::Status TermFormsFinder::CheckLanguage(std::string_view language) const {
  return TableOf(tables_, language).status();
}

size_t TermFormsFinder::Apply(absl::Span<const std::string> languages,
                              Node* term) {
  if (languages.empty() || !TakesForms(*term)) {
    return 1;
  }
  std::string key;
  for (const std::string& language : languages) {
    StrAppend(&key, language, ",");
  }
  key += '\0';
  key += term->text;
  const auto [at, is_new] = known_.try_emplace(std::move(key));
  if (is_new) {
    at->second = Find(languages, term->text);
  }
  const size_t count = at->second == nullptr ? 1 : at->second->size();
  term->forms = count <= kTermFormsMax ? at->second : nullptr;
  return count;
}

TermFormsFinder::Forms TermFormsFinder::Find(
    absl::Span<const std::string> languages, std::string_view term) const {
  const std::string canonical = Canonicalize(term);
  if (canonical == " ") {
    return nullptr;  // Reported by itself.
  }
  const std::string surface = SurfaceOf(term);
  std::vector<std::string> forms = {std::string(term)};
  absl::flat_hash_set<std::string> seen = {canonical};
  for (const std::string& language : languages) {
    const auto table = TableOf(tables_, language);
    if (!table.ok()) {
      continue;
    }
    for (TermForm& form : (*table)->Forms(term)) {
      std::string form_canonical = Canonicalize(form.text);
      if (form_canonical != " " &&
          seen.insert(std::move(form_canonical)).second &&
          SurfaceOf(form.text) == surface) {
        forms.push_back(std::move(form.text));
      }
    }
  }
  if (forms.size() == 1) {
    return nullptr;
  }
  return std::make_shared<const std::vector<std::string>>(std::move(forms));
}

}  // namespace presshawk
