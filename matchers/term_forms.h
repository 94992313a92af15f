// SPDX-License-Identifier: Apache-2.0
// Finds the forms in which the terms of watch-lists are looked for (SPEC
// FORMS-6 to FORMS-10).
//
//   TermFormsFinder finder(tables.get());
//   finder.Apply({"ru"}, term.get());   // Москва: Москва, Москвы, Москве, …
//
// A form counts where it asks for another canonical text than those before it,
// and for the same symbols as the term: `AT&T` has no form without its `&`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matchers/query/ast.h"

namespace presshawk {

class FormTables;  // matchers/forms/form_tables.h

// The most ways in which one term, and all terms of one list, are looked for.
inline constexpr size_t kTermFormsMax = 256;
inline constexpr size_t kListFormsMax = 500'000;

// Whether forms can be asked of a term: plain words and phrases, but no `{…}`,
// no wildcards and no regex.
bool TakesForms(const Node& term);

// Returns the releases of the tables of some languages, `ru:0123456789abcdef`,
// joined by commas in byte order of the languages; empty for no language.
// Fails as FormTables::Get() does. `tables` may be null.
absl::StatusOr<std::string> FormsRelease(
    const FormTables* tables, absl::Span<const std::string> languages);
// The languages that FormsRelease() was made of.
std::vector<std::string> LanguagesOfRelease(std::string_view release);
// Whether the tables that made `release` are those of now.
bool IsCurrentRelease(const FormTables* tables, std::string_view release);

// THREAD SAFETY. None. It keeps what it found, so that a term of many lists is
// expanded once: use one for as long as many lists are checked together.
class TermFormsFinder {
 public:
  // `tables` must outlive the finder; null: no language has a table.
  explicit TermFormsFinder(const FormTables* tables) : tables_(tables) {}

  // Fails where the language has no table, with what to do about it.
  absl::Status CheckLanguage(std::string_view language) const;
  // Sets Node::forms of a term that takes forms. Languages without a table do
  // nothing. Returns the number of ways in which the term is looked for, which
  // may be more than kTermFormsMax: the term then keeps no forms.
  size_t Apply(absl::Span<const std::string> languages, Node* term);

 private:
  using Forms = std::shared_ptr<const std::vector<std::string>>;

  Forms Find(absl::Span<const std::string> languages,
             std::string_view term) const;

  const FormTables* const tables_;
  // By the languages and the term. Null: as written alone.
  absl::flat_hash_map<std::string, Forms> known_;
};

}  // namespace presshawk
