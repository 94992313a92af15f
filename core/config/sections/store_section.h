// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/config/config_section.h"
#include "core/delivery/delivery_options.h"

namespace presshawk {

// store: where the ledger is. Required with `delivery`.
void ReadStore(ConfigSection* file, std::optional<StoreOptions>* options);
void DumpStore(const std::optional<StoreOptions>& options, std::string* dump);

}  // namespace presshawk
