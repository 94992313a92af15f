#include "matchers/live/live_lists.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/check.h"
#include "matchers/live/good_list.h"
#include "matchers/live/good_list_archive.h"
#include "matchers/live/last_good_log.h"
#include "matchers/live/layered_query_set.h"
#include "matchers/live/list_sources.h"
#include "matchers/live/list_subset.h"
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

class AllListsJob : public LiveLists::MergeJob {
 public:
  AllListsJob(std::vector<GoodListPtr> lists, const QuerySet::Options& options)
      : lists_(std::move(lists)), options_(options) {}

  void Run() override {
    std::vector<const WatchList*> pointers;
    pointers.reserve(lists_.size());
    for (const GoodListPtr& list : lists_) {
      pointers.push_back(list->list.get());
    }
    // Active lists refer to active ones only.
    CheckedLists checked = CheckLists(pointers);
    const std::vector<uint32_t> good = checked.good;
    result_ = QuerySet::Compile(pointers, std::move(checked), good, options_);
  }

  const std::vector<GoodListPtr>& lists() const { return lists_; }
  absl::StatusOr<std::shared_ptr<const QuerySet>> TakeResult() {
    return std::move(result_);
  }

 private:
  const std::vector<GoodListPtr> lists_;
  const QuerySet::Options options_;
  absl::StatusOr<std::shared_ptr<const QuerySet>> result_ =
      absl::InternalError("not run");
};

class LiveListsOfSources : public LiveLists {
 public:
  explicit LiveListsOfSources(Options options)
      : options_(std::move(options)), last_good_(options_.state_path) {}

  absl::Status ReadFiles(const std::vector<std::string>& patterns) override {
    return sources_.ReadFiles(patterns);
  }
  void SetRecord(std::string_view key, std::optional<std::string_view> value,
                 std::string_view place) override {
    sources_.SetRecord(key, value, place);
  }
  absl::StatusOr<Update> Apply() override;
  std::unique_ptr<MergeJob> StartMerge() override;
  absl::StatusOr<Update> FinishMerge(std::unique_ptr<MergeJob> job) override;
  std::vector<ListStatus> Statuses() const override;

 private:
  // A list that is defined, or that a broken file may still mean.
  struct Entry {
    ListState state = ListState::kRejected;
    GoodListPtr in_force;  // Null where rejected.
    std::vector<Diagnostic> errors;
    std::vector<std::string> references;  // That its definition mentions.
    GoodListPtr in_base;                  // Its condition there; null for none.
    ListSlot base_slot = 0;
    bool is_reported = false;
  };

  // What the Apply() before knew of a list, to tell what changed.
  struct Before {
    bool existed = false;
    ListState state = ListState::kRejected;
    std::string version;
    std::vector<Diagnostic> errors;
  };

  std::string VersionOf(const Entry& entry) const {
    return entry.in_force != nullptr ? entry.in_force->version : "";
  }
  const std::vector<std::string>* KnownReferences(const std::string& id) const {
    const auto at = entries_.find(id);
    return at != entries_.end() ? &at->second.references : nullptr;
  }
  ListSubset Check(std::vector<std::string> ids) const {
    return ListSubset(std::move(ids), sources_, [this](const std::string& id) {
      return KnownReferences(id);
    });
  }

  void ReadSaved();
  void FindAffected();
  void Decide(const std::string& id, ListSubset* checked, Update* update);
  void DecideUndefined(const std::string& id);
  void SetReferences(const std::string& id,
                     std::vector<std::string> references);
  void PlaceInLayers(const std::string& id);
  bool IsSmall() const;
  void ArchiveConditions();
  absl::Status Compile(ListSubset* checked);
  absl::Status CompileBase(ListSubset* checked);
  void AdoptBase(std::shared_ptr<const QuerySet> base,
                 absl::Span<const GoodListPtr> lists);
  absl::Status CompileDelta(ListSubset* checked);
  absl::Status CompileStale();
  void FinishUpdate(Update* update);
  void Report(const std::map<std::string, Before>& before, Update* update);
  void Keep(Update* update);

  const Options options_;
  ListSources sources_;
  std::map<std::string, Entry> entries_;
  // Lists that mention an id, defined or not.
  absl::flat_hash_map<std::string, absl::flat_hash_set<std::string>> referrers_;
  // Undefined lists that a broken file may still mean.
  std::set<std::string> hidden_by_files_;
  // To be looked at by the next Apply().
  std::set<std::string> affected_;
  // In force and not as the base has them.
  std::set<std::string> outside_base_;
  GoodListArchive archive_;

  std::shared_ptr<const QuerySet> base_;
  std::vector<bool> hidden_in_base_;
  std::shared_ptr<const QuerySet> delta_;  // Null for none.
  std::shared_ptr<const QuerySet> stale_;  // Null for none.
  std::vector<GoodListPtr> stale_roots_;   // That it is compiled of.
  std::string generation_id_;
  bool is_merging_ = false;

  LastGoodLog last_good_;
  std::map<std::string, GoodListPtr> saved_;  // Until the first Apply().
  std::vector<std::string> gone_;             // Since the log was written.
};

absl::StatusOr<LiveLists::Update> LiveListsOfSources::Apply() {
  Update update;
  update.diagnostics = sources_.TakeDiagnostics();
  FindAffected();
  if (affected_.empty() && base_ != nullptr) {
    FinishUpdate(&update);
    update.generation = nullptr;
    return update;
  }
  std::vector<std::string> ids(affected_.begin(), affected_.end());
  ids.insert(ids.end(), outside_base_.begin(), outside_base_.end());
  ListSubset checked = Check(std::move(ids));
  if (base_ == nullptr && (sources_.HasBadOnes() || !checked.AllGood())) {
    ReadSaved();
  }
  std::map<std::string, Before> before;
  for (const std::string& id : affected_) {
    const auto at = entries_.find(id);
    if (at != entries_.end()) {
      const Entry& entry = at->second;
      before[id] = {entry.is_reported, entry.state, VersionOf(entry),
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
  for (const std::string& id : affected_) {
    PlaceInLayers(id);
  }
  if (absl::Status status = Compile(&checked); !status.ok()) {
    return status;  // affected_ stays: the next Apply() tries again.
  }
  const std::string id_before = generation_id_;
  FinishUpdate(&update);
  if (id_before.empty() && saved_.empty() &&
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

// The conditions of the process before this one, where there may be need of
// them: where something is wrong that may have been good.
void LiveListsOfSources::ReadSaved() {
  if (options_.state_path.empty()) {
    return;
  }
  LastGoodLog::Content content = last_good_.Read();
  for (const GoodListPtr& list : content.needed) {
    archive_.Put(list);
  }
  for (GoodListPtr& list : content.in_force) {
    archive_.Put(list);
    const std::string id = list->list->id;
    if (sources_.Find(id) == nullptr) {
      affected_.insert(id);  // Deleted, or hidden in a broken file.
      gone_.push_back(id);
    }
    saved_.emplace(id, std::move(list));
  }
}

void LiveListsOfSources::FindAffected() {
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

void LiveListsOfSources::Decide(const std::string& id, ListSubset* checked,
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
  Entry& entry = entries_[id];
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
  if (entry.in_force == nullptr && saved != saved_.end()) {
    entry.in_force = saved->second;
  }
  entry.state =
      entry.in_force != nullptr ? ListState::kStale : ListState::kRejected;
  entry.errors = std::move(diagnostics);
}

void LiveListsOfSources::DecideUndefined(const std::string& id) {
  const auto at = entries_.find(id);
  const auto saved = saved_.find(id);
  GoodListPtr last = at != entries_.end()    ? at->second.in_force
                     : saved != saved_.end() ? saved->second
                                             : nullptr;
  SetReferences(id, {});
  if (last != nullptr && sources_.IsBroken(last->list->file)) {
    Entry& entry = entries_[id];
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
  if (at->second.in_base != nullptr) {
    hidden_in_base_[at->second.base_slot] = true;
  }
  if (at->second.in_force != nullptr) {
    gone_.push_back(id);
  }
  entries_.erase(at);
}

void LiveListsOfSources::SetReferences(const std::string& id,
                                       std::vector<std::string> references) {
  const auto at = entries_.find(id);
  if (at == entries_.end() && references.empty()) {
    return;
  }
  Entry& entry = at != entries_.end() ? at->second : entries_[id];
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
void LiveListsOfSources::ArchiveConditions() {
  std::vector<GoodListPtr> roots;
  for (const auto& [id, entry] : entries_) {
    if (entry.state == ListState::kStale) {
      roots.push_back(entry.in_force);
    }
  }
  archive_.KeepOnly(
      roots, [&](const std::string& id, const std::string& version) {
        const auto at = entries_.find(id);
        return at != entries_.end() && VersionOf(at->second) == version
                   ? at->second.in_force
                   : nullptr;
      });
}

void LiveListsOfSources::PlaceInLayers(const std::string& id) {
  const auto at = entries_.find(id);
  if (at == entries_.end() || at->second.in_force == nullptr) {
    outside_base_.erase(id);
    return;
  }
  Entry& entry = at->second;
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

absl::Status LiveListsOfSources::Compile(ListSubset* checked) {
  if (base_ == nullptr || outside_base_.size() * 2 > entries_.size() ||
      IsSmall()) {
    if (absl::Status status = CompileBase(checked); !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = CompileStale(); !status.ok()) {
    return status;
  }
  return CompileDelta(checked);
}

bool LiveListsOfSources::IsSmall() const {
  if (entries_.size() > options_.whole_lists_max) {
    return false;
  }
  size_t terms = 0;
  for (const auto& [id, entry] : entries_) {
    terms += entry.in_force != nullptr ? entry.in_force->list->terms.size() : 0;
  }
  return terms <= 10 * options_.whole_lists_max;
}

absl::Status LiveListsOfSources::CompileBase(ListSubset* checked) {
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
    all.emplace(Check(ids));
    subset = &*all;
  }
  auto base = subset->Compile(ids, options_.compile);
  if (!base.ok()) {
    return base.status();
  }
  AdoptBase(*std::move(base), lists);
  return absl::OkStatus();
}

void LiveListsOfSources::AdoptBase(std::shared_ptr<const QuerySet> base,
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
      PlaceInLayers(at->first);
    }
  }
}

// The last good conditions that the base does not have.
absl::Status LiveListsOfSources::CompileStale() {
  std::vector<GoodListPtr> roots;
  for (const std::string& id : outside_base_) {
    const Entry& entry = entries_.at(id);
    if (entry.state == ListState::kStale) {
      roots.push_back(entry.in_force);
    }
  }
  if (roots == stale_roots_) {
    return absl::OkStatus();
  }
  stale_ = nullptr;
  if (!roots.empty()) {
    auto set = CompileGoodLists(roots, archive_, options_.compile);
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
    Entry& entry = entries_.at(id);
    entry.state = ListState::kRejected;
    entry.in_force = nullptr;
    outside_base_.erase(id);
  }
  stale_roots_ = std::move(roots);
  return absl::OkStatus();
}

absl::Status LiveListsOfSources::CompileDelta(ListSubset* checked) {
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
  auto delta = checked->Compile(ids, options_.compile);
  if (!delta.ok()) {
    return delta.status();
  }
  delta_ = *std::move(delta);
  return absl::OkStatus();
}

void LiveListsOfSources::FinishUpdate(Update* update) {
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
  std::vector<Layer> layers = {{base_, hidden_in_base_}};
  if (delta_ != nullptr) {
    layers.push_back({delta_, {}});
    update->delta_lists += delta_->size();
  }
  if (stale_ != nullptr) {
    layers.push_back({stale_, {}});
  }
  update->generation = MakeLayeredQuerySet(std::move(layers), generation_id_);
  update->merge_due = !is_merging_ && update->delta_lists >= kMergeLists;
}

void LiveListsOfSources::Report(const std::map<std::string, Before>& before,
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
    Entry& entry = at->second;
    const bool same = existed && old->second.state == entry.state &&
                      old->second.version == VersionOf(entry) &&
                      SayTheSame(old->second.errors, entry.errors);
    entry.is_reported = true;
    if (!same) {
      update->changed.push_back(
          {id, entry.state, VersionOf(entry), entry.errors});
    }
  }
}

void LiveListsOfSources::Keep(Update* update) {
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

std::unique_ptr<LiveLists::MergeJob> LiveListsOfSources::StartMerge() {
  if (is_merging_ || base_ == nullptr) {
    return nullptr;
  }
  is_merging_ = true;
  std::vector<GoodListPtr> active;
  for (const auto& [id, entry] : entries_) {
    if (entry.state == ListState::kActive) {
      active.push_back(entry.in_force);
    }
  }
  return std::make_unique<AllListsJob>(std::move(active), options_.compile);
}

absl::StatusOr<LiveLists::Update> LiveListsOfSources::FinishMerge(
    std::unique_ptr<MergeJob> job) {
  is_merging_ = false;
  auto& merged = static_cast<AllListsJob&>(*job);
  auto base = merged.TakeResult();
  if (!base.ok()) {
    return base.status();
  }
  AdoptBase(*std::move(base), merged.lists());
  ListSubset checked = Check({outside_base_.begin(), outside_base_.end()});
  if (absl::Status status = CompileStale(); !status.ok()) {
    return status;
  }
  if (absl::Status status = CompileDelta(&checked); !status.ok()) {
    return status;
  }
  Update update;
  FinishUpdate(&update);
  return update;
}

std::vector<ListStatus> LiveListsOfSources::Statuses() const {
  std::vector<ListStatus> statuses;
  statuses.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) {
    statuses.push_back({id, entry.state, VersionOf(entry), entry.errors});
  }
  return statuses;
}

}  // namespace

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

std::unique_ptr<LiveLists> LiveLists::Create(Options options) {
  return std::make_unique<LiveListsOfSources>(std::move(options));
}

}  // namespace presshawk
