// SPDX-License-Identifier: Apache-2.0
#include "matchers/live/good_list_archive.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace presshawk {

std::vector<GoodListPtr> GoodListArchive::Closure(
    absl::Span<const GoodListPtr> roots) const {
  std::vector<GoodListPtr> closure;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const GoodListPtr& root : roots) {
    if (seen.emplace(root->list->id, root->version).second) {
      closure.push_back(root);
    }
  }
  for (size_t i = 0; i < closure.size(); ++i) {
    const GoodListPtr list = closure[i];
    for (const auto& reference : list->references) {
      const auto at = by_version_.find(reference);
      if (at != by_version_.end() &&
          seen.emplace(at->second->list->id, at->second->version).second) {
        closure.push_back(at->second);
      }
    }
  }
  return closure;
}

void GoodListArchive::KeepOnly(absl::Span<const GoodListPtr> roots,
                               Lookup elsewhere) {
  GoodListArchive kept;
  std::vector<GoodListPtr> pending(roots.begin(), roots.end());
  while (!pending.empty()) {
    const GoodListPtr list = std::move(pending.back());
    pending.pop_back();
    for (const auto& reference : list->references) {
      if (kept.by_version_.contains(reference)) {
        continue;
      }
      const auto at = by_version_.find(reference);
      GoodListPtr referred = at != by_version_.end()
                                 ? at->second
                                 : elsewhere(reference.first, reference.second);
      if (referred != nullptr) {
        kept.by_version_.emplace(reference, referred);
        pending.push_back(std::move(referred));
      }
    }
  }
  *this = std::move(kept);
}

absl::StatusOr<std::shared_ptr<const QuerySet>> CompileGoodLists(
    absl::Span<const GoodListPtr> roots, const GoodListArchive& archive,
    const QuerySet::Options& options) {
  const std::vector<GoodListPtr> lists = archive.Closure(roots);
  std::vector<const WatchList*> pointers;
  std::map<std::pair<std::string_view, std::string_view>, uint32_t> index;
  for (const GoodListPtr& list : lists) {
    index.emplace(std::pair(std::string_view(list->list->id),
                            std::string_view(list->version)),
                  static_cast<uint32_t>(pointers.size()));
    pointers.push_back(list->list.get());
  }
  const auto resolve = [&](uint32_t from,
                           std::string_view id) -> std::optional<uint32_t> {
    for (const auto& [referred, version] : lists[from]->references) {
      if (referred == id) {
        const auto at = index.find({referred, version});
        return at != index.end() ? std::optional(at->second) : std::nullopt;
      }
    }
    return std::nullopt;
  };
  CheckedLists checked = CheckLists(pointers, resolve, options.forms.get());
  // The roots come first in the closure.
  std::vector<uint32_t> chosen;
  for (const uint32_t good : checked.good) {
    if (good < roots.size()) {
      chosen.push_back(good);
    }
  }
  return QuerySet::Compile(pointers, std::move(checked), chosen, options);
}

}  // namespace presshawk
