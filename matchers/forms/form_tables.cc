// SPDX-License-Identifier: Apache-2.0
#include "matchers/forms/form_tables.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/base/read_file.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "matchers/forms/form_rules.h"
#include "matchers/forms/inflector.h"
#include "matchers/forms/letters.h"

namespace presshawk {

FormTable::FormTable(std::unique_ptr<const FormRules> rules,
                     std::string release)
    : rules_(std::move(rules)), release_(std::move(release)) {}

FormTable::~FormTable() = default;

std::string_view FormTable::language() const { return rules_->language; }

absl::StatusOr<std::shared_ptr<const FormTable>> FormTable::Open(
    const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path, kFormTableBytesMax);
  if (!text.ok()) {
    return text.status();
  }
  return Parse(*std::move(text), path);
}

absl::StatusOr<std::shared_ptr<const FormTable>> FormTable::Parse(
    std::string text, const std::string& name) {
  auto rules = ParseFormRules(text, name);
  if (!rules.ok()) {
    return rules.status();
  }
  return std::shared_ptr<const FormTable>(
      new FormTable(std::make_unique<const FormRules>(*std::move(rules)),
                    HexPrefix(Sha256().Add(text).Finish(), 8)));
}

std::vector<TermForm> FormTable::Forms(std::string_view term) const {
  std::vector<TermForm> forms;
  if (!IsValidUtf8(term)) {
    forms.push_back({std::string(term), "as written", ""});
    return forms;
  }
  const std::u32string letters = LettersOf(term);
  const bool is_name = LowerLetters(letters) != letters;
  for (const InflectedTerm& form : Inflect(letters, *rules_, kMaxForms)) {
    const std::u32string lower = LowerLetters(form.text);
    const bool is_word = is_name && rules_->words.contains(lower);
    forms.push_back(
        {Utf8Of(form.text), form.why, is_word ? Utf8Of(lower) : ""});
  }
  return forms;
}

std::string DefaultFormsDirectory() {
  constexpr char kFolder[] = "share/presshawk/forms";
  std::error_code error;
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe", error);
  for (std::filesystem::path at = program.parent_path(); at.has_relative_path();
       at = at.parent_path()) {
    if (std::filesystem::is_directory(at / kFolder, error)) {
      return (at / kFolder).string();
    }
  }
  return (program.parent_path().parent_path() / kFolder).string();
}

FormTables::FormTables(std::string directory)
    : directory_(std::move(directory)) {}

std::vector<std::string> FormTables::Languages() const {
  std::vector<std::string> languages;
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory_, error), end;
       !error && it != end; it.increment(error)) {
    if (it->is_regular_file(error)) {
      languages.push_back(it->path().filename().string());
    }
  }
  std::sort(languages.begin(), languages.end());
  return languages;
}

absl::StatusOr<std::shared_ptr<const FormTable>> FormTables::Get(
    std::string_view language) const {
  MutexLock lock(&mutex_);
  if (const auto it = open_.find(language); it != open_.end()) {
    return it->second;
  }
  const std::string path = StrCat(directory_, "/", language);
  const bool is_plain =
      !language.empty() &&
      language.find_first_not_of("abcdefghijklmnopqrstuvwxyz") ==
          std::string_view::npos;
  auto table = is_plain ? FormTable::Open(path)
                        : absl::NotFoundError("not the code of a language");
  if (absl::IsNotFound(table.status())) {
    std::string known;
    for (const std::string& one : Languages()) {
      StrAppend(&known, known.empty() ? "" : ", ", one);
    }
    return absl::NotFoundError(
        StrCat("no forms of `", language, "`: there is no file ", path,
               known.empty() ? std::string("; no language has one")
                             : StrCat("; there are ", known)));
  }
  if (table.ok()) {
    open_.emplace(language, *table);
  }
  return table;
}

}  // namespace presshawk
