// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

// What a log line is about, for whoever filters JSON logs. It is read from the
// words of the line, which are made by one place each and held by tests: so no
// line says one thing as text and another one as fields.
struct LogFields {
  std::vector<uint32_t> workers;     // "worker 0: …", "workers 0, 1: …"
  std::string topic;                 // "articles[3]", `topic "articles"`
  std::optional<int32_t> partition;  // "articles[3]"
  std::string list;                  // "watch-list: FILE:1:2: error: … [id]"
  std::string sink;  // "alerts to kafka: …", "dead letters: …"
  std::string code;  // "code=_TRANSPORT"
};

LogFields FindLogFields(std::string_view message);

// Appends `,"worker":0,"topic":"articles"` and so on; nothing where there are
// none. Several workers are `"workers":[0,1]`.
void AppendLogFields(const LogFields& fields, std::string* json);

}  // namespace presshawk
