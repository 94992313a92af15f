// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/config_section.h"
#include "core/config/topic_uses.h"

namespace presshawk {

// source: exactly one of the two. Required.
struct KafkaSourceOptions {
  std::vector<std::string> topics;  // topics: at least one, names only.
  // group: of the consumer group; also in the alerts' ce_source.
  std::string group = "presshawk";
};
struct FileSourceOptions {
  std::vector<std::string> paths;  // paths: NDJSON, .gz and .zst too.
  // Where each of them stands: for errors that only looking at it finds.
  std::vector<ConfigPlace> path_places = {};
  // follow: wait for more at the end, through rotation. False: drain and exit.
  bool follow = false;
  // checkpoint: where the position is kept. Empty (the default): beside the
  // file, its name with .presshawk-offset.
  std::string checkpoint;
  ConfigPlace checkpoint_place = {};
};
using SourceOptions = std::variant<KafkaSourceOptions, FileSourceOptions>;

void ReadSource(ConfigSection* file, TopicUses* topics, SourceOptions* source);
void DumpSource(const SourceOptions& source, std::string* dump);

}  // namespace presshawk
