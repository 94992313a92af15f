// Ids of watch-lists made of what other systems call their queries.
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
    std::string warning;  // How it differs from what was given; may be empty.
  };

  // An id that no call before gave. A valid one stays as it is. Any other is
  // written in Latin letters, what an id may not have as `-`, and gets six
  // digits of its own SHA-256: the same text always becomes the same id,
  // whatever other queries there are, and `Oil & Gas` is not `Oil + Gas`.
  Id For(std::string_view given);

 private:
  std::optional<Transliterator> transliterator_;  // Made at the first need.
  std::set<std::string> taken_;
};

}  // namespace presshawk
