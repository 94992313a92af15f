// SPDX-License-Identifier: Apache-2.0
#include "cmd/deadletter/dead_letter.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "core/alerts/alert_builder.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Of SHA-256; as the ids of alerts.
constexpr size_t kIdBytes = 16;
// Reasons that the history keeps: forced replays may be many.
constexpr size_t kReasonsMax = 32;

// `name` or `name`_base64. False where there is neither.
bool ReadBytes(const nlohmann::json& line, const std::string& name,
               std::string* bytes) {
  if (const auto text = line.find(name);
      text != line.end() && text->is_string()) {
    *bytes = text->get<std::string>();
    return true;
  }
  const auto coded = line.find(name + "_base64");
  return coded != line.end() && coded->is_string() &&
         absl::Base64Unescape(coded->get_ref<const std::string&>(), bytes);
}

void AddHeaders(const nlohmann::json& object, DeadLetter* letter) {
  for (const auto& [name, value] : object.items()) {
    if (value.is_string()) {
      letter->headers.emplace_back(name, value.get<std::string>());
    } else if (value.is_number() || value.is_boolean()) {
      letter->headers.emplace_back(name, value.dump());
    }
  }
}

std::string LastReasons(std::string reasons) {
  auto count =
      static_cast<size_t>(std::count(reasons.begin(), reasons.end(), ',')) + 1;
  for (; count > kReasonsMax; --count) {
    reasons.erase(0, reasons.find(',') + 1);
  }
  return reasons;
}

}  // namespace

std::string_view DeadLetter::Header(std::string_view name) const {
  const auto found =
      std::find_if(headers.rbegin(), headers.rend(),
                   [name](const auto& header) { return header.first == name; });
  return found == headers.rend() ? std::string_view() : found->second;
}

std::string DeadLetter::size() const {
  const std::string_view said = Header("size");
  return truncated() && !said.empty() ? std::string(said)
                                      : StrCat(value.size());
}

std::string DeadLetter::Origin() const {
  const std::string_view topic = Header("topic");
  return topic.empty()
             ? StrCat(Header("file"), ":", Header("line"))
             : StrCat(topic, "/", Header("partition"), "/", Header("offset"));
}

absl::Time DeadLetter::Time() const {
  absl::Time time;
  const std::string_view text = Header("time");
  return absl::ParseTime(absl::RFC3339_full, {text.data(), text.size()}, &time,
                         nullptr)
             ? time
             : absl::InfinitePast();
}

uint64_t DeadLetter::Replays() const {
  uint64_t replays = 0;
  const std::string_view text = Header(kReplaysHeader);
  return absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &replays)
             ? replays
             : 0;
}

std::string DeadLetter::Id() const {
  Sha256 sha256;
  sha256.AddTerminated(Origin()).AddTerminated(key).Add(value);
  return HexPrefix(sha256.Finish(), kIdBytes);
}

DeadLetter DeadLetterOfLine(std::string_view json, uint64_t line) {
  DeadLetter letter;
  letter.place = StrCat(line);
  const auto object = nlohmann::json::parse(json, nullptr,
                                            /*allow_exceptions=*/false);
  if (!object.is_object() || !object.contains("reason")) {
    letter.problem =
        "not a line that presshawk wrote: no JSON object with a "
        "\"reason\"";
    return letter;
  }
  nlohmann::json rest = object;
  for (const char* name :
       {"key", "key_base64", "value", "value_base64", "history"}) {
    rest.erase(name);
  }
  AddHeaders(rest, &letter);
  if (const auto history = object.find("history");
      history != object.end() && history->is_object()) {
    AddHeaders(*history, &letter);
  }
  letter.has_key = ReadBytes(object, "key", &letter.key);
  letter.has_value = ReadBytes(object, "value", &letter.value);
  if (!letter.has_value) {
    letter.problem = "has neither a \"value\" nor a \"value_base64\"";
  }
  return letter;
}

ReplayHistory HeadersOfReplay(const DeadLetter& letter, uint64_t replays_before,
                              absl::Time now) {
  ReplayHistory headers;
  headers.emplace_back(kReplaysHeader, StrCat(replays_before + 1));
  const std::string_view reasons = letter.Header(kReplayReasonsHeader);
  headers.emplace_back(kReplayReasonsHeader,
                       LastReasons(StrCat(reasons, reasons.empty() ? "" : ",",
                                          letter.reason())));
  const bool is_first = letter.Header("replay-first-time").empty();
  for (const char* name :
       {"topic", "partition", "offset", "file", "line", "time"}) {
    const std::string first = StrCat("replay-first-", name);
    const std::string_view value = letter.Header(is_first ? name : first);
    if (!value.empty()) {
      headers.emplace_back(first, value);
    }
  }
  headers.emplace_back(kReplayOfHeader, letter.Id());
  headers.emplace_back(kReplayTimeHeader, FormatAlertTime(now));
  for (const char* name : {"traceparent", "tracestate"}) {
    if (const std::string_view value = letter.Header(name); !value.empty()) {
      headers.emplace_back(name, value);
    }
  }
  return headers;
}

}  // namespace presshawk
