// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/log_fields.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

bool IsTopicCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
         c == '_' || c == '-';
}

// What stands between `begin` and `end`; empty where they do not.
std::string_view Between(std::string_view text, std::string_view begin,
                         std::string_view end) {
  const size_t from = text.find(begin);
  if (from == std::string_view::npos) {
    return {};
  }
  text.remove_prefix(from + begin.size());
  const size_t to = text.find(end);
  return to == std::string_view::npos ? std::string_view() : text.substr(0, to);
}

std::vector<uint32_t> FindWorkers(std::string_view text) {
  std::string_view numbers = Between(text, "worker ", ":");
  if (numbers.empty()) {
    numbers = Between(text, "workers ", ":");
  }
  std::vector<uint32_t> workers;
  while (!numbers.empty()) {
    const size_t end = std::min(numbers.find(", "), numbers.size());
    uint32_t worker = 0;
    if (!absl::SimpleAtoi(std::string(numbers.substr(0, end)), &worker)) {
      return {};  // Another word.
    }
    workers.push_back(worker);
    numbers.remove_prefix(std::min(end + 2, numbers.size()));
  }
  return workers;
}

// The first "articles[3]".
void FindPartition(std::string_view text, LogFields* fields) {
  for (size_t open = text.find('['); open != text.npos;
       open = text.find('[', open + 1)) {
    size_t begin = open;
    while (begin > 0 && IsTopicCharacter(text[begin - 1])) {
      --begin;
    }
    const size_t close = std::min(text.find(']', open), text.size());
    int32_t partition = 0;
    if (begin < open && close < text.size() &&
        absl::SimpleAtoi(std::string(text.substr(open + 1, close - open - 1)),
                         &partition)) {
      fields->topic = std::string(text.substr(begin, open - begin));
      fields->partition = partition;
      return;
    }
  }
}

std::string FindList(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  const size_t open = line.rfind(" [");
  return line.starts_with("watch-list: ") && line.ends_with("]") &&
                 open != line.npos
             ? std::string(line.substr(open + 2, line.size() - open - 3))
             : "";
}

void AppendText(std::string_view name, const std::string& value,
                std::string* json) {
  if (!value.empty()) {
    StrAppend(json, ",\"", name, "\":");
    AppendJsonString(value, json);
  }
}

}  // namespace

LogFields FindLogFields(std::string_view message) {
  LogFields fields;
  fields.workers = FindWorkers(message);
  FindPartition(message, &fields);
  if (fields.topic.empty()) {
    fields.topic = std::string(Between(message, "topic \"", "\""));
  }
  fields.list = FindList(message);
  fields.sink = std::string(Between(message, "alerts to ", ":"));
  if (fields.sink.empty() &&
      message.find("dead letters: ") != std::string_view::npos) {
    fields.sink = "deadletter";
  }
  fields.code = std::string(Between(message, "code=", " "));
  return fields;
}

void AppendLogFields(const LogFields& fields, std::string* json) {
  if (fields.workers.size() == 1) {
    StrAppend(json, ",\"worker\":", fields.workers.front());
  } else if (!fields.workers.empty()) {
    StrAppend(json, ",\"workers\":[");
    for (const uint32_t worker : fields.workers) {
      StrAppend(json, worker == fields.workers.front() ? "" : ",", worker);
    }
    *json += ']';
  }
  AppendText("topic", fields.topic, json);
  if (fields.partition.has_value()) {
    StrAppend(json, ",\"partition\":", *fields.partition);
  }
  AppendText("list", fields.list, json);
  AppendText("sink", fields.sink, json);
  AppendText("code", fields.code, json);
}

}  // namespace presshawk
