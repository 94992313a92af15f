// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/retraction.h"

#include "core/alerts/alert_builder.h"
#include "core/base/json_writer.h"

namespace presshawk {

void AppendRetraction(const Article& article, absl::Time detected_at,
                      std::string* json) {
  JsonWriter writer(json);
  const auto add = [&](std::string_view key, std::string_view value) {
    if (!value.empty() && value.size() <= kRetractionTextMax) {
      writer.Member(key, value);
    }
  };
  writer.BeginObject().Key("schema").Raw("1").Key("article").BeginObject();
  writer.Member("id", article.id);
  if (!article.version.empty()) {
    writer.Member("version", article.version);
  }
  add("url", article.url);
  add("source", article.source);
  add("site", article.site);
  add("published_at", article.published_at);
  writer.EndObject()
      .Member("detected_at", FormatAlertTime(detected_at))
      .EndObject();
}

}  // namespace presshawk
