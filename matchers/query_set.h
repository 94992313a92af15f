// The public face of matchers: watch-lists in, a generation out. Start here.
//
//   files, topic --LoadWatchLists--> WatchListSet --QuerySet::Compile-->
//   QuerySet QuerySet --NewMatcher--> one Matcher a worker
//
// KEPT. Save() writes a compiled generation to a file, Open() maps it again:
// nothing is parsed or compiled but regular expressions. matchers/cache keeps
// such files in a directory.
// LIFE. Compiled off the hot path, then shared as shared_ptr<const QuerySet>. A
// worker pins one generation per batch.
// THREAD SAFETY. Immutable: share it freely. A Matcher is one worker's.
// ERRORS. A bad list never fails the set: it is left out and listed in
// diagnostics(). Compile() fails only on exhaustion.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/matching/matcher.h"
#include "matchers/diagnostic.h"
#include "matchers/list_check.h"
#include "matchers/plan/evaluation_record.h"
#include "matchers/sections/sections.h"
#include "matchers/watchlist.h"

namespace presshawk {

// Distinct patterns of a set, by the engine that looks for them.
struct EngineUse {
  size_t tokens = 0;
  size_t hyperscan = 0;
  size_t regexes = 0;  // Hyperscan's too, in a database of their own.
};

struct QueryParts;  // query_set_parts.h

class QuerySet final : public Generation {
 public:
  // SPEC CONFIG-10 `engine`.
  enum class Engine : uint8_t { kAuto, kHyperscan, kTokens };
  struct Options {
    Engine engine = Engine::kAuto;
  };

  static absl::StatusOr<std::shared_ptr<const QuerySet>> Compile(
      const std::vector<WatchList>& lists, const Options& options);
  // Of lists that were checked already: compiles those of `chosen`, which are
  // good and in byte order of id, with what they refer to. Takes the
  // diagnostics of `checked`.
  static absl::StatusOr<std::shared_ptr<const QuerySet>> Compile(
      absl::Span<const WatchList* const> lists, CheckedLists checked,
      absl::Span<const uint32_t> chosen, const Options& options);

  // Of parts that CompileParts() or OpenParts() made.
  explicit QuerySet(QueryParts parts);
  ~QuerySet() override;

  std::string_view id() const override;
  size_t size() const override;
  WatchListInfo list(ListSlot slot) const override;
  std::unique_ptr<Matcher> NewMatcher() const override;

  // Errors of the lists left out, and warnings of those that are in.
  const std::vector<Diagnostic>& diagnostics() const;

  // Like NewMatcher(), for measuring: the matcher's Evaluate() adds to *record,
  // which has one entry per slot and must outlive the matcher.
  std::unique_ptr<Matcher> NewRecordingMatcher(EvaluationRecord* record) const;
  // How many patterns each engine looks for. All zero where the set was opened
  // from a file, which does not keep the numbers.
  EngineUse engine_use() const;

  // Writes the generation to `path`, which must not exist, and to the disk;
  // `notes` are the caller's, given back by Open(). On an error a part of the
  // file may be there.
  absl::Status Save(const std::string& path, const CacheKey& key,
                    std::string_view notes) const;

  struct Opened {
    std::shared_ptr<const QuerySet> query_set;
    std::string notes;
  };
  // Opens what Save() wrote under this key, which stands for everything that
  // decides the generation: definitions and options. Gives the same answers as
  // the one that was saved. NotFound where there is no file; else the status
  // says why the file is refused: made by another build of the program, for
  // another processor or key, not this user's, or damaged. Damaged files,
  // whatever they hold, are refused (but see TRUST in sections.h).
  static absl::StatusOr<Opened> Open(const std::string& path,
                                     const CacheKey& key);

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace presshawk
