// SPDX-License-Identifier: Apache-2.0
// presshawk forms: in which forms a term is found, and by which rule.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/program_forms.h"
#include "core/base/utf8.h"
#include "matchers/forms/form_tables.h"

namespace presshawk {
namespace {

struct FormsOptions {
  std::string language;
  std::string tables = ProgramFormsDirectory();
  bool tsv = false;
  std::vector<std::string> terms;
};

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk forms: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

size_t CodePoints(const std::string& text) {
  size_t count = 0;
  for (const char c : text) {
    count += IsUtf8Continuation(c) ? 0 : 1;
  }
  return count;
}

void PrintLines(const std::string& term, const std::vector<TermForm>& forms) {
  for (const TermForm& form : forms) {
    std::printf("%s\t%s\t%s\t%s\n", term.c_str(), form.text.c_str(),
                form.why.c_str(), form.also.c_str());
  }
}

void PrintTable(const std::vector<TermForm>& forms) {
  size_t width = 0;
  for (const TermForm& form : forms) {
    width = std::max(width, CodePoints(form.text));
  }
  for (const TermForm& form : forms) {
    const std::string blanks(width - CodePoints(form.text), ' ');
    std::printf("%s%s  %s%s%s\n", form.text.c_str(), blanks.c_str(),
                form.why.c_str(), form.also.empty() ? "" : "; also ",
                form.also.c_str());
  }
}

int PrintLanguages(const FormTables& tables) {
  for (const std::string& language : tables.Languages()) {
    const auto table = tables.Get(language);
    if (!table.ok()) {
      return GiveUp(table.status());
    }
    std::printf("%s\t%s\n", language.c_str(),
                std::string((*table)->release()).c_str());
  }
  return kExitGood;
}

int RunForms(const FormsOptions& options) {
  const FormTables tables(options.tables);
  if (options.language.empty()) {
    if (!options.terms.empty()) {
      std::fprintf(stderr, "presshawk forms: give --lang LANG with a term\n");
      return kExitUsage;
    }
    return PrintLanguages(tables);
  }
  const auto table = tables.Get(options.language);
  if (!table.ok()) {
    return GiveUp(table.status());
  }
  auto print = [&, is_first = true](const std::string& term) mutable {
    const std::vector<TermForm> forms = (*table)->Forms(term);
    if (options.tsv) {
      PrintLines(term, forms);
      return;
    }
    std::printf("%s", is_first ? "" : "\n");
    is_first = false;
    PrintTable(forms);
  };
  if (options.terms.empty() ||
      (options.terms.size() == 1 && options.terms[0] == "-")) {
    for (std::string term; std::getline(std::cin, term);) {
      print(term);
    }
    return kExitGood;
  }
  for (const std::string& term : options.terms) {
    print(term);
  }
  return kExitGood;
}

}  // namespace

void AddFormsCommand(Command program) {
  auto options = std::make_shared<FormsOptions>();
  Command command = program.AddCommand(
      "forms",
      "Print the forms in which a term is found in texts of a language, and "
      "the rule that makes each; without --lang, the languages");
  command
      .Add("--lang", &options->language,
           "The language of the terms, as in `forms:` of a list: ru")
      .TypeName("LANG");
  command.Add("TERM", &options->terms,
              "Terms; - or nothing: one a line of standard input");
  command.AddFlag("--tsv", &options->tsv,
                  "Print term, form, rule and the other word that the form is, "
                  "with tabs between them");
  command
      .Add("--tables", &options->tables,
           "The folder of the tables (default: the environment variable "
           "PRESSHAWK_FORMS, else share/presshawk/forms beside the program)")
      .TypeName("DIR");
  command.Footer(
      "\nExample:\n"
      "  presshawk forms --lang ru 'Европейский союз'");
  command.OnRun([options] { return RunForms(*options); });
}

}  // namespace presshawk
