// SPDX-License-Identifier: Apache-2.0
// Hints for `presshawk check` about the forms of terms: things that a service
// need not say at each start.
#pragma once

#include <vector>

#include "matchers/diagnostic.h"
#include "matchers/watchlist.h"

namespace presshawk {

class FormTables;  // matchers/forms/form_tables.h

// Returns warnings, in the order of the lists:
// - a list whose terms are clearly of a language that has a table, and that
//   asks for no forms;
// - a form that is another word as well.
// `lists` have the forms that they ask for, by default too (SetDefaultForms()).
// A list with mistakes may get warnings as well.
std::vector<Diagnostic> HintsAboutForms(const std::vector<WatchList>& lists,
                                        const FormTables& tables);

}  // namespace presshawk
