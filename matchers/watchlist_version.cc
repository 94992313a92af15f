#include "matchers/watchlist_version.h"

#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kHashBytes = 8;

}  // namespace

std::string WatchListVersion(const WatchList& list,
                             absl::Span<const ListReference> references) {
  Sha256 sha256;
  for (const WatchListTerm& term : list.terms) {
    sha256.Add("t").AddTerminated(term.text);
  }
  if (list.query.has_value()) {
    sha256.Add("q").AddTerminated(list.query->text);
  }
  for (const ListReference& reference : references) {
    sha256.Add("r")
        .AddTerminated(reference.id)
        .AddTerminated(reference.version);
  }
  return HexPrefix(sha256.Finish(), kHashBytes);
}

std::string LabelsJson(const std::map<std::string, std::string>& labels) {
  std::string json = "{";
  for (const auto& [key, value] : labels) {
    json += json.size() > 1 ? "," : "";
    AppendJsonString(key, &json);
    json += ':';
    AppendJsonString(value, &json);
  }
  json += '}';
  return json;
}

std::string GenerationId(absl::Span<const WatchListInfo> lists) {
  Sha256 sha256;
  Sha256 description;
  for (const WatchListInfo& list : lists) {
    std::string json = StrCat("{\"labels\":", list.labels_json, ",\"name\":");
    AppendJsonString(list.name, &json);
    json += '}';
    const Sha256Digest digest = description.Add(json).Finish();
    sha256.AddTerminated(list.id).AddTerminated(list.version);
    sha256.Add({reinterpret_cast<const char*>(digest.data()), digest.size()});
  }
  return HexPrefix(sha256.Finish(), kHashBytes);
}

}  // namespace presshawk
