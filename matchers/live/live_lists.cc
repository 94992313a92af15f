// SPDX-License-Identifier: Apache-2.0
#include "matchers/live/live_lists.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/base/str_cat.h"
#include "matchers/cache/cache_directory.h"
#include "matchers/term_forms.h"
#include "matchers/watchlist_version.h"

namespace presshawk {
namespace {

// So many lists in the delta make a merge due.
constexpr size_t kMergeLists = 512;

bool IsError(const Diagnostic& diagnostic) {
  return diagnostic.severity == Diagnostic::Severity::kError;
}

bool SayTheSame(const std::vector<Diagnostic>& a,
                const std::vector<Diagnostic>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Diagnostic& one, const Diagnostic& other) {
                      return one.message == other.message &&
                             one.line == other.line &&
                             one.column == other.column;
                    });
}

// The file, or the topic: of `watchlists[0]@17` `watchlists`.
std::string_view OriginOf(std::string_view place) {
  return place.substr(0, place.find("]@") != std::string_view::npos
                             ? place.rfind('[')
                             : std::string_view::npos);
}

// Whether `saved` was defined where the bad definition of now stands. Another
// service that had the directory before may have had another list of that id.
bool HasSameOrigin(const GoodList& saved, const SaidList& said) {
  const std::string_view now =
      said.list != nullptr        ? std::string_view(said.list->file)
      : !said.diagnostics.empty() ? std::string_view(said.diagnostics[0].file)
                                  : std::string_view();
  return OriginOf(saved.list->file) == OriginOf(now);
}

}  // namespace

LiveLists::LiveLists(Options options)
    : options_(std::move(options)),
      sources_(!options_.cache_path.empty(), options_.default_forms),
      layers_(options_.compile, options_.whole_lists_max, &entries_, &archive_),
      last_good_(options_.state_path) {}

absl::Status LiveLists::ReadFiles(const std::vector<std::string>& patterns) {
  return sources_.ReadFiles(patterns);
}

void LiveLists::SetRecord(std::string_view key,
                          std::optional<std::string_view> value,
                          std::string_view place) {
  sources_.SetRecord(key, value, place);
}

absl::StatusOr<LiveLists::Update> LiveLists::Apply() {
  if (layers_.base() == nullptr) {
    if (std::optional<Update> cached = StartFromCache()) {
      return *std::move(cached);
    }
  }
  sources_.ParseAll();
  Update update;
  update.diagnostics = sources_.TakeDiagnostics();
  FindAffected();
  if (affected_.empty() && has_decided_) {
    FinishUpdate(&update);
    update.generation = nullptr;
    return update;
  }
  std::vector<std::string> ids(affected_.begin(), affected_.end());
  ids.insert(ids.end(), layers_.outside_base().begin(),
             layers_.outside_base().end());
  ListSubset checked = Check(std::move(ids));
  if (!has_decided_ && (sources_.HasBadOnes() || !checked.AllGood())) {
    ReadSaved();
  }
  std::map<std::string, Before> before;
  for (const std::string& id : affected_) {
    const auto at = entries_.find(id);
    if (at != entries_.end()) {
      const ListEntry& entry = at->second;
      before[id] = {entry.is_reported, entry.state, entry.version(),
                    entry.errors};
      if (entry.in_force != nullptr) {
        archive_.Put(entry.in_force);
      }
    }
  }
  for (const std::string& id : affected_) {
    Decide(id, &checked, &update);
  }
  ArchiveConditions();
  if (!has_decided_ && layers_.base() != nullptr) {
    layers_.FindInBase();
  }
  for (const std::string& id : affected_) {
    layers_.Place(id);
  }
  const auto check = [this](std::vector<std::string> of) {
    return Check(std::move(of));
  };
  if (absl::Status status = layers_.Compile(&checked, check); !status.ok()) {
    return status;  // affected_ stays: the next Apply() tries again.
  }
  const std::string id_before = generation_id_;
  FinishUpdate(&update);
  if (!std::exchange(has_decided_, true) && saved_.empty() &&
      last_good_.ReadGeneration() != generation_id_) {
    ReadSaved();  // For what is gone since.
  }
  Report(before, &update);
  Keep(&update);
  if (generation_id_ == id_before) {
    update.generation = nullptr;
  }
  saved_.clear();
  affected_.clear();
  return update;
}

CacheKey LiveLists::Key() const {
  const Sha256Digest digest = sources_.Digest();
  Sha256 key;
  key.Add(StrCat("live ", static_cast<int>(options_.compile.engine), " "));
  for (const std::string& language : options_.default_forms) {
    key.AddTerminated(language);
  }
  return key.Add({reinterpret_cast<const char*>(digest.data()), digest.size()})
      .Finish();
}

// The generation that was in force when the process before this one ended,
// where its definitions were those of now.
std::optional<LiveLists::Update> LiveLists::StartFromCache() {
  if (options_.cache_path.empty()) {
    return std::nullopt;
  }
  auto found = CacheDirectory(options_.cache_path)
                   .Find(Key(), options_.compile.forms.get());
  if (!found.ok() || found->query_set->id() != last_good_.ReadGeneration()) {
    return std::nullopt;
  }
  stored_ = Key();
  generation_id_ = found->query_set->id();
  Update update;
  update.active = found->query_set->size();
  layers_.StartWith(std::move(found->query_set));
  update.generation = layers_.MakeGeneration(generation_id_);
  update.rejected = static_cast<size_t>(std::atoll(found->notes.c_str()));
  update.again = true;
  return update;
}

// The conditions of the process before this one, where there may be need of
// them: where something is wrong that may have been good.
void LiveLists::ReadSaved() {
  if (options_.state_path.empty()) {
    return;
  }
  LastGoodLog::Content content = last_good_.Read();
  for (const GoodListPtr& saved : content.needed) {
    if (GoodListPtr list = WithFormsOfNow(saved)) {
      archive_.Put(list);
    }
  }
  for (const GoodListPtr& saved : content.in_force) {
    GoodListPtr list = WithFormsOfNow(saved);
    if (list == nullptr) {
      continue;
    }
    archive_.Put(list);
    const std::string id = list->list->id;
    if (sources_.Find(id) == nullptr) {
      affected_.insert(id);  // Deleted, or hidden in a broken file.
      gone_.push_back(id);
    }
    saved_.emplace(id, std::move(list));
  }
}

// A condition of the process before this one uses the tables of forms of this
// one. Null if they lack one that it needs.
GoodListPtr LiveLists::WithFormsOfNow(const GoodListPtr& saved) const {
  if (saved->forms_release.empty()) {
    return saved;
  }
  const auto release = FormsRelease(options_.compile.forms.get(),
                                    LanguagesOfRelease(saved->forms_release));
  if (!release.ok()) {
    return nullptr;
  }
  auto list = std::make_shared<GoodList>(*saved);
  list->forms_release = *release;
  list->description = DescriptionDigest(
      list->list->name, LabelsJson(list->list->labels), list->forms_release,
      list->list->min_relevance.value_or(kNoMinRelevance));
  return list;
}

void LiveLists::FindAffected() {
  for (const std::string& id : sources_.TakeChanged()) {
    affected_.insert(id);
  }
  affected_.insert(hidden_by_files_.begin(), hidden_by_files_.end());
  std::vector<std::string> pending(affected_.begin(), affected_.end());
  while (!pending.empty()) {
    const auto referrers = referrers_.find(pending.back());
    pending.pop_back();
    if (referrers == referrers_.end()) {
      continue;
    }
    for (const std::string& id : referrers->second) {
      if (affected_.insert(id).second) {
        pending.push_back(id);
      }
    }
  }
}

void LiveLists::Decide(const std::string& id, ListSubset* checked,
                       Update* update) {
  const SaidListPtr said = sources_.Find(id);
  if (said == nullptr) {
    return DecideUndefined(id);
  }
  hidden_by_files_.erase(id);
  std::vector<Diagnostic> diagnostics = said->diagnostics;
  for (Diagnostic& diagnostic : checked->TakeDiagnostics(id)) {
    diagnostics.push_back(std::move(diagnostic));
  }
  update->diagnostics.insert(update->diagnostics.end(), diagnostics.begin(),
                             diagnostics.end());
  std::erase_if(diagnostics, [](const Diagnostic& d) { return !IsError(d); });
  SetReferences(id, checked->ReferencesOf(id));
  ListEntry& entry = entries_[id];
  if (GoodListPtr good = checked->FindGood(id)) {
    // The same condition stays the same object, which is in its layer already.
    const GoodListPtr& now = entry.in_force;
    if (now == nullptr || now->version != good->version ||
        now->description != good->description ||
        now->list->file != good->list->file) {
      entry.in_force = std::move(good);
    }
    entry.state = ListState::kActive;
    entry.errors.clear();
    return;
  }
  const auto saved = saved_.find(id);
  if (entry.in_force == nullptr && saved != saved_.end() &&
      HasSameOrigin(*saved->second, *said)) {
    entry.in_force = saved->second;
  }
  entry.state =
      entry.in_force != nullptr ? ListState::kStale : ListState::kRejected;
  entry.errors = std::move(diagnostics);
}

void LiveLists::DecideUndefined(const std::string& id) {
  const auto at = entries_.find(id);
  const auto saved = saved_.find(id);
  GoodListPtr last = at != entries_.end()    ? at->second.in_force
                     : saved != saved_.end() ? saved->second
                                             : nullptr;
  SetReferences(id, {});
  if (last != nullptr && sources_.IsBroken(last->list->file)) {
    ListEntry& entry = entries_[id];
    entry.errors = sources_.ProblemsOf(last->list->file);
    entry.in_force = std::move(last);
    entry.state = ListState::kStale;
    hidden_by_files_.insert(id);
    return;
  }
  hidden_by_files_.erase(id);
  if (at == entries_.end()) {
    return;
  }
  layers_.Forget(id);
  if (at->second.in_force != nullptr) {
    gone_.push_back(id);
  }
  entries_.erase(at);
}

void LiveLists::SetReferences(const std::string& id,
                              std::vector<std::string> references) {
  const auto at = entries_.find(id);
  if (at == entries_.end() && references.empty()) {
    return;
  }
  ListEntry& entry = at != entries_.end() ? at->second : entries_[id];
  for (const std::string& old : entry.references) {
    absl::flat_hash_set<std::string>& of = referrers_[old];
    of.erase(id);
    if (of.empty()) {
      referrers_.erase(old);
    }
  }
  entry.references = std::move(references);
  for (const std::string& reference : entry.references) {
    referrers_[reference].insert(id);
  }
}

// Keeps what stale lists referred to when they were good, and no more.
void LiveLists::ArchiveConditions() {
  std::vector<GoodListPtr> roots;
  for (const auto& [id, entry] : entries_) {
    if (entry.state == ListState::kStale) {
      roots.push_back(entry.in_force);
    }
  }
  archive_.KeepOnly(
      roots, [&](const std::string& id, const std::string& version) {
        const auto at = entries_.find(id);
        return at != entries_.end() && at->second.version() == version
                   ? at->second.in_force
                   : nullptr;
      });
}

void LiveLists::FinishUpdate(Update* update) {
  GenerationIdHash hash;
  for (const auto& [id, entry] : entries_) {
    switch (entry.state) {
      case ListState::kActive:
        ++update->active;
        break;
      case ListState::kStale:
        ++update->stale;
        break;
      case ListState::kRejected:
        ++update->rejected;
        continue;
    }
    hash.Add(id, entry.in_force->version, entry.in_force->description);
  }
  generation_id_ = hash.Finish();
  update->generation = layers_.MakeGeneration(generation_id_);
  update->delta_lists = layers_.delta_lists();
  update->merge_due =
      !is_merging_ && (update->delta_lists >= kMergeLists || IsCacheBehind());
}

void LiveLists::Report(const std::map<std::string, Before>& before,
                       Update* update) {
  for (const std::string& id : affected_) {
    const auto old = before.find(id);
    const bool existed = old != before.end() && old->second.existed;
    const auto at = entries_.find(id);
    if (at == entries_.end()) {
      if (existed || saved_.contains(id)) {
        update->removed.push_back(id);
      }
      continue;
    }
    ListEntry& entry = at->second;
    const bool same = existed && old->second.state == entry.state &&
                      old->second.version == entry.version() &&
                      SayTheSame(old->second.errors, entry.errors);
    entry.is_reported = true;
    const SaidListPtr said = sources_.Find(id);
    if (entry.in_force != nullptr) {
      update->definitions.push_back(entry.in_force->list);
    } else if (said != nullptr && said->list != nullptr) {
      update->definitions.push_back(said->list);
    }
    if (!same) {
      update->changed.push_back(
          {id, entry.state, entry.version(), entry.errors});
    }
  }
}

void LiveLists::Keep(Update* update) {
  if (options_.state_path.empty()) {
    return;
  }
  if (!last_good_.IsMostlyHistory(entries_.size())) {
    std::vector<GoodListPtr> changed;
    for (const std::string& id : affected_) {
      const auto at = entries_.find(id);
      if (at != entries_.end() && at->second.in_force != nullptr) {
        changed.push_back(at->second.in_force);
      }
    }
    // What stale ones need was in force, and so is in the log.
    update->kept = last_good_.Append({changed, {}, gone_, generation_id_});
  } else if (saved_.empty() && last_good_.ReadGeneration() == generation_id_) {
    last_good_.Resume(entries_.size());  // After a restart nothing changed.
  } else {
    std::vector<GoodListPtr> all;
    std::vector<GoodListPtr> all_stale;
    for (const auto& [id, entry] : entries_) {
      if (entry.in_force != nullptr) {
        all.push_back(entry.in_force);
        if (entry.state == ListState::kStale) {
          all_stale.push_back(entry.in_force);
        }
      }
    }
    std::vector<GoodListPtr> needed = archive_.Closure(all_stale);
    needed.erase(needed.begin(),
                 needed.begin() + static_cast<ptrdiff_t>(all_stale.size()));
    update->kept = last_good_.Rewrite({all, needed, {}, generation_id_});
  }
  gone_.clear();
}

// Whether the cache is worth to be written: a large set, all in the base, whose
// definitions it does not know. (What stale lists are made of no definition
// tells.)
bool LiveLists::IsCacheBehind() const {
  return !options_.cache_path.empty() && layers_.is_base_whole() &&
         !layers_.is_small() && stored_ != Key() && !HasStale();
}

bool LiveLists::HasStale() const {
  return std::any_of(entries_.begin(), entries_.end(), [](const auto& entry) {
    return entry.second.state == ListState::kStale;
  });
}

std::unique_ptr<MergeJob> LiveLists::StartMerge() {
  const bool is_whole = layers_.is_base_whole();
  if (is_merging_ || !has_decided_ || (is_whole && !IsCacheBehind())) {
    return nullptr;
  }
  is_merging_ = true;
  std::vector<GoodListPtr> active;
  size_t rejected = 0;
  for (const auto& [id, entry] : entries_) {
    if (entry.state == ListState::kActive) {
      active.push_back(entry.in_force);
    } else if (entry.state == ListState::kRejected) {
      ++rejected;
    }
  }
  std::optional<MergeJob::Cache> cache;
  if (!options_.cache_path.empty() && !layers_.is_small() && !HasStale()) {
    cache.emplace(MergeJob::Cache{CacheDirectory(options_.cache_path), Key(),
                                  StrCat(rejected)});
  }
  return std::make_unique<MergeJob>(std::move(active),
                                    is_whole ? layers_.base() : nullptr,
                                    options_.compile, std::move(cache));
}

absl::StatusOr<LiveLists::Update> LiveLists::FinishMerge(
    std::unique_ptr<MergeJob> job) {
  is_merging_ = false;
  const MergeJob& merged = *job;
  if (!merged.base().ok()) {
    return merged.base().status();
  }
  if (merged.stored().has_value()) {
    stored_ = merged.stored();
  }
  Update update;
  update.kept = merged.kept();
  if (!merged.is_new()) {
    FinishUpdate(&update);
    update.generation = nullptr;
    return update;
  }
  const auto check = [this](std::vector<std::string> of) {
    return Check(std::move(of));
  };
  if (absl::Status status =
          layers_.Adopt(*merged.base(), merged.lists(), check);
      !status.ok()) {
    return status;
  }
  FinishUpdate(&update);
  return update;
}

std::string_view ListStateName(ListState state) {
  switch (state) {
    case ListState::kActive:
      return "active";
    case ListState::kStale:
      return "stale";
    case ListState::kRejected:
      return "rejected";
  }
  return "rejected";
}

}  // namespace presshawk
