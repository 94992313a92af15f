// SPDX-License-Identifier: Apache-2.0
// The public face of matchers: watch-lists go in, a generation comes out. Start
// reading here.
//
//   files, topic ──LoadWatchLists()──► WatchListSet
//                ──QuerySet::Compile()──► QuerySet
//                ──NewMatcher()──► Matcher, one per worker
//
//   auto set = QuerySet::Compile(lists, {});      // Seconds for a large set.
//   auto matcher = (*set)->NewMatcher();
//   if (matcher->Scan(text)) matcher->Evaluate(article, text, &slots);
//
// FILES. Save() writes a compiled generation to a file, and Open() maps it
// again: nothing is parsed or compiled but regular expressions. matchers/cache
// keeps such files in a directory.
// LIFE. A set is compiled off the hot path, then shared as a
// shared_ptr<const QuerySet>. A worker uses one generation for a whole batch.
// THREAD SAFETY. A set is immutable: share it freely. A Matcher belongs to one
// worker.
// ERRORS. A bad list never fails the set: it is left out, and diagnostics()
// says why. Compile() fails only if a resource is exhausted.
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

class FormTables;  // matchers/forms/form_tables.h

// The number of distinct patterns that each engine searches for.
struct EngineUse {
  size_t tokens = 0;
  size_t hyperscan = 0;
  size_t regexes = 0;  // Also by Hyperscan, with a database of their own.
};

struct QueryParts;  // query_set_parts.h

class QuerySet final : public Generation {
 public:
  // The values of the option `engine` (SPEC CONFIG-10).
  enum class Engine : uint8_t { kAuto, kHyperscan, kTokens };
  struct Options {
    Engine engine = Engine::kAuto;
    // The tables of forms; null: a list that asks for forms is bad.
    std::shared_ptr<const FormTables> forms = nullptr;
  };

  static absl::StatusOr<std::shared_ptr<const QuerySet>> Compile(
      const std::vector<WatchList>& lists, const Options& options);
  // Compiles lists that were checked already: those of `chosen`, which must be
  // good and in byte order of their ids, with the lists that they refer to.
  // Takes the diagnostics of `checked`.
  static absl::StatusOr<std::shared_ptr<const QuerySet>> Compile(
      absl::Span<const WatchList* const> lists, CheckedLists checked,
      absl::Span<const uint32_t> chosen, const Options& options);

  // Takes parts that CompileParts() or OpenParts() made.
  explicit QuerySet(QueryParts parts);
  ~QuerySet() override;

  std::string_view id() const override;
  size_t size() const override;
  WatchListInfo list(ListSlot slot) const override;
  std::unique_ptr<Matcher> NewMatcher() const override;

  // The errors of the lists that were left out, and the warnings of the others.
  const std::vector<Diagnostic>& diagnostics() const;

  // Like NewMatcher(), for measuring: the matcher's Evaluate() adds to *record,
  // which has one entry per slot and must outlive the matcher.
  std::unique_ptr<Matcher> NewRecordingMatcher(EvaluationRecord* record) const;
  // The number of patterns that each engine searches for; all zero if the set
  // was opened from a file, which does not keep the numbers.
  EngineUse engine_use() const;

  // Writes the generation to a new file at `path`, and to the disk. Open()
  // gives `notes` back to the caller. After an error, part of the file may be
  // there.
  absl::Status Save(const std::string& path, const CacheKey& key,
                    std::string_view notes) const;

  struct Opened {
    std::shared_ptr<const QuerySet> query_set;
    std::string notes;
  };
  // Opens a file that Save() wrote under this key. The key stands for
  // everything that decides the generation: definitions and options. The set
  // gives the same answers as the one that was saved. Returns NotFound if there
  // is no file. Otherwise an error says why the file is refused: it was made by
  // another build of the program, for another processor or key or with other
  // tables of forms, belongs to another user, or is damaged. Damage of any kind
  // is found (but see TRUST in sections.h).
  static absl::StatusOr<Opened> Open(const std::string& path,
                                     const CacheKey& key,
                                     const FormTables* forms = nullptr);

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace presshawk
