// SPDX-License-Identifier: Apache-2.0
// Owning pointers to what Hyperscan allocates.
#pragma once

#include <memory>
#include <string>

#include <hs/hs.h>

namespace presshawk {

struct DatabaseDeleter {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
struct ScratchDeleter {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};
using DatabasePtr = std::unique_ptr<hs_database_t, DatabaseDeleter>;
using ScratchPtr = std::unique_ptr<hs_scratch_t, ScratchDeleter>;

// Frees `error`, which may be null, and returns its message.
inline std::string TakeMessage(hs_compile_error_t* error) {
  std::string message = error != nullptr && error->message != nullptr
                            ? error->message
                            : "no memory";
  hs_free_compile_error(error);
  return message;
}

}  // namespace presshawk
