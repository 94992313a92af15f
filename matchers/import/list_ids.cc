// SPDX-License-Identifier: Apache-2.0
#include "matchers/import/list_ids.h"

#include <algorithm>

#include "core/base/identifier.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Runs of what an id may not have as one `-`, none at the ends.
std::string WithDashes(std::string_view latin) {
  std::string id;
  bool pending = false;
  for (const char c : latin) {
    if (!IsIdentifierCharacter(c)) {
      pending = !id.empty();
      continue;
    }
    id += pending ? "-" : "";
    pending = false;
    id += c;
  }
  return id;
}

}  // namespace

ListIds::Id ListIds::For(std::string_view given) {
  Id id;
  id.text = given;
  if (!IsIdentifier(given)) {
    constexpr size_t kHashBytes = 3;
    const std::string hash =
        HexPrefix(Sha256().Add(given).Finish(), kHashBytes);
    if (!transliterator_.has_value()) {
      transliterator_.emplace();
    }
    id.text = WithDashes(transliterator_->ToLatin(given));
    id.text.resize(
        std::min(id.text.size(), kIdentifierBytesMax - hash.size() - 1));
    StrAppend(&id.text, id.text.empty() ? "list-" : "-", hash);
    id.warning = StrCat(
        "an id has letters of A-Z, digits, `.`, `_` and `-`: "
        "this one becomes `",
        id.text, "`");
  }
  const std::string once = id.text;
  for (size_t number = 2; !taken_.insert(id.text).second; ++number) {
    const std::string suffix = StrCat("-", number);
    id.text =
        StrCat(once.substr(0, kIdentifierBytesMax - suffix.size()), suffix);
    id.warning =
        StrCat("another query has this id: this one becomes `", id.text, "`");
  }
  return id;
}

}  // namespace presshawk
