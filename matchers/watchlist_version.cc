#include "matchers/watchlist_version.h"

#include "core/base/json_text.h"
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

void GenerationIdHash::Add(const WatchListInfo& list) {
  std::string json = StrCat("{\"labels\":", list.labels_json, ",\"name\":");
  AppendJsonString(list.name, &json);
  json += '}';
  const Sha256Digest digest = description_.Add(json).Finish();
  lists_.AddTerminated(list.id).AddTerminated(list.version);
  lists_.Add({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string GenerationIdHash::Finish() {
  return HexPrefix(lists_.Finish(), kHashBytes);
}

std::string GenerationId(absl::Span<const WatchListInfo> lists) {
  GenerationIdHash hash;
  for (const WatchListInfo& list : lists) {
    hash.Add(list);
  }
  return hash.Finish();
}

}  // namespace presshawk
