// SPDX-License-Identifier: Apache-2.0
// The condition of a list as it was when the list was good, with the ids and
// versions of the lists that it referred to. These are enough to compile the
// condition at any later time. Immutable.
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
  // The lists that it refers to, by id and version.
  std::vector<std::pair<std::string, std::string>> references;
  // The tables of forms that it uses: FormsRelease().
  std::string forms_release;
  // Of its name, labels, release of forms and min_relevance.
  Sha256Digest description = {};
};
using GoodListPtr = std::shared_ptr<const GoodList>;

}  // namespace presshawk
