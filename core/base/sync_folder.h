// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace presshawk {

// A new or renamed file is lasting once its folder is on the disk. Where the
// folder cannot be opened nothing can be done about it. Thread-safe.
void SyncFolderOf(const std::string& path);

}  // namespace presshawk
