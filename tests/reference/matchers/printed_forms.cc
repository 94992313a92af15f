// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/matchers/printed_forms.h"

#include "core/base/check.h"
#include "matchers/forms/form_tables.h"

namespace presshawk::reference {

std::shared_ptr<const FormTables> TestForms() {
  static const auto* const tables = new std::shared_ptr<const FormTables>(
      std::make_shared<const FormTables>(PRESSHAWK_TEST_FORMS));
  return *tables;
}

std::vector<std::string> PrintedForms(const std::string& language,
                                      const std::string& term) {
  const auto table = TestForms()->Get(language);
  PRESSHAWK_CHECK(table.ok());
  std::vector<std::string> printed;
  for (const TermForm& form : (*table)->Forms(term)) {
    printed.push_back(form.text);
  }
  return printed;
}

}  // namespace presshawk::reference
