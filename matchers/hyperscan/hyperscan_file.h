// SPDX-License-Identifier: Apache-2.0
// Saves Hyperscan's databases in the file of a generation, and reads them back.
#pragma once

#include "absl/status/statusor.h"
#include "matchers/hyperscan/hyperscan_handles.h"
#include "matchers/sections/sections.h"

namespace presshawk {

// A null database is saved as an empty text.
void SaveDatabase(const hs_database_t* database, SectionWriter* writer);

// Copies the database, because Hyperscan cannot use it in place. Refuses one
// that Hyperscan finds damaged, or made for another version or processor.
absl::StatusOr<DatabasePtr> OpenDatabase(SectionReader* reader);

}  // namespace presshawk
