// SPDX-License-Identifier: Apache-2.0
#include "core/config/config_section.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "core/base/str_cat.h"
#include "core/config/config_reader.h"
#include "core/config/quantities.h"
#include "core/config/suggestion.h"
#include "core/config/value_file.h"

namespace presshawk {
namespace {

// What a missing map is read from.
const YamlNode& NoNode() {
  static const YamlNode* const node = new YamlNode();
  return *node;
}

std::string_view KindOf(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    case YamlNode::Kind::kNull:
      break;
  }
  return "empty";
}

std::string ListOfNames(absl::Span<const std::string_view> names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    StrAppend(&text,
              i == 0                  ? ""
              : i + 1 == names.size() ? " or "
                                      : ", ",
              names[i]);
  }
  return text;
}

}  // namespace

ConfigSection::ConfigSection(ConfigReader* reader, std::string name,
                             const YamlNode& node, ConfigPlace place)
    : reader_(reader), name_(std::move(name)), place_(place) {
  if (node.is_null()) {
    return;
  }
  if (!node.is_map()) {
    is_map_ = false;
    Error(ConfigReader::PlaceOf(node.place),
          StrCat(name_.empty() ? "the configuration" : name_,
                 " must be a map, not ", KindOf(node)),
          name_.empty() ? "write `key: value` lines"
                        : StrCat("write `key: value` lines under it"));
    return;
  }
  // A key that is no single value, or is given twice, is told by ReadYaml().
  for (size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const YamlNode& key = node.children[i];
    if (key.is_sequence() || key.is_map() || key.text.empty() ||
        std::any_of(
            entries_.begin(), entries_.end(),
            [&key](const Entry& entry) { return entry.key == key.text; })) {
      continue;
    }
    entries_.push_back({.key = key.text,
                        .place = ConfigReader::PlaceOf(key.place),
                        .value = &node.children[i + 1]});
  }
}

const ConfigSection::Entry* ConfigSection::Find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
    known_.emplace_back(key);
  }
  for (Entry& entry : entries_) {
    if (entry.key == key) {
      entry.asked = true;
      return entry.value->is_null() && reader_->null_is_absent() ? nullptr
                                                                 : &entry;
    }
  }
  return nullptr;
}

std::string ConfigSection::PathOf(std::string_view key) const {
  return name_.empty() ? std::string(key) : StrCat(name_, ".", key);
}

void ConfigSection::Error(ConfigPlace place, std::string message,
                          std::string fix) {
  reader_->Error(place, std::move(message), std::move(fix));
}

void ConfigSection::Warn(ConfigPlace place, std::string message,
                         std::string fix) {
  reader_->Warn(place, std::move(message), std::move(fix));
}

size_t ConfigSection::error_count() const { return reader_->error_count(); }

bool ConfigSection::Has(std::string_view key) { return Find(key) != nullptr; }

ConfigPlace ConfigSection::PlaceOfKey(std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (entry.key == key) {
      return entry.place;
    }
  }
  return place_;
}

std::optional<ConfigScalar> ConfigSection::ReadScalar(std::string_view path,
                                                      const YamlNode& node,
                                                      ConfigPlace place) {
  if (!node.is_scalar()) {
    Error(place,
          node.is_null()
              ? StrCat(path, " has no value")
              : StrCat(path, " must be a single value, not ", KindOf(node)),
          node.is_null() ? "give it one, or remove the key" : "");
    return std::nullopt;
  }
  const ConfigPlace value_place = ConfigReader::PlaceOf(node.place);
  Substitution value =
      reader_->environment() == nullptr
          ? Substitution{.text = node.text, .error = "", .fix = ""}
          : SubstituteEnvironment(node.text, reader_->environment());
  if (!value.error.empty()) {
    Error(value_place, StrCat(path, ": ", value.error), value.fix);
    return std::nullopt;
  }
  const bool is_verbatim = node.verbatim && value.text == node.text;
  return ConfigScalar{.text = std::move(value.text),
                      .written = node.text,
                      .place = value_place,
                      .text_column = is_verbatim ? node.text_column() : 0};
}

std::optional<ConfigScalar> ConfigSection::ReadFileValue(const Entry& entry) {
  const std::string path = PathOf(entry.key);
  ConfigSection section(reader_, path, *entry.value, entry.place);
  std::optional<ConfigScalar> file = section.Scalar("file");
  if (!section.Has("file")) {
    Error(entry.place, StrCat(path, " must be a single value, not a map"),
          "write a value, or {file: PATH} for the content of a file");
    return std::nullopt;
  }
  section.RejectUnknownKeys();
  if (!file.has_value()) {
    return std::nullopt;
  }
  absl::StatusOr<std::string> text = ReadValueFile(file->text);
  if (absl::IsInvalidArgument(text.status())) {
    Error(file->place,
          StrCat(path, ": ", file->written, " is ",
                 std::string(text.status().message())),
          "is it the right file?");
    return std::nullopt;
  }
  if (!text.ok()) {
    Error(file->place, StrCat(path, ": cannot read ", file->written),
          "check the path and its permissions");
    return std::nullopt;
  }
  file->value_file = std::exchange(file->text, *std::move(text));
  return file;
}

std::optional<ConfigScalar> ConfigSection::Scalar(std::string_view key) {
  const Entry* entry = Find(key);
  if (entry == nullptr) {
    return std::nullopt;
  }
  return ReadScalar(PathOf(key), *entry->value, entry->place);
}

std::optional<ConfigScalar> ConfigSection::TextOrFile(std::string_view key) {
  const Entry* entry = Find(key);
  if (entry == nullptr) {
    return std::nullopt;
  }
  if (entry->value->is_map()) {
    return ReadFileValue(*entry);
  }
  std::optional<ConfigScalar> scalar =
      ReadScalar(PathOf(key), *entry->value, entry->place);
  if (scalar.has_value() && scalar->text.empty()) {
    Error(scalar->place, StrCat(PathOf(key), " is empty"),
          "give it a value, or remove the key");
    return std::nullopt;
  }
  return scalar;
}

std::optional<std::string> ConfigSection::Text(std::string_view key) {
  std::optional<ConfigScalar> scalar = Scalar(key);
  if (!scalar.has_value()) {
    return std::nullopt;
  }
  if (scalar->text.empty()) {
    Error(scalar->place, StrCat(PathOf(key), " is empty"),
          "give it a value, or remove the key");
    return std::nullopt;
  }
  return std::move(scalar->text);
}

std::optional<bool> ConfigSection::Bool(std::string_view key) {
  constexpr std::string_view kChoices[] = {"false", "true"};
  const std::optional<size_t> choice = Choice(key, kChoices);
  return choice.has_value() ? std::optional(*choice == 1) : std::nullopt;
}

std::optional<uint64_t> ConfigSection::Integer(std::string_view key,
                                               uint64_t min, uint64_t max) {
  const std::optional<ConfigScalar> scalar = Scalar(key);
  if (!scalar.has_value()) {
    return std::nullopt;
  }
  uint64_t value = 0;
  if (!absl::SimpleAtoi(scalar->text, &value) || value < min || value > max) {
    Error(scalar->place,
          StrCat(PathOf(key), " must be a whole number from ", min, " to ", max,
                 ", not `", scalar->written, "`"),
          "");
    return std::nullopt;
  }
  return value;
}

std::optional<uint64_t> ConfigSection::Size(std::string_view key, uint64_t min,
                                            uint64_t max) {
  const std::optional<ConfigScalar> scalar = Scalar(key);
  if (!scalar.has_value()) {
    return std::nullopt;
  }
  const std::optional<uint64_t> value = ParseConfigSize(scalar->text);
  if (!value.has_value()) {
    Error(scalar->place,
          StrCat(PathOf(key), " must be a size, not `", scalar->written, "`"),
          "write bytes or a unit: 1048576, 64MiB, 512KiB, 1GiB");
    return std::nullopt;
  }
  if (*value < min || *value > max) {
    Error(scalar->place,
          StrCat(PathOf(key), " must be from ", FormatConfigSize(min), " to ",
                 FormatConfigSize(max), ", not `", scalar->written, "`"),
          "");
    return std::nullopt;
  }
  return value;
}

std::optional<absl::Duration> ConfigSection::Duration(std::string_view key,
                                                      absl::Duration min,
                                                      absl::Duration max) {
  const std::optional<ConfigScalar> scalar = Scalar(key);
  if (!scalar.has_value()) {
    return std::nullopt;
  }
  const std::optional<absl::Duration> value = ParseConfigDuration(scalar->text);
  if (!value.has_value()) {
    Error(
        scalar->place,
        StrCat(PathOf(key), " must be a duration, not `", scalar->written, "`"),
        "write a number with its unit: 500ms, 1s, 5m, 1h");
    return std::nullopt;
  }
  if (*value < min || *value > max) {
    Error(
        scalar->place,
        StrCat(PathOf(key), " must be from ", FormatConfigDuration(min), " to ",
               FormatConfigDuration(max), ", not `", scalar->written, "`"),
        "");
    return std::nullopt;
  }
  return value;
}

std::optional<size_t> ConfigSection::Choice(
    std::string_view key, absl::Span<const std::string_view> choices) {
  const std::optional<ConfigScalar> scalar = Scalar(key);
  if (!scalar.has_value()) {
    return std::nullopt;
  }
  const auto found = std::find(choices.begin(), choices.end(), scalar->text);
  if (found == choices.end()) {
    const std::string_view near = NearestName(scalar->text, choices);
    Error(scalar->place,
          StrCat(PathOf(key), " must be ", ListOfNames(choices), ", not `",
                 scalar->written, "`"),
          near.empty() ? "" : StrCat("did you mean ", near, "?"));
    return std::nullopt;
  }
  return static_cast<size_t>(found - choices.begin());
}

std::vector<ConfigScalar> ConfigSection::Texts(std::string_view key) {
  std::vector<ConfigScalar> texts;
  const Entry* entry = Find(key);
  if (entry == nullptr) {
    return texts;
  }
  const std::string path = PathOf(key);
  if (!entry->value->is_sequence()) {
    Error(entry->place,
          StrCat(path, " must be a list, not ", KindOf(*entry->value)),
          entry->value->is_scalar()
              ? StrCat("write ", key, ": [", entry->value->text, "]")
              : "");
    return texts;
  }
  for (const YamlNode& node : entry->value->children) {
    std::optional<ConfigScalar> scalar = ReadScalar(
        StrCat("an entry of ", path), node, ConfigReader::PlaceOf(node.place));
    if (scalar.has_value() && scalar->text.empty()) {
      Error(scalar->place, StrCat("an entry of ", path, " is empty"),
            "give it a value, or remove it");
    } else if (scalar.has_value()) {
      texts.push_back(*std::move(scalar));
    }
  }
  return texts;
}

ConfigSection ConfigSection::Map(std::string_view key) {
  const Entry* entry = Find(key);
  return entry == nullptr
             ? ConfigSection(reader_, PathOf(key), NoNode(), place_)
             : ConfigSection(reader_, PathOf(key), *entry->value, entry->place);
}

std::vector<ConfigSection> ConfigSection::Maps(std::string_view key) {
  std::vector<ConfigSection> maps;
  const Entry* entry = Find(key);
  if (entry == nullptr) {
    return maps;
  }
  if (!entry->value->is_sequence()) {
    Error(entry->place,
          StrCat(PathOf(key), " must be a list, not ", KindOf(*entry->value)),
          StrCat("write ", key, ": [{…}]"));
    return maps;
  }
  size_t index = 0;
  for (const YamlNode& node : entry->value->children) {
    maps.push_back(ConfigSection(reader_, StrCat(PathOf(key), "[", index, "]"),
                                 node, ConfigReader::PlaceOf(node.place)));
    ++index;
  }
  return maps;
}

std::vector<std::pair<ConfigScalar, ConfigScalar>> ConfigSection::Scalars() {
  std::vector<std::pair<ConfigScalar, ConfigScalar>> scalars;
  for (Entry& entry : entries_) {
    entry.asked = true;
    std::optional<ConfigScalar> value =
        ReadScalar(PathOf(entry.key), *entry.value, entry.place);
    if (value.has_value()) {
      scalars.emplace_back(NameOf(entry), *std::move(value));
    }
  }
  return scalars;
}

std::vector<std::pair<ConfigScalar, ConfigScalar>>
ConfigSection::ScalarsOrFiles() {
  std::vector<std::pair<ConfigScalar, ConfigScalar>> scalars;
  for (Entry& entry : entries_) {
    entry.asked = true;
    std::optional<ConfigScalar> value =
        entry.value->is_map()
            ? ReadFileValue(entry)
            : ReadScalar(PathOf(entry.key), *entry.value, entry.place);
    if (value.has_value()) {
      scalars.emplace_back(NameOf(entry), *std::move(value));
    }
  }
  return scalars;
}

std::vector<std::pair<ConfigScalar, ConfigSection>> ConfigSection::Sections() {
  std::vector<std::pair<ConfigScalar, ConfigSection>> sections;
  for (Entry& entry : entries_) {
    entry.asked = true;
    sections.emplace_back(
        NameOf(entry),
        ConfigSection(reader_, PathOf(entry.key), *entry.value, entry.place));
  }
  return sections;
}

bool ConfigSection::HoldsMap(std::string_view key) {
  const Entry* entry = Find(key);
  return entry != nullptr && entry->value->is_map();
}

std::optional<size_t> ConfigSection::OneOf(
    absl::Span<const std::string_view> choices, std::string_view fix) {
  std::optional<size_t> found;
  size_t count = 0;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (Has(choices[i])) {
      found = i;
      ++count;
    }
  }
  if (count == 1) {
    return found;
  }
  if (is_map_) {
    Error(place_,
          StrCat(name_, count == 0 ? " needs one of " : " takes only one of ",
                 ListOfNames(choices)),
          std::string(fix));
  }
  return std::nullopt;
}

void ConfigSection::RejectUnknownKeys(
    absl::FunctionRef<std::string(std::string_view key)> fix_of) {
  const std::vector<std::string_view> known(known_.begin(), known_.end());
  for (const Entry& entry : entries_) {
    if (entry.asked) {
      continue;
    }
    const std::string_view near = NearestName(entry.key, known);
    std::string fix =
        near.empty() ? fix_of(entry.key) : StrCat("did you mean ", near, "?");
    if (fix.empty()) {
      fix = StrCat("known here: ", ListOfNames(known));
    }
    Error(entry.place,
          StrCat("unknown key `", entry.key, "`",
                 name_.empty() ? "" : StrCat(" in ", name_)),
          std::move(fix));
  }
}

}  // namespace presshawk
