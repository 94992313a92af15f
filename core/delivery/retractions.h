// SPDX-License-Identifier: Apache-2.0
// Which articles were taken back, and up to which version (SPEC RETRACT-3).
//
//   Retractions retractions;
//   retractions.Load(notes);                          // From the ledger.
//   if (retractions.Covers("a1", "2", detected_at)) { /* told to nobody */ }
//
// The topics of alerts and of retractions have no order between them, so that a
// retraction may come before the alert that it takes back. It is kept in the
// ledger's notes, one for each article, and written in the transaction that
// decides. Articles are known by a hash of their ids.
//
// THREAD SAFETY. None: it is the decider's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

namespace presshawk {

// Negative, zero or positive, as `a` is older than, the same as or newer than
// `b`: numbers in them by their values, all else by bytes ("9" < "10" < "10b").
// No version is older than any. The first 256 bytes count.
int CompareVersions(std::string_view a, std::string_view b);

class Retractions {
 public:
  using Notes = std::vector<std::pair<std::string, std::string>>;
  static constexpr std::string_view kPrefix = "retracted/article/";
  // How many articles are remembered; those that came first go first.
  static constexpr size_t kMax = 250'000;

  // Up to where an article was taken back.
  struct Extent {
    std::string version;  // With all older ones; empty for none.
    // By a retraction without a version: with all that was detected until then.
    absl::Time until = absl::InfinitePast();
    absl::Time last = absl::InfinitePast();  // When one came last.

    // Whether this takes back what was detected then, with this version. What
    // has no version is taken back by any retraction.
    bool Covers(std::string_view of, absl::Time detected_at) const;
  };

  explicit Retractions(size_t max = kMax) : max_(max) {}

  // Notes that no Retractions wrote are left out.
  void Load(const Notes& notes);
  // Null where the article was never taken back. Valid until the next change.
  const Extent* Find(std::string_view article) const;
  bool Covers(std::string_view article, std::string_view version,
              absl::Time detected_at) const;
  // False for a repeat: one as new or newer is remembered.
  bool Add(std::string_view article, std::string_view version,
           absl::Time detected_at, absl::Time now, Notes* changed);
  // Forgets what nothing came of since `before`.
  void Expire(absl::Time before, Notes* changed);

  size_t size() const { return extents_.size(); }

 private:
  const size_t max_;
  absl::flat_hash_map<std::string, Extent> extents_;  // By the note's name.
  absl::Time oldest_ = absl::InfiniteFuture();        // No `last` is before.
};

}  // namespace presshawk
