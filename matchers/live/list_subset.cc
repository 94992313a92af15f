// SPDX-License-Identifier: Apache-2.0
#include "matchers/live/list_subset.h"

#include <utility>

#include "matchers/watchlist_version.h"

namespace presshawk {

ListSubset::ListSubset(std::vector<std::string> ids, const ListSources& sources,
                       KnownReferences known_references,
                       const FormTables* forms) {
  // What a changed list refers to is known only when its query was parsed: look
  // again until nothing is missing.
  while (!ids.empty()) {
    Add(std::move(ids), sources, known_references);
    checked_ = CheckLists(pointers_, forms);
    ids.clear();
    for (const auto& [list, references] : checked_.references) {
      for (const std::string& id : references) {
        if (!index_.contains(id) && sources.Find(id) != nullptr &&
            sources.Find(id)->list != nullptr) {
          ids.push_back(id);
        }
      }
    }
  }
  good_.resize(lists_.size());
  for (const uint32_t index : checked_.good) {
    good_[index] = true;
  }
  for (Diagnostic& diagnostic : checked_.diagnostics) {
    diagnostics_[diagnostic.watchlist].push_back(std::move(diagnostic));
  }
  checked_.diagnostics.clear();
}

void ListSubset::Add(std::vector<std::string> ids, const ListSources& sources,
                     KnownReferences known_references) {
  while (!ids.empty()) {
    const std::string id = std::move(ids.back());
    ids.pop_back();
    const SaidListPtr said = sources.Find(id);
    if (said == nullptr || said->list == nullptr ||
        !index_.emplace(id, static_cast<uint32_t>(lists_.size())).second) {
      continue;
    }
    lists_.push_back(said->list);
    pointers_.push_back(said->list.get());
    if (const std::vector<std::string>* references = known_references(id)) {
      ids.insert(ids.end(), references->begin(), references->end());
    }
  }
}

GoodListPtr ListSubset::FindGood(const std::string& id) const {
  const auto at = index_.find(id);
  if (at == index_.end() || !good_[at->second]) {
    return nullptr;
  }
  auto good = std::make_shared<GoodList>();
  good->list = lists_[at->second];
  good->version = checked_.versions[at->second];
  for (std::string& reference : ReferencesOf(id)) {
    std::string version = checked_.versions[index_.at(reference)];
    good->references.emplace_back(std::move(reference), std::move(version));
  }
  good->forms_release = checked_.forms_releases[at->second];
  good->description = DescriptionDigest(
      good->list->name, LabelsJson(good->list->labels), good->forms_release,
      good->list->min_relevance.value_or(kNoMinRelevance));
  return good;
}

std::vector<Diagnostic> ListSubset::TakeDiagnostics(const std::string& id) {
  const auto at = diagnostics_.find(id);
  return at != diagnostics_.end() ? std::move(at->second)
                                  : std::vector<Diagnostic>();
}

std::vector<std::string> ListSubset::ReferencesOf(const std::string& id) const {
  const auto at = index_.find(id);
  if (at == index_.end()) {
    return {};
  }
  const auto references = checked_.references.find(at->second);
  return references != checked_.references.end() ? references->second
                                                 : std::vector<std::string>();
}

absl::StatusOr<std::shared_ptr<const QuerySet>> ListSubset::Compile(
    absl::Span<const std::string> ids, const QuerySet::Options& options) {
  std::vector<uint32_t> chosen;
  chosen.reserve(ids.size());
  for (const std::string& id : ids) {
    chosen.push_back(index_.at(id));
  }
  return QuerySet::Compile(pointers_, std::move(checked_), chosen, options);
}

}  // namespace presshawk
