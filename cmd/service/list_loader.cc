#include "cmd/service/list_loader.h"

#include <algorithm>
#include <set>

namespace presshawk {
namespace {

void Append(const std::vector<Diagnostic>& from, std::vector<Diagnostic>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

std::set<std::string> IdsWithErrors(
    const std::vector<Diagnostic>& diagnostics) {
  std::set<std::string> ids;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Diagnostic::Severity::kError) {
      ids.insert(diagnostic.watchlist);
    }
  }
  return ids;
}

// Files of which it cannot be told which lists an error hides.
std::set<std::string> FilesBroken(const std::vector<Diagnostic>& diagnostics) {
  std::set<std::string> files;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Diagnostic::Severity::kError &&
        diagnostic.watchlist.empty()) {
      files.insert(diagnostic.file);
    }
  }
  return files;
}

std::set<std::string> IdsOf(const QuerySet& query_set) {
  std::set<std::string> ids;
  for (ListSlot slot = 0; slot < query_set.size(); ++slot) {
    ids.emplace(query_set.list(slot).id);
  }
  return ids;
}

}  // namespace

absl::StatusOr<LoadedLists> ListLoader::Load() {
  absl::StatusOr<std::vector<std::string>> paths = ExpandPatterns(patterns_);
  if (!paths.ok()) {
    return paths.status();
  }
  WatchListSet set;
  if (absl::Status status = LoadWatchLists(*paths, &set); !status.ok()) {
    return status;
  }
  auto compiled = QuerySet::Compile(set.lists, {.engine = engine_});
  if (!compiled.ok()) {
    return compiled.status();
  }
  LoadedLists loaded;
  loaded.diagnostics = std::move(set.diagnostics);
  Append((*compiled)->diagnostics(), &loaded.diagnostics);
  const std::set<std::string> good = IdsOf(**compiled);
  loaded.active = good.size();

  // Put the last good conditions in the place of what is bad.
  const std::set<std::string> bad_ids = IdsWithErrors(loaded.diagnostics);
  const std::set<std::string> broken_files = FilesBroken(loaded.diagnostics);
  bool replaced = false;
  for (const auto& [id, last] : last_good_) {
    if (good.contains(id) ||
        (!bad_ids.contains(id) && !broken_files.contains(last.file))) {
      continue;
    }
    const auto bad = std::find_if(
        set.lists.begin(), set.lists.end(),
        [&wanted = id](const WatchList& list) { return list.id == wanted; });
    if (bad == set.lists.end()) {
      set.lists.push_back(last);
    } else {
      *bad = last;
    }
    replaced = true;
  }
  if (replaced) {
    compiled = QuerySet::Compile(set.lists, {.engine = engine_});
    if (!compiled.ok()) {
      return compiled.status();
    }
  }
  const std::set<std::string> now = IdsOf(**compiled);
  loaded.query_set = *std::move(compiled);
  loaded.stale = now.size() - good.size();
  for (const std::string& id : bad_ids) {
    loaded.rejected += now.contains(id) ? 0 : 1;
  }
  last_good_.clear();
  for (WatchList& list : set.lists) {
    if (now.contains(list.id)) {
      const std::string id = list.id;
      last_good_.emplace(id, std::move(list));
    }
  }
  return loaded;
}

}  // namespace presshawk
