// Reads maps of the configuration key by key, remembers which keys were asked
// for, and collects what is wrong with their places. Private to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/config/config_error.h"
#include "core/config/environment.h"
#include "core/yaml/yaml_file.h"

namespace presshawk {

// The file being read: keeps the errors.
class YamlReader {
 public:
  // All must outlive the reader.
  YamlReader(std::string_view text, const std::string& file,
             const Environment& environment);

  static ConfigPlace PlaceOf(const YamlNode& node) {
    return {.line = node.place.line, .column = node.place.column};
  }
  // Empty beyond the last line.
  std::string_view LineAt(ConfigPlace place) const;
  void Error(ConfigPlace place, std::string message, std::string fix);
  const Environment& environment() const { return environment_; }
  void Warn(ConfigPlace place, std::string message, std::string fix);
  std::vector<ConfigError> TakeErrors();    // In order of place.
  std::vector<ConfigError> TakeWarnings();  // The same.

 private:
  const std::string& file_;
  const Environment& environment_;
  std::vector<std::string_view> lines_;
  std::vector<ConfigError> errors_;
  std::vector<ConfigError> warnings_;
};

// A scalar after the environment was put in.
struct YamlScalar {
  std::string text;
  std::string written;  // What errors quote.
  ConfigPlace place;
  std::string file = {};  // Whose content `text` is; empty for none.
};

// One map. A missing map is an empty one, so that defaults need no `if`s.
class YamlSection {
 public:
  // `name` is what errors call it: "source.kafka"; empty for the whole file.
  // `node` null: an empty map. Anything but a map is an error. `node` must
  // outlive the section.
  YamlSection(YamlReader* reader, std::string name, const YamlNode& node,
              ConfigPlace place);

  ConfigPlace place() const { return place_; }
  bool Has(std::string_view key);
  // Where the key stands, or the section if it does not.
  ConfigPlace PlaceOfKey(std::string_view key) const;

  // Each returns nothing when the key is absent or its value is bad, which is
  // then an error.
  std::optional<YamlScalar> Scalar(std::string_view key);
  std::optional<std::string> Text(std::string_view key);  // Not empty.
  std::optional<bool> Bool(std::string_view key);
  std::optional<uint64_t> Integer(std::string_view key, uint64_t min,
                                  uint64_t max);
  std::optional<uint64_t> Size(std::string_view key, uint64_t min,
                               uint64_t max);
  std::optional<absl::Duration> Duration(std::string_view key,
                                         absl::Duration min,
                                         absl::Duration max);
  // The index in `choices`.
  std::optional<size_t> Choice(std::string_view key,
                               absl::Span<const std::string_view> choices);
  // A list of texts that are not empty.
  std::vector<YamlScalar> Texts(std::string_view key);
  YamlSection Map(std::string_view key);
  // A list of maps.
  std::vector<YamlSection> Maps(std::string_view key);
  // Every key with its scalar, where the keys are the user's. A value may be
  // `{file: PATH}` instead: the content of that file, without the line feed at
  // its end.
  std::vector<std::pair<YamlScalar, YamlScalar>> Scalars();

  // Of `choices`, the one key that is there. None or several is an error at the
  // section, with `fix`.
  std::optional<size_t> OneOf(absl::Span<const std::string_view> choices,
                              std::string_view fix);
  // Reports the keys that nobody asked for. Call it last.
  void RejectUnknownKeys();
  void Error(ConfigPlace place, std::string message, std::string fix);
  void Warn(ConfigPlace place, std::string message, std::string fix);

 private:
  struct Entry {
    std::string key;
    ConfigPlace place;
    const YamlNode* value = nullptr;
    bool asked = false;
  };

  const Entry* Find(std::string_view key);
  std::optional<YamlScalar> ReadFileValue(const Entry& entry);
  std::string PathOf(std::string_view key) const;
  std::optional<YamlScalar> ReadScalar(std::string_view path,
                                       const YamlNode& node, ConfigPlace place);

  YamlReader* reader_;
  std::string name_;
  ConfigPlace place_;
  bool is_map_ = true;
  std::vector<Entry> entries_;
  std::vector<std::string> known_;
};

}  // namespace presshawk
