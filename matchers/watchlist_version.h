// SPDX-License-Identifier: Apache-2.0
// The hashes that identify a condition and a generation (SPEC GEN-1, A40).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/base/sha256.h"
#include "core/model/watchlist_info.h"
#include "matchers/watchlist.h"

namespace presshawk {

struct ListReference {
  std::string_view id;
  std::string_view version;
};

// Returns 16 hex digits of a hash over the terms, the query, the versions of
// the lists that the query refers to, the languages of `forms`, and `zones`.
// `references` are distinct, in the order in which they are first mentioned.
std::string WatchListVersion(const WatchList& list,
                             absl::Span<const ListReference> references);

// Returns a JSON object with the keys in byte order: `{"desk":"politics"}`.
std::string LabelsJson(const std::map<std::string, std::string>& labels);

// Returns the SHA-256 of a list's name, labels, release of forms and
// min_relevance, for a generation's id. `forms_release` is empty for a list
// without forms, `min_relevance` is kNoMinRelevance where the list sets none.
Sha256Digest DescriptionDigest(std::string_view name,
                               std::string_view labels_json,
                               std::string_view forms_release,
                               int min_relevance);

// Hashes the active lists to 16 hex digits. They are added in byte order of id.
class GenerationIdHash {
 public:
  void Add(const WatchListInfo& list);
  void Add(std::string_view id, std::string_view version,
           const Sha256Digest& description);
  std::string Finish();

 private:
  Sha256 sha256_;
};

}  // namespace presshawk
