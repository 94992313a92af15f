// SPDX-License-Identifier: Apache-2.0
// Makes ids of watch-lists from the names that other systems give their
// queries.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/text/transliterate.h"

namespace presshawk {

class ListIds {
 public:
  struct Id {
    std::string text;
    std::string warning;  // How it differs from the name; may be empty.
  };

  // Returns an id that no earlier call returned. A valid id stays as it is. Any
  // other name is transliterated to Latin letters, `-` replaces what an id may
  // not have, and six digits of the name's SHA-256 follow. The same text thus
  // always becomes the same id, whatever other queries there are, and
  // `Oil & Gas` differs from `Oil + Gas`.
  Id For(std::string_view given);

 private:
  std::optional<Transliterator> transliterator_;  // Made when first needed.
  std::set<std::string> taken_;
};

}  // namespace presshawk
