// A list's condition as it was when it was good, with the names of those that
// it referred to then. Together they are all that is needed to compile it, at
// any time later. Immutable.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/sha256.h"
#include "matchers/watchlist.h"

namespace presshawk {

struct GoodList {
  std::shared_ptr<const WatchList> list;
  std::string version;
  // Lists that it refers to: id and version.
  std::vector<std::pair<std::string, std::string>> references;
  Sha256Digest description = {};  // Of name and labels.
};
using GoodListPtr = std::shared_ptr<const GoodList>;

}  // namespace presshawk
