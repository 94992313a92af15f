// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace presshawk {
class FormTables;
}  // namespace presshawk

namespace presshawk::reference {

// The tables of tests/support/forms.
std::shared_ptr<const FormTables> TestForms();

// The forms of a term as `presshawk forms` prints them, by these tables.
std::vector<std::string> PrintedForms(const std::string& language,
                                      const std::string& term);

}  // namespace presshawk::reference
