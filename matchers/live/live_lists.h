// SPDX-License-Identifier: Apache-2.0
// The watch-lists of a running service: what the files and the topic define,
// which definitions are good, and the generations that are made of them.
//
//   ReadFiles(), SetRecord() ──► definitions ──► Apply() ──► Update:
//                                                generation, states, messages
//
//   LiveLists lists({.state_path = "/var/lib/presshawk"});
//   lists.ReadFiles({"/etc/presshawk/lists"});
//   auto update = lists.Apply();
//
// WHAT IS COMPILED. Apply() compiles only the lists that changed and those that
// refer to them, as a small delta beside the previous generation. A change to
// one list among 100,000 compiles one list; all lists are still hashed and
// compared. When the delta has grown (Update::merge_due), StartMerge() compiles
// all lists on another thread, while Apply() continues to work.
// START. With a cache, the first Apply() maps a compiled generation if the
// definitions are unchanged, and parses nothing. The next Apply()
// (Update::again) parses what was put off.
// STALE. A list keeps its last good condition if its new definition is bad, or
// if it refers to a list that is bad or gone. It also keeps the conditions that
// it referred to, as they were then. This lasts until the list is corrected or
// deleted (SPEC GUARANTEE-5).
// PRECEDENCE. If the files and the topic define the same id, the definition in
// the files counts, and the other gets a warning. If two files define the same
// id, the first counts, and the later one gets an error at its place (SPEC A4).
// THREAD SAFETY. None: use it from one thread. MergeJob::Run() may use another.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matchers/diagnostic.h"
#include "matchers/live/good_list.h"
#include "matchers/live/good_list_archive.h"
#include "matchers/live/last_good_log.h"
#include "matchers/live/list_entry.h"
#include "matchers/live/list_layers.h"
#include "matchers/live/list_sources.h"
#include "matchers/live/list_status.h"
#include "matchers/live/list_subset.h"
#include "matchers/live/merge_job.h"
#include "matchers/query_set.h"
#include "matchers/watchlist.h"

namespace presshawk {

class LiveLists {
 public:
  struct Options {
    QuerySet::Options compile = {};
    // The forms of lists that say nothing of them; in byte order.
    std::vector<std::string> default_forms = {};
    // Up to this many lists (and 10 times as many terms) are all compiled at
    // each change. That takes well under 0.1 s, and articles are scanned once.
    size_t whole_lists_max = 1000;
    // A directory that keeps the last good conditions over a restart; empty for
    // none. It is created if it is missing.
    std::string state_path = {};
    // A directory of compiled generations (matchers/cache), so that a start
    // parses nothing; empty for none. It needs a state_path, which tells what
    // was in force.
    std::string cache_path = {};
  };

  struct Update {
    // Null if nothing changed that affects the generation.
    std::shared_ptr<const Generation> generation;
    size_t active = 0;
    size_t stale = 0;
    size_t rejected = 0;
    // The lists that are new, or whose state, version or errors changed since
    // the previous Update; and the ids that nothing defines any longer.
    std::vector<ListStatus> changed;
    std::vector<std::string> removed;
    // For each list that was looked at, changed or not: the condition in force.
    // Without one, it is the definition, if that can be read.
    std::vector<std::shared_ptr<const WatchList>> definitions;
    // Errors and warnings of the lists that changed, and of whole files.
    std::vector<Diagnostic> diagnostics;
    // The number of lists that are compiled beside the base. A second engine
    // scans each article for them, so a merge pays even for one when idle.
    size_t delta_lists = 0;
    // StartMerge() should be called at once: the delta has grown, or the cache
    // does not have the base.
    bool merge_due = false;
    // Apply() should be called again at once, to read the definitions.
    bool again = false;
    // Why the state or the cache could not be written to the disk, or OK.
    absl::Status kept;
  };

  explicit LiveLists(Options options);
  LiveLists(const LiveLists&) = delete;
  LiveLists& operator=(const LiveLists&) = delete;

  // Reads the files that `patterns` (names, folders, globs) name at present. A
  // file is parsed only if its bytes changed. A file that is gone from its
  // folder or glob no longer defines anything. A file that cannot be read, or a
  // pattern that names nothing, affects only its own lists: they keep their
  // last good conditions and are stale. Diagnostics and the returned error say
  // why. All other files are taken.
  absl::Status ReadFiles(const std::vector<std::string>& patterns);
  // Takes one record of the watch-list topic; a record without a value deletes
  // the list. A value that is no watch-list, or whose id differs from the key,
  // is a bad definition of the list `key`. `place` names the record in messages
  // (`watchlists[0]@17`).
  void SetRecord(std::string_view key, std::optional<std::string_view> value,
                 std::string_view place);

  // Makes a generation of all that changed since the previous Apply(). Fails
  // only if a resource is exhausted, and then changes nothing.
  absl::StatusOr<Update> Apply();

  // Compiles all lists as of the last Apply(). Returns null if a merge is
  // already running.
  std::unique_ptr<MergeJob> StartMerge();
  // Takes what `job` compiled, after its Run() returned. The generation has the
  // id and the answers of the last one, and a smaller delta or none.
  absl::StatusOr<Update> FinishMerge(std::unique_ptr<MergeJob> job);

 private:
  // The state of a list after the previous Apply(), to tell what changed.
  struct Before {
    bool existed = false;
    ListState state = ListState::kRejected;
    std::string version;
    std::vector<Diagnostic> errors;
  };

  const std::vector<std::string>* KnownReferences(const std::string& id) const {
    const auto at = entries_.find(id);
    return at != entries_.end() ? &at->second.references : nullptr;
  }
  ListSubset Check(std::vector<std::string> ids) const {
    return ListSubset(
        std::move(ids), sources_,
        [this](const std::string& id) { return KnownReferences(id); },
        options_.compile.forms.get());
  }

  CacheKey Key() const;
  std::optional<Update> StartFromCache();
  void ReadSaved();
  GoodListPtr WithFormsOfNow(const GoodListPtr& saved) const;
  void FindAffected();
  void Decide(const std::string& id, ListSubset* checked, Update* update);
  void DecideUndefined(const std::string& id);
  void SetReferences(const std::string& id,
                     std::vector<std::string> references);
  bool IsCacheBehind() const;
  bool HasStale() const;
  void ArchiveConditions();
  void FinishUpdate(Update* update);
  void Report(const std::map<std::string, Before>& before, Update* update);
  void Keep(Update* update);

  const Options options_;
  ListSources sources_;
  ListEntries entries_;
  // Lists that mention an id, defined or not.
  absl::flat_hash_map<std::string, absl::flat_hash_set<std::string>> referrers_;
  // Undefined lists that an unreadable file may still define.
  std::set<std::string> hidden_by_files_;
  // The ids that the next Apply() looks at.
  std::set<std::string> affected_;
  GoodListArchive archive_;

  ListLayers layers_;
  std::string generation_id_;
  bool is_merging_ = false;
  bool has_decided_ = false;  // An earlier Apply() read the definitions.
  // The key that the cache has, or could not store: a full disk is not tried
  // again before something changes.
  std::optional<CacheKey> stored_;

  LastGoodLog last_good_;
  std::map<std::string, GoodListPtr> saved_;  // Until the first Apply().
  std::vector<std::string> gone_;             // Gone since the log was written.
};

}  // namespace presshawk
