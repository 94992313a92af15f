// SPDX-License-Identifier: Apache-2.0
// Which stories a subscription was told of, so that each is told once
// (SPEC DELIVERY-4).
//
//   ToldStories told;
//   told.Load(notes);                            // From the ledger.
//   if (!told.Has(key)) told.Tell(key, sites, site, now, &changed);
//
// It is kept in the ledger's notes, one for each story that was told, and
// written in the transaction that tells. Nothing is read while alerts are
// accepted.
//
// THREAD SAFETY. None: it is the decider's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace presshawk {

class ToldStories {
 public:
  using Notes = std::vector<std::pair<std::string, std::string>>;
  static constexpr std::string_view kPrefix = "told/";

  // What is told again of a story that was told.
  struct Growth {
    uint32_t sites = 0;  // The threshold that was reached; 0 for none.
    std::string site;    // The site of the first tier that joined; or empty.
  };

  // Notes that no ToldStories wrote are left out.
  void Load(const Notes& notes);

  // The name under which a story is kept.
  static std::string Key(std::string_view subscription,
                         std::string_view watchlist, std::string_view story);

  bool Has(const std::string& key) const { return stories_.contains(key); }
  // The story was told while it stood on so many sites, one of them `site`.
  void Tell(const std::string& key, uint64_t sites, std::string_view site,
            absl::Time now, Notes* changed);
  // One more copy of a story that was told. Returns what is to be told again:
  // the largest of the thresholds that was passed, however many were; or a site
  // of the first tier that had not been told.
  std::optional<Growth> Grow(const std::string& key, uint64_t sites,
                             std::string_view site,
                             absl::Span<const uint32_t> thresholds,
                             absl::Span<const std::string> tier1,
                             absl::Time now, Notes* changed);
  // Whether this was not said of the story before; from now on it was. `what` is
  // any text, such as which correction.
  bool Say(const std::string& key, std::string_view what, absl::Time now,
           Notes* changed);
  // Two stories turned out to be one. It counts as told where one of them was,
  // and thresholds that it jumps over count as told.
  void Unite(const std::string& from, const std::string& into, uint64_t sites,
             absl::Time now, Notes* changed);
  // Forgets the stories that nothing has been added to since `before`.
  void Expire(absl::Time before, Notes* changed);

 private:
  struct Story {
    uint64_t sites = 0;             // The most that it was told with.
    std::vector<std::string> said;  // Sites that were told, corrections.
    absl::Time last;                // When something was last added.
  };
  void Write(const std::string& key, const Story& story, Notes* changed);

  absl::flat_hash_map<std::string, Story> stories_;
};

}  // namespace presshawk
