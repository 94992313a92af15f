// SPDX-License-Identifier: Apache-2.0
#include "matchers/live/list_layers.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/check.h"
#include "matchers/live/layered_generation.h"
#include "matchers/watchlist_version.h"

namespace presshawk {

void ListLayers::FindInBase() {
  hidden_in_base_.assign(base_->size(), true);
  for (ListSlot slot = 0; slot < base_->size(); ++slot) {
    const WatchListInfo info = base_->list(slot);
    const auto at = entries_.find(std::string(info.id));
    if (at == entries_.end() || at->second.in_force == nullptr) {
      continue;
    }
    const GoodListPtr& list = at->second.in_force;
    if (list->version == info.version &&
        list->description == DescriptionDigest(info.name, info.labels_json,
                                               info.forms_release,
                                               info.min_relevance)) {
      at->second.in_base = list;
      at->second.base_slot = slot;
    }
  }
}

void ListLayers::Place(const std::string& id) {
  const auto at = entries_.find(id);
  if (at == entries_.end() || at->second.in_force == nullptr) {
    outside_base_.erase(id);
    return;
  }
  ListEntry& entry = at->second;
  const bool as_in_base = entry.in_base == entry.in_force;
  if (entry.in_base != nullptr) {
    hidden_in_base_[entry.base_slot] = !as_in_base;
  }
  if (as_in_base) {
    outside_base_.erase(id);
  } else {
    outside_base_.insert(id);
  }
}

absl::Status ListLayers::Compile(
    ListSubset* checked,
    absl::FunctionRef<ListSubset(std::vector<std::string>)> check) {
  if (base_ != nullptr && outside_base_.empty()) {
    delta_ = nullptr;
    stale_ = nullptr;
    stale_roots_.clear();
    return absl::OkStatus();
  }
  if (base_ == nullptr || outside_base_.size() * 2 > entries_.size() ||
      is_small()) {
    if (absl::Status status = CompileBase(checked, check); !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = CompileStale(); !status.ok()) {
    return status;
  }
  return CompileDelta(checked);
}

bool ListLayers::is_small() const {
  if (entries_.size() > whole_lists_max_) {
    return false;
  }
  size_t terms = 0;
  for (const auto& [id, entry] : entries_) {
    terms += entry.in_force != nullptr ? entry.in_force->list->terms.size() : 0;
  }
  return terms <= 10 * whole_lists_max_;
}

absl::Status ListLayers::CompileBase(
    ListSubset* checked,
    absl::FunctionRef<ListSubset(std::vector<std::string>)> check) {
  std::vector<std::string> ids;
  std::vector<GoodListPtr> lists;
  for (const auto& [id, entry] : entries_) {
    if (entry.state == ListState::kActive) {
      ids.push_back(id);
      lists.push_back(entry.in_force);
    }
  }
  const bool has_all =
      std::all_of(ids.begin(), ids.end(),
                  [&](const std::string& id) { return checked->Contains(id); });
  ListSubset* subset = checked;
  std::optional<ListSubset> all;
  if (!has_all) {
    all.emplace(check(ids));
    subset = &*all;
  }
  auto base = subset->Compile(ids, options_);
  if (!base.ok()) {
    return base.status();
  }
  SetBase(*std::move(base), lists);
  return absl::OkStatus();
}

void ListLayers::SetBase(std::shared_ptr<const QuerySet> base,
                         absl::Span<const GoodListPtr> lists) {
  base_ = std::move(base);
  hidden_in_base_.assign(base_->size(), true);
  outside_base_.clear();
  for (auto& [id, entry] : entries_) {
    entry.in_base = nullptr;
    if (entry.in_force != nullptr) {
      outside_base_.insert(outside_base_.end(), id);
    }
  }
  PRESSHAWK_CHECK(lists.size() == base_->size());
  for (ListSlot slot = 0; slot < lists.size(); ++slot) {
    const auto at = entries_.find(lists[slot]->list->id);
    if (at != entries_.end()) {
      at->second.in_base = lists[slot];
      at->second.base_slot = slot;
      Place(at->first);
    }
  }
}

// The last good conditions that the base does not have.
absl::Status ListLayers::CompileStale() {
  std::vector<GoodListPtr> roots;
  for (const std::string& id : outside_base_) {
    const ListEntry& entry = entries_.at(id);
    if (entry.state == ListState::kStale) {
      roots.push_back(entry.in_force);
    }
  }
  if (roots == stale_roots_) {
    return absl::OkStatus();
  }
  stale_ = nullptr;
  if (!roots.empty()) {
    auto set = CompileGoodLists(roots, archive_, options_);
    if (!set.ok()) {
      return set.status();
    }
    stale_ = *std::move(set);
  }
  // A condition of an older version of the program may be good no more.
  size_t slot = 0;
  for (const GoodListPtr& root : roots) {
    const std::string& id = root->list->id;
    if (stale_ != nullptr && slot < stale_->size() &&
        stale_->list(static_cast<ListSlot>(slot)).id == id) {
      ++slot;
      continue;
    }
    ListEntry& entry = entries_.at(id);
    entry.state = ListState::kRejected;
    entry.in_force = nullptr;
    outside_base_.erase(id);
  }
  stale_roots_ = std::move(roots);
  return absl::OkStatus();
}

absl::Status ListLayers::CompileDelta(ListSubset* checked) {
  std::vector<std::string> ids;
  for (const std::string& id : outside_base_) {
    if (entries_.at(id).state == ListState::kActive) {
      ids.push_back(id);
    }
  }
  delta_ = nullptr;
  if (ids.empty()) {
    return absl::OkStatus();
  }
  auto delta = checked->Compile(ids, options_);
  if (!delta.ok()) {
    return delta.status();
  }
  delta_ = *std::move(delta);
  return absl::OkStatus();
}

bool ListLayers::is_base_whole() const {
  return outside_base_.empty() &&
         std::find(hidden_in_base_.begin(), hidden_in_base_.end(), true) ==
             hidden_in_base_.end();
}

void ListLayers::StartWith(std::shared_ptr<const QuerySet> base) {
  base_ = std::move(base);
  hidden_in_base_.assign(base_->size(), false);
}

void ListLayers::Forget(const std::string& id) {
  outside_base_.erase(id);
  const auto at = entries_.find(id);
  if (at != entries_.end() && at->second.in_base != nullptr) {
    hidden_in_base_[at->second.base_slot] = true;
  }
}

absl::Status ListLayers::Adopt(
    std::shared_ptr<const QuerySet> base, absl::Span<const GoodListPtr> lists,
    absl::FunctionRef<ListSubset(std::vector<std::string>)> check) {
  SetBase(std::move(base), lists);
  ListSubset checked = check({outside_base_.begin(), outside_base_.end()});
  if (absl::Status status = CompileStale(); !status.ok()) {
    return status;
  }
  return CompileDelta(&checked);
}

std::shared_ptr<const Generation> ListLayers::MakeGeneration(
    std::string id) const {
  std::vector<Layer> layers = {{base_, hidden_in_base_}};
  if (delta_ != nullptr) {
    layers.push_back({delta_, {}});
  }
  if (stale_ != nullptr) {
    layers.push_back({stale_, {}});
  }
  return MakeLayeredGeneration(std::move(layers), std::move(id));
}

}  // namespace presshawk
