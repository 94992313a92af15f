// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/source_section.h"

#include <array>
#include <optional>
#include <utility>

#include "core/base/str_cat.h"
#include "core/config/dump_text.h"

namespace presshawk {
namespace {

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
              ", group: ", QuotedYaml(kafka->group), "}}\n");
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
