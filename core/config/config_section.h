// SPDX-License-Identifier: Apache-2.0
// One map of the configuration, read key by key: typed values with their
// places, keys that nobody knows, and what is wrong.
//
//   void ReadCache(ConfigSection* file, CacheOptions* options) {
//     ConfigSection cache = file->Map("cache");
//     options->path = cache.Text("path").value_or("");
//     cache.RejectUnknownKeys();
//   }
//
// The owner of a section includes this header and no YAML. How to add a section
// is told in sections/README.md.
//
// ERRORS. They are collected and never returned: each names its place, and all
// of them are told at once. A value that is absent or wrong reads as nothing,
// and the reader goes on with its default.
// LIFE. A section lives while its file is read (ReadConfig).
// THREAD SAFETY. None.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/config/config_error.h"

namespace presshawk {

class ConfigReader;
struct YamlNode;

// A single value, after the environment was put in.
struct ConfigScalar {
  std::string text;
  std::string written;  // As it stands in the file: what errors quote.
  ConfigPlace place;
  // The file whose content `text` is ({file: PATH}); empty for none.
  std::string value_file = {};
  // The column of the first character of `text`, where the text stands on one
  // line as it is: character n is then at column + n. 0 where it does not.
  uint32_t text_column = 0;
};

class ConfigSection {
 public:
  // For ReadConfigText(), which makes that of the whole file; all others
  // come from Map() and Maps(). `name` is what errors call it: "source.kafka",
  // or nothing for the whole file. `node` and `reader` must outlive it.
  ConfigSection(ConfigReader* reader, std::string name, const YamlNode& node,
                ConfigPlace place);

  ConfigPlace place() const { return place_; }
  bool Has(std::string_view key);
  // Where the key stands, or the section if it has no such key.
  ConfigPlace PlaceOfKey(std::string_view key) const;
  // What errors call a key: "source.kafka.topics".
  std::string PathOf(std::string_view key) const;

  // --- Values. Each returns nothing where the key is absent, or where its value
  // is bad, which is then an error.
  std::optional<ConfigScalar> Scalar(std::string_view key);
  std::optional<std::string> Text(std::string_view key);  // Not empty.
  // A text that may be the content of a file: `key: TEXT`, or `key: {file:
  // PATH}`, which stands for that content without the line feed at its end.
  std::optional<ConfigScalar> TextOrFile(std::string_view key);
  std::optional<bool> Bool(std::string_view key);
  // From `min` to `max`, both included.
  std::optional<uint64_t> Integer(std::string_view key, uint64_t min,
                                  uint64_t max);
  // In bytes, written with or without a unit.
  std::optional<uint64_t> Size(std::string_view key, uint64_t min,
                               uint64_t max);
  std::optional<absl::Duration> Duration(std::string_view key,
                                         absl::Duration min,
                                         absl::Duration max);
  // The index in `choices`.
  std::optional<size_t> Choice(std::string_view key,
                               absl::Span<const std::string_view> choices);
  // A list of texts that are not empty.
  std::vector<ConfigScalar> Texts(std::string_view key);
  // Every key with its value, where the keys are the user's.
  std::vector<std::pair<ConfigScalar, ConfigScalar>> Scalars();
  // The same, but a value may be `{file: PATH}`, as for TextOrFile().
  std::vector<std::pair<ConfigScalar, ConfigScalar>> ScalarsOrFiles();

  // --- Sections inside. One that is missing reads as an empty one, so that
  // defaults need no `if`.
  ConfigSection Map(std::string_view key);
  std::vector<ConfigSection> Maps(std::string_view key);  // A list of maps.
  // Every key with its map, where the keys are the user's.
  std::vector<std::pair<ConfigScalar, ConfigSection>> Sections();
  // Whether the value of the key is a map: where a text may stand as well.
  bool HoldsMap(std::string_view key);

  // --- Rules.
  // The index in `choices` of the one key that is there. None or several of
  // them is an error of the section, with `fix`.
  std::optional<size_t> OneOf(absl::Span<const std::string_view> choices,
                              std::string_view fix);
  // Reports the keys that nobody asked for. Call it last. `fix_of` may say what to
  // do about a key that resembles no known one; it returns nothing otherwise.
  void RejectUnknownKeys(
      absl::FunctionRef<std::string(std::string_view key)> fix_of = NoFix);
  // `fix` says what to do, and may be empty.
  void Error(ConfigPlace place, std::string message, std::string fix);
  // The number of errors of the whole file so far: what is told between two
  // calls belongs to what was read meanwhile.
  size_t error_count() const;
  // The same as Error() for what is allowed and hardly meant.
  void Warn(ConfigPlace place, std::string message, std::string fix);

 private:
  struct Entry {
    std::string key;
    ConfigPlace place;
    const YamlNode* value = nullptr;
    bool asked = false;
  };

  static std::string NoFix(std::string_view /*key*/) { return {}; }
  const Entry* Find(std::string_view key);
  static ConfigScalar NameOf(const Entry& entry) {
    return {.text = entry.key, .written = entry.key, .place = entry.place};
  }
  std::optional<ConfigScalar> ReadFileValue(const Entry& entry);
  std::optional<ConfigScalar> ReadScalar(std::string_view path,
                                         const YamlNode& node,
                                         ConfigPlace place);

  ConfigReader* reader_;
  std::string name_;
  ConfigPlace place_;
  bool is_map_ = true;
  std::vector<Entry> entries_;
  std::vector<std::string> known_;  // Keys that were asked for.
};

}  // namespace presshawk
