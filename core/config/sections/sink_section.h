// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/config_section.h"
#include "core/config/topic_uses.h"

namespace presshawk {

// An entry of `sinks`, and `deadletter`.
struct KafkaSinkOptions {
  std::string topic;
  friend bool operator==(const KafkaSinkOptions&,
                         const KafkaSinkOptions&) = default;
};
struct FileSinkOptions {
  std::string path;  // NDJSON, appended to; ours alone: it is locked.
  ConfigPlace place = {};
  friend bool operator==(const FileSinkOptions& a, const FileSinkOptions& b) {
    return a.path == b.path;
  }
};
using SinkOptions = std::variant<KafkaSinkOptions, FileSinkOptions>;

// sinks: at least one; all must acknowledge an alert. Required.
void ReadSinks(ConfigSection* file, TopicUses* topics,
               std::vector<SinkOptions>* sinks);
void DumpSinks(const std::vector<SinkOptions>& sinks, std::string* dump);

// deadletter: left as it is where there is none (cross_rules.h).
void ReadDeadLetter(ConfigSection* file, TopicUses* topics, SinkOptions* sink);
void DumpDeadLetter(const SinkOptions& sink, std::string* dump);

}  // namespace presshawk
