// The public face of matchers: watch-lists in, a generation out. Start here.
//
//   files, topic --LoadWatchLists--> WatchListSet --QuerySet::Compile-->
//   QuerySet QuerySet --NewMatcher--> one Matcher a worker
//
// LIFE. Compiled off the hot path, then shared as shared_ptr<const QuerySet>. A
// worker pins one generation per batch.
// THREAD SAFETY. Immutable: share it freely. A Matcher is one worker's.
// ERRORS. A bad list never fails the set: it is left out and listed in
// diagnostics(). Compile() fails only on exhaustion.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/pipeline/matching_ports.h"
#include "matchers/diagnostic.h"
#include "matchers/list_check.h"
#include "matchers/watchlist.h"

namespace presshawk {

class QuerySet : public Generation {
 public:
  // DESIGN.md section 4.0 `engine`.
  enum class Engine : uint8_t { kAuto, kHyperscan, kTokens };
  struct Options {
    Engine engine = Engine::kAuto;
    // For tests: without, every list is evaluated for every article.
    bool use_triggers = true;
  };

  static absl::StatusOr<std::shared_ptr<const QuerySet>> Compile(
      const std::vector<WatchList>& lists, const Options& options);
  // Of lists that were checked already: compiles those of `chosen`, which are
  // good and in byte order of id, with what they refer to. Takes the
  // diagnostics of `checked`.
  static absl::StatusOr<std::shared_ptr<const QuerySet>> Compile(
      absl::Span<const WatchList* const> lists, CheckedLists checked,
      absl::Span<const uint32_t> chosen, const Options& options);

  // Errors of the lists left out, and warnings of those that are in.
  virtual const std::vector<Diagnostic>& diagnostics() const = 0;
};

}  // namespace presshawk
