// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config_section.h"

namespace presshawk {

// Reads the names of Kafka topics wherever a section has one, and remembers who
// uses which: the rules about topics (cross_rules.h) thus hold for each section
// that there will be.
class TopicUses {
 public:
  // What a topic holds. Two uses may be one topic where both are alerts (a
  // sink, and what delivery reads) or both notifications. A topic of alerts
  // brings that of its retractions.
  enum class Holds : uint8_t { kOther, kAlerts, kRetractions, kNotifications };
  struct Use {
    std::string topic;
    std::string by;  // The path of its key: "watchlists.topic".
    ConfigPlace place;
    Holds holds = Holds::kOther;
  };

  // The topic that stands under `key`; empty where there is none. A text that
  // is no name of a topic is an error.
  std::string Read(ConfigSection* section, std::string_view key,
                   Holds holds = Holds::kOther);
  // The same for a list of topics.
  std::vector<std::string> ReadList(ConfigSection* section,
                                    std::string_view key);

  // In the order in which they were read.
  const std::vector<Use>& uses() const { return uses_; }

 private:
  void Add(ConfigSection* section, std::string_view key,
           const ConfigScalar& name, Holds holds);

  std::vector<Use> uses_;
};

}  // namespace presshawk
