// SPDX-License-Identifier: Apache-2.0
#include "core/config/topic_uses.h"

#include <optional>
#include <utility>

#include "core/base/str_cat.h"
#include "core/config/kafka_rules.h"
#include "core/model/topic_names.h"

namespace presshawk {

std::string TopicUses::Read(ConfigSection* section, std::string_view key,
                            Holds holds) {
  const std::optional<ConfigScalar> name = section->Scalar(key);
  if (!name.has_value()) {
    return {};
  }
  Add(section, key, *name, holds);
  return name->text;
}

std::vector<std::string> TopicUses::ReadList(ConfigSection* section,
                                             std::string_view key) {
  std::vector<std::string> topics;
  for (const ConfigScalar& name : section->Texts(key)) {
    Add(section, key, name, Holds::kOther);
    topics.push_back(name.text);
  }
  return topics;
}

void TopicUses::Add(ConfigSection* section, std::string_view key,
                    const ConfigScalar& name, Holds holds) {
  std::string by = section->PathOf(key);
  if (const std::string error = TopicNameError(name.text); !error.empty()) {
    section->Error(name.place, StrCat(by, ": `", name.written, "`: ", error),
                   "");
  }
  uses_.push_back(
      {.topic = name.text, .by = by, .place = name.place, .holds = holds});
  if (holds == Holds::kAlerts && !name.text.empty()) {
    uses_.push_back({.topic = RetractionTopic(name.text),
                     .by = StrCat(by, " (its retractions)"),
                     .place = name.place,
                     .holds = Holds::kRetractions});
  }
}

}  // namespace presshawk
