// SPDX-License-Identifier: Apache-2.0
#include "core/messages/fitting.h"

#include "core/base/str_cat.h"

namespace presshawk {

size_t SnippetsAt(Detail detail) {
  switch (detail) {
    case Detail::kAllSnippets:
      return 2;
    case Detail::kOneSnippet:
      return 1;
    case Detail::kTitles:
      break;
  }
  return 0;
}

std::string CountText(uint64_t shown, uint64_t total) {
  return StrCat("Shown: ", shown, " of ", total, ".");
}

std::optional<std::string> MostThatFits(
    const PeopleMessage& message,
    absl::FunctionRef<std::optional<std::string>(const Shown&)> compose) {
  const size_t all = message.items.size();
  for (const Detail detail :
       {Detail::kAllSnippets, Detail::kOneSnippet, Detail::kTitles}) {
    if (auto body = compose({detail, all}); body.has_value()) {
      return body;
    }
  }
  if (!message.is_list) {
    return std::nullopt;
  }
  // More rows are never shorter.
  size_t too_many = all;
  size_t fits = 0;
  std::optional<std::string> best = compose({Detail::kTitles, 0});
  while (best.has_value() && fits + 1 < too_many) {
    const size_t middle = fits + (too_many - fits) / 2;
    if (auto body = compose({Detail::kTitles, middle}); body.has_value()) {
      best = std::move(body);
      fits = middle;
    } else {
      too_many = middle;
    }
  }
  return best;
}

}  // namespace presshawk
