// SPDX-License-Identifier: Apache-2.0
// A YAML file as a tree of texts with their places.
//
// What every file of ours has in common is decided here: one document; no key
// twice in a map; scalars as they are written, unquoted `null`, `~` and nothing
// at all being null; anchors and aliases resolved; no merge keys (`<<`), no
// tags but those of texts, lists and maps; valid UTF-8 without control
// characters, which yaml-cpp takes for the end of the file.
//
// LIFE. A tree owns its texts.
// THREAD SAFETY. Functions only; no shared state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace presshawk {

struct YamlPlace {
  uint32_t line = 1;    // From 1.
  uint32_t column = 1;  // From 1, in code points.
  friend auto operator<=>(const YamlPlace&, const YamlPlace&) = default;
};

struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  bool plain = false;  // A scalar without quotes that is no block (| or >).
  // A scalar that stands on one line as it is: its character n is at column
  // text_column() + n.
  bool verbatim = false;
  bool quoted = false;
  bool braces = false;  // A map or sequence in { } or [ ].
  YamlPlace place;      // Of its first character, which may be a quote.
  size_t begin = 0;     // The byte of the file that `place` is.
  std::string text;     // A scalar's; of null what is written: "", "~", "null".
  std::vector<YamlNode> children;  // Of a map: key, value, key, value …

  uint32_t text_column() const {
    return place.column + (verbatim && quoted ? 1 : 0);
  }
  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_map() const { return kind == Kind::kMap; }
  // A map's value; null where there is no such key.
  const YamlNode* Find(std::string_view key) const;
};

struct YamlMistake {
  YamlPlace place;
  std::string message;
  std::string fix;  // What to do; may be empty.
};

struct YamlFile {
  YamlNode root;
  std::vector<YamlMistake> mistakes;  // In order of place; at most 1,000.
  // False after a mistake of syntax: `root` is what stands above it.
  bool whole = true;
};

// Reads a file's content, with or without a byte order mark. Takes memory for
// the tree, and for what aliases repeat at most 16 MiB and 32 times the file.
// Nests at most 500 levels, aliases included.
YamlFile ReadYaml(std::string_view text);

// Takes the elements of a long list one by one, so that the tree of a file of
// 100,000 watch-lists never exists.
class YamlElementReader {
 public:
  virtual ~YamlElementReader() = default;
  // The next element, with the mistakes in it, and the file's text in which
  // YamlNode::begin counts. False: read no further.
  virtual bool OnElement(const YamlNode& element,
                         absl::Span<const YamlMistake> mistakes,
                         std::string_view content) = 0;
};

// As ReadYaml, but the elements of the sequence under `key` of the file's map
// go to `reader` as soon as each was read; `root` has the sequence without
// them, and `mistakes` those outside of them. Bytes that are no text are not
// among these: each stands as U+FFFD in the text that it belongs to, so that it
// spoils one element only.
YamlFile ReadYamlElements(std::string_view text, std::string_view key,
                          YamlElementReader* reader);

}  // namespace presshawk
