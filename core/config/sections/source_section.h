// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "core/config/config_error.h"
#include "core/config/config_section.h"
#include "core/config/topic_uses.h"

namespace presshawk {

// start_at: where a group begins that has no position in a topic yet.
struct StartAt {
  enum class Kind { kEarliest, kLatest, kTime };
  Kind kind = Kind::kEarliest;
  absl::Time time;  // kTime: at the first article of this time or later.
};

// source: exactly one of the two. Required.
struct KafkaSourceOptions {
  std::vector<std::string> topics;  // topics: at least one, names only.
  // group: of the consumer group; also in the alerts' ce_source.
  std::string group = "presshawk";
  // start_at: earliest (the default), latest, or a time: a day, 2026-01-02, from
  // its first moment in UTC, or RFC 3339. Partitions that are added later are
  // read from their beginning. Not set: what auto.offset.reset says, or
  // earliest.
  std::optional<StartAt> start_at = std::nullopt;
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
