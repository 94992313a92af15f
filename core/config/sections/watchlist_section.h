// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/config_section.h"
#include "core/config/topic_uses.h"

namespace presshawk {

// watchlists: files, a topic, or both; an id in both is taken from the file.
// Required.
struct WatchListOptions {
  std::vector<std::string> files;  // files: glob patterns, in this order.
  ConfigPlace files_place;         // For errors that only reading them finds.
  std::string topic;               // topic: compacted, key = id; empty = none.
  // status_topic: compacted; what became of each list is written there, key =
  // id. Default `<topic>.status` where there is a topic, else none. What a list
  // says of `instance` is `client.id` of kafka: properties: where that is set
  // (give each instance its own), else host:pid.
  std::string status_topic;
  // forms: the languages in whose forms the terms of a list are looked for where
  // the list itself says nothing of it. In byte order, each once.
  std::vector<std::string> forms;
  // allow_empty: consume articles also while no list is active.
  bool allow_empty = false;
};

void ReadWatchLists(ConfigSection* file, TopicUses* topics,
                    WatchListOptions* lists);
void DumpWatchLists(const WatchListOptions& lists, std::string* dump);

}  // namespace presshawk
