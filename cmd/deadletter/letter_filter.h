// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cmd/deadletter/dead_letter.h"

namespace presshawk {

// Which dead letters are meant: those for which all that is given holds.
struct LetterFilter {
  std::vector<std::string> reasons;  // Any of them.
  // Of the input: its topic (or file), partition, and offset (or line).
  std::string topic;
  int32_t partition = -1;
  uint64_t first_offset = 0;
  uint64_t last_offset = UINT64_MAX;
  // When it died: from `since` on, before `until`.
  absl::Time since = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  std::string key;
  // Of the article: its record's key, or the "id" of its JSON.
  std::string article_id;

  // Whether nothing is asked.
  bool empty() const;
  // What cannot be read matches only where nothing is asked.
  bool Matches(const DeadLetter& letter) const;
};

// "17" or "10..20", both ends included.
absl::Status ParseOffsets(const std::string& text, LetterFilter* filter);

}  // namespace presshawk
