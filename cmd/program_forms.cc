// SPDX-License-Identifier: Apache-2.0
#include "cmd/program_forms.h"

#include <cstdlib>

#include "matchers/forms/form_tables.h"

namespace presshawk {

std::string ProgramFormsDirectory() {
  const char* const named = std::getenv("PRESSHAWK_FORMS");
  if (named != nullptr && *named != '\0') {
    return named;
  }
  return DefaultFormsDirectory();
}

std::shared_ptr<const FormTables> ProgramForms() {
  static const auto* const tables = new std::shared_ptr<const FormTables>(
      std::make_shared<const FormTables>(ProgramFormsDirectory()));
  return *tables;
}

}  // namespace presshawk
