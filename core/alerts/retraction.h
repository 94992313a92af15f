// SPDX-License-Identifier: Apache-2.0
// An article that its publisher took back (SPEC RETRACT-1): what a matcher
// writes of it, and what is read from that.
//
//   if (IsCanceled(article.status)) {
//     AppendRetraction(article, absl::Now(), &json);
//   }
//
// ingest/json/retraction_reader reads it.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/model/article.h"

namespace presshawk {

// Owns its texts. A value that the retraction does not have is empty.
struct Retraction {
  // `version` is that of the canceled article.
  std::string article, version, source, site, url, published_at;
  std::string detected_at;
};

// Whether the status of an article takes it back (SPEC MAP-8).
inline bool IsCanceled(std::string_view status) { return status == "canceled"; }

// Appends the retraction as one line of JSON, without a line feed. A value that
// is longer than kRetractionTextMax bytes is left out, so that every topic takes
// the record; id and version are always whole.
inline constexpr size_t kRetractionTextMax = 2'000;
void AppendRetraction(const Article& article, absl::Time detected_at,
                      std::string* json);

}  // namespace presshawk
