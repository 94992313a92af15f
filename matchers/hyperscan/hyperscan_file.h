// Hyperscan's databases in the file of a generation.
#pragma once

#include "absl/status/statusor.h"
#include "matchers/hyperscan/hyperscan_handles.h"
#include "matchers/sections/sections.h"

namespace presshawk {

// Null is saved as an empty text.
void SaveDatabase(const hs_database_t* database, SectionWriter* writer);

// Copies it: Hyperscan cannot use it in place. Refuses what Hyperscan itself
// finds damaged, or made for another version or processor.
absl::StatusOr<DatabasePtr> OpenDatabase(SectionReader* reader);

}  // namespace presshawk
