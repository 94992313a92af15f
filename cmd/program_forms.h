// SPDX-License-Identifier: Apache-2.0
// The tables of forms that belong to this program.
#pragma once

#include <memory>
#include <string>

namespace presshawk {

class FormTables;  // matchers/forms/form_tables.h

// Returns the directory of the tables (SPEC FORMS-10): what the environment
// variable PRESSHAWK_FORMS names; else DefaultFormsDirectory().
std::string ProgramFormsDirectory();

// Returns the tables of that directory, the same object at each call. No table
// is opened before it is asked for.
std::shared_ptr<const FormTables> ProgramForms();

}  // namespace presshawk
