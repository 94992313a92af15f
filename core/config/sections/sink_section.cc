// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/sink_section.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/str_cat.h"
#include "core/config/dump_text.h"

namespace presshawk {
namespace {

std::optional<SinkOptions> ReadSink(ConfigSection section, TopicUses* topics,
                                    TopicUses::Holds holds) {
  constexpr std::array<std::string_view, 2> kKinds = {"kafka", "file"};
  const std::optional<size_t> kind = section.OneOf(
      kKinds, "write {kafka: {topic: NAME}} or {file: {path: FILE}}");
  std::optional<SinkOptions> sink;
  if (kind == size_t{0}) {
    ConfigSection kafka = section.Map("kafka");
    if (!kafka.Has("topic")) {
      kafka.Error(kafka.place(), StrCat(kafka.PathOf("topic"), " is missing"),
                  "write {kafka: {topic: NAME}}");
    }
    sink = KafkaSinkOptions{.topic = topics->Read(&kafka, "topic", holds)};
    kafka.RejectUnknownKeys();
  } else if (kind == size_t{1}) {
    ConfigSection file = section.Map("file");
    if (!file.Has("path")) {
      file.Error(file.place(), StrCat(file.PathOf("path"), " is missing"),
                 "write {file: {path: FILE}}");
    }
    sink = FileSinkOptions{.path = file.Text("path").value_or(""),
                           .place = file.PlaceOfKey("path")};
    file.RejectUnknownKeys();
  }
  section.RejectUnknownKeys();
  return sink;
}

std::string SinkText(const SinkOptions& sink) {
  if (const auto* kafka = std::get_if<KafkaSinkOptions>(&sink)) {
    return StrCat("{kafka: {topic: ", QuotedYaml(kafka->topic), "}}");
  }
  return StrCat(
      "{file: {path: ", QuotedYaml(std::get<FileSinkOptions>(sink).path), "}}");
}

}  // namespace

void ReadSinks(ConfigSection* file, TopicUses* topics,
               std::vector<SinkOptions>* sinks) {
  constexpr char kFix[] = "write sinks: [{kafka: {topic: alerts}}]";
  const bool given = file->Has("sinks");
  const std::vector<ConfigSection> sections = file->Maps("sinks");
  for (size_t i = 0; i < sections.size(); ++i) {
    const std::optional<SinkOptions> sink =
        ReadSink(sections[i], topics, TopicUses::Holds::kAlerts);
    if (!sink.has_value()) {
      continue;
    }
    if (std::find(sinks->begin(), sinks->end(), *sink) != sinks->end()) {
      file->Error(sections[i].place(),
                  StrCat("sinks[", i, "] is the same as an earlier sink"),
                  "remove one of them: each alert would be written twice");
    }
    sinks->push_back(*sink);
  }
  if (!given) {
    if (!file->Has(
            "delivery")) {  // Then the ledger is one (delivery_rules.cc).
      file->Error({}, "sinks is missing", kFix);
    }
  } else if (sections.empty()) {
    file->Error(file->PlaceOfKey("sinks"), "sinks names no sink", kFix);
  }
}

void DumpSinks(const std::vector<SinkOptions>& sinks, std::string* dump) {
  StrAppend(dump, sinks.empty() ? "" : "sinks:\n");
  for (const SinkOptions& sink : sinks) {
    StrAppend(dump, "  - ", SinkText(sink), "\n");
  }
}

void ReadDeadLetter(ConfigSection* file, TopicUses* topics, SinkOptions* sink) {
  if (!file->Has("deadletter")) {
    return;
  }
  if (const auto read =
          ReadSink(file->Map("deadletter"), topics, TopicUses::Holds::kOther)) {
    *sink = *read;
  }
}

void DumpDeadLetter(const SinkOptions& sink, std::string* dump) {
  StrAppend(dump, "deadletter: ", SinkText(sink), "\n");
}

}  // namespace presshawk
