// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/source_section.h"

#include <array>
#include <optional>
#include <utility>

#include "core/base/str_cat.h"
#include "core/config/dump_text.h"

namespace presshawk {
namespace {

std::optional<absl::Time> ReadTime(const std::string& text) {
  absl::Time time;
  std::string ignored;
  for (const char* format : {absl::RFC3339_full, "%Y-%m-%d"}) {
    if (absl::ParseTime(format, text, absl::UTCTimeZone(), &time, &ignored)) {
      return time;
    }
  }
  return std::nullopt;
}

std::optional<StartAt> ReadStartAt(ConfigSection* section) {
  const auto text = section->Text("start_at");
  if (!text.has_value()) {
    return std::nullopt;
  }
  if (*text == "earliest") {
    return StartAt{};
  }
  if (*text == "latest") {
    return StartAt{.kind = StartAt::Kind::kLatest, .time = {}};
  }
  if (const auto time = ReadTime(*text)) {
    return StartAt{.kind = StartAt::Kind::kTime, .time = *time};
  }
  section->Error(section->PlaceOfKey("start_at"),
                 StrCat("source.kafka.start_at: `", *text,
                        "` is neither earliest nor latest nor a time"),
                 "write earliest, latest, 2026-01-02 or 2026-01-02T03:04:05Z");
  return std::nullopt;
}

std::string StartAtText(const StartAt& start_at) {
  switch (start_at.kind) {
    case StartAt::Kind::kEarliest:
      return "earliest";
    case StartAt::Kind::kLatest:
      return "latest";
    case StartAt::Kind::kTime:
      break;
  }
  return absl::FormatTime(absl::RFC3339_full, start_at.time,
                          absl::UTCTimeZone());
}

KafkaSourceOptions ReadKafkaSource(ConfigSection section, TopicUses* topics) {
  KafkaSourceOptions kafka;
  kafka.topics = topics->ReadList(&section, "topics");
  if (!section.Has("topics")) {
    section.Error(section.place(), "source.kafka.topics is missing",
                  "write topics: [articles]");
  } else if (kafka.topics.empty()) {
    section.Error(section.PlaceOfKey("topics"),
                  "source.kafka.topics names no topic",
                  "write topics: [articles]");
  }
  if (auto group = section.Text("group")) {
    kafka.group = *std::move(group);
  }
  kafka.start_at = ReadStartAt(&section);
  section.RejectUnknownKeys();
  return kafka;
}

FileSourceOptions ReadFileSource(ConfigSection section) {
  FileSourceOptions file;
  for (ConfigScalar& path : section.Texts("paths")) {
    file.paths.push_back(std::move(path.text));
    file.path_places.push_back(path.place);
  }
  if (file.paths.empty()) {
    section.Error(section.PlaceOfKey("paths"),
                  "source.file.paths names no file",
                  "write paths: [articles.ndjson]");
  }
  file.follow = section.Bool("follow").value_or(false);
  file.checkpoint = section.Text("checkpoint").value_or("");
  file.checkpoint_place = section.PlaceOfKey("checkpoint");
  section.RejectUnknownKeys();
  return file;
}

}  // namespace

void ReadSource(ConfigSection* file, TopicUses* topics, SourceOptions* source) {
  constexpr std::string_view kFix =
      "write source: {kafka: {topics: [articles], group: presshawk}} or "
      "source: {file: {paths: [articles.ndjson]}}";
  if (!file->Has("source")) {
    file->Error({}, "source is missing", std::string(kFix));
    return;
  }
  ConfigSection section = file->Map("source");
  constexpr std::array<std::string_view, 2> kKinds = {"kafka", "file"};
  const std::optional<size_t> kind = section.OneOf(kKinds, kFix);
  if (kind == size_t{0}) {
    *source = ReadKafkaSource(section.Map("kafka"), topics);
  } else if (kind == size_t{1}) {
    *source = ReadFileSource(section.Map("file"));
  }
  section.RejectUnknownKeys();
}

void DumpSource(const SourceOptions& source, std::string* dump) {
  StrAppend(dump, "source: ");
  if (const auto* kafka = std::get_if<KafkaSourceOptions>(&source)) {
    StrAppend(dump, "{kafka: {topics: ", QuotedYamlList(kafka->topics),
              ", group: ", QuotedYaml(kafka->group));
    if (kafka->start_at.has_value()) {
      StrAppend(dump,
                ", start_at: ", QuotedYaml(StartAtText(*kafka->start_at)));
    }
    StrAppend(dump, "}}\n");
    return;
  }
  const auto& file = std::get<FileSourceOptions>(source);
  StrAppend(dump, "{file: {paths: ", QuotedYamlList(file.paths),
            ", follow: ", file.follow ? "true" : "false");
  if (!file.checkpoint.empty()) {
    StrAppend(dump, ", checkpoint: ", QuotedYaml(file.checkpoint));
  }
  StrAppend(dump, "}}\n");
}

}  // namespace presshawk
