// The watch-lists of a running service: what files and topic say of them now,
// which of it is good, and the generations made from it.
//
//   ReadFiles(), SetRecord() ──► definitions ──► Apply() ──► Update:
//   generation,
//                                                            states, messages
//
// WHAT IS COMPILED. Apply() checks and compiles only the lists that changed and
// those that refer to them, as a small delta beside the generation before; a
// change to one list among 100,000 costs what that list costs. Once the delta
// is worth it (Update::merge_due), StartMerge() compiles all anew on another
// thread while Apply() goes on.
// START. With a cache, the first Apply() of unchanged definitions maps a
// compiled generation and parses nothing; the next one (Update::again) reads
// what was put off. STALE. A list whose new definition is bad, or which refers
// to one that is bad or gone, keeps its last good condition, with the
// conditions it referred to as they were then, until it is corrected or deleted
// (SPEC GUARANTEE-5). PRECEDENCE. Of an id in files and topic the file's
// definition counts; the other is reported as a warning. Of an id twice in
// files the first counts; the later one is an error at its own place (SPEC A4).
// THREAD SAFETY. None: one thread's, but for MergeJob::Run().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matchers/diagnostic.h"
#include "matchers/query_set.h"
#include "matchers/watchlist.h"

namespace presshawk {

enum class ListState : uint8_t { kActive, kStale, kRejected };
std::string_view ListStateName(ListState state);  // `active`, …

// What became of one list's definition.
struct ListStatus {
  std::string id;
  ListState state = ListState::kActive;
  std::string version;  // Of the condition in force; empty where rejected.
  std::vector<Diagnostic> errors;  // Empty where active.
};

class LiveLists {
 public:
  struct Options {
    QuerySet::Options compile = {};
    // Sets of no more lists (and terms, 10 times as many) are compiled whole at
    // each change: that takes well under 0.1 s, and articles are scanned once.
    size_t whole_lists_max = 1000;
    // A directory where the last good conditions are kept over a restart;
    // empty: nowhere. Made where it is missing.
    std::string state_path = {};
    // A directory of compiled generations (matchers/cache), for a start that
    // parses nothing; empty: none. Only with a state_path: it tells what was in
    // force.
    std::string cache_path = {};
  };

  struct Update {
    // Null where nothing changed that a generation is made of.
    std::shared_ptr<const QuerySet> generation;
    size_t active = 0;
    size_t stale = 0;
    size_t rejected = 0;
    // Lists that are new, or whose state, version or errors changed since the
    // Update before; and ids that are no longer defined anywhere.
    std::vector<ListStatus> changed;
    std::vector<std::string> removed;
    // What each list that was looked at is now, `changed` or not: the condition
    // in force; where there is none the definition, if it can be read.
    std::vector<std::shared_ptr<const WatchList>> definitions;
    // Errors and warnings of what changed, and of whole files.
    std::vector<Diagnostic> diagnostics;
    // Lists that are compiled beside the base: a second engine goes over each
    // article, so that any is worth a merge when nothing else is to do.
    size_t delta_lists = 0;
    // StartMerge() pays at once: the delta has grown, or the cache lacks the
    // base.
    bool merge_due = false;
    // Apply() again at once: the definitions are still to be read.
    bool again = false;
    // Why state or cache could not be kept on disk; OK otherwise.
    absl::Status kept;
  };

  // A compilation of all lists, started by StartMerge().
  class MergeJob {
   public:
    virtual ~MergeJob() = default;
    // Compiles and writes the cache; seconds for large sets. Any thread, once.
    virtual void Run() = 0;
  };

  static std::unique_ptr<LiveLists> Create(Options options);
  virtual ~LiveLists() = default;

  // Reads the files that `patterns` (names, folders, globs) stand for now;
  // those whose bytes are as before are not parsed again, those that are gone
  // from their folder or glob define nothing any more. A file that cannot be
  // read, and a pattern that names nothing, take only themselves down: their
  // lists stay on their last good condition (stale), diagnostics say why, and
  // so does the error that is returned; all others are taken.
  virtual absl::Status ReadFiles(const std::vector<std::string>& patterns) = 0;
  // One record of the watch-list topic: key and value; no value deletes. A
  // value that is no watch-list, or has another id than its key, is a bad
  // definition of the list `key`. `place` names the record in messages
  // (`watchlists[0]@17`).
  virtual void SetRecord(std::string_view key,
                         std::optional<std::string_view> value,
                         std::string_view place) = 0;

  // Makes a generation of all that was said since the Apply() before. Fails,
  // and changes nothing, only on exhaustion.
  virtual absl::StatusOr<Update> Apply() = 0;

  // Of what the last Apply() made its generation. Null while a merge is going
  // on.
  virtual std::unique_ptr<MergeJob> StartMerge() = 0;
  // Takes what `job` compiled, which Run() has ended: a generation with the
  // same id and answers as the last one, without (or with a smaller) delta.
  virtual absl::StatusOr<Update> FinishMerge(std::unique_ptr<MergeJob> job) = 0;
};

}  // namespace presshawk
