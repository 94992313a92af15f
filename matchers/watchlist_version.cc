// SPDX-License-Identifier: Apache-2.0
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
  if (list.forms.has_value()) {
    for (const std::string& language : *list.forms) {
      sha256.Add("f").AddTerminated(language);
    }
  }
  if (list.editorial) {
    sha256.Add("z").AddTerminated("editorial");
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

Sha256Digest DescriptionDigest(std::string_view name,
                               std::string_view labels_json,
                               std::string_view forms_release,
                               int min_relevance) {
  std::string json = "{";
  if (!forms_release.empty()) {
    json += "\"forms_release\":";
    AppendJsonString(forms_release, &json);
    json += ',';
  }
  StrAppend(&json, "\"labels\":", labels_json);
  if (min_relevance != kNoMinRelevance) {
    StrAppend(&json, ",\"min_relevance\":", min_relevance);
  }
  json += ",\"name\":";
  AppendJsonString(name, &json);
  json += '}';
  return Sha256().Add(json).Finish();
}

void GenerationIdHash::Add(const WatchListInfo& list) {
  Add(list.id, list.version,
      DescriptionDigest(list.name, list.labels_json, list.forms_release,
                        list.min_relevance));
}

void GenerationIdHash::Add(std::string_view id, std::string_view version,
                           const Sha256Digest& description) {
  sha256_.AddTerminated(id).AddTerminated(version).Add(
      {reinterpret_cast<const char*>(description.data()), description.size()});
}

std::string GenerationIdHash::Finish() {
  return HexPrefix(sha256_.Finish(), kHashBytes);
}

}  // namespace presshawk
