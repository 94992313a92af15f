// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "matchers/query_set.h"

namespace presshawk::testing {

// The generation that comes out of the file that `query_set` is saved to; null,
// and the test fails, where none does.
std::shared_ptr<const QuerySet> SavedAndOpened(
    const QuerySet& query_set, const FormTables* forms = nullptr);

}  // namespace presshawk::testing
