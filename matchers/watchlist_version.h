// The hashes that name a condition and a generation (SPEC GEN-1, A40).
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

// 16 hex digits over the terms, the query, and the versions of the lists that
// the query refers to: distinct, in order of first mention.
std::string WatchListVersion(const WatchList& list,
                             absl::Span<const ListReference> references);

// `{"desk":"politics"}`: keys sorted by bytes.
std::string LabelsJson(const std::map<std::string, std::string>& labels);

// SHA-256 of a list's name and labels, as a generation's id takes them.
Sha256Digest DescriptionDigest(std::string_view name,
                               std::string_view labels_json);

// 16 hex digits over the active lists, added in byte order of id.
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
