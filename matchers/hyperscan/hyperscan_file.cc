// SPDX-License-Identifier: Apache-2.0
#include "matchers/hyperscan/hyperscan_file.h"

#include <cstdlib>

#include "core/base/check.h"
#include "core/base/str_cat.h"
#include "matchers/hyperscan/hyperscan_version.h"

namespace presshawk {

std::string HyperscanVersion() {
  hs_platform_info_t platform = {};
  PRESSHAWK_CHECK(hs_populate_platform(&platform) == HS_SUCCESS);
  return StrCat("hyperscan ", hs_version(), " cpu ", platform.tune, "-",
                platform.cpu_features);
}

void SaveDatabase(const hs_database_t* database, SectionWriter* writer) {
  char* bytes = nullptr;
  size_t size = 0;
  if (database != nullptr) {
    // Fails on exhausted memory only.
    PRESSHAWK_CHECK(hs_serialize_database(database, &bytes, &size) ==
                    HS_SUCCESS);
  }
  writer->Text({bytes, size});
  std::free(bytes);
}

absl::StatusOr<DatabasePtr> OpenDatabase(SectionReader* reader) {
  const std::string_view bytes = reader->Text();
  if (bytes.empty()) {
    return DatabasePtr();
  }
  hs_database_t* database = nullptr;
  const hs_error_t error =
      hs_deserialize_database(bytes.data(), bytes.size(), &database);
  if (error != HS_SUCCESS) {
    return absl::DataLossError(
        StrCat("Hyperscan refuses its database: error ", error));
  }
  return DatabasePtr(database);
}

}  // namespace presshawk
