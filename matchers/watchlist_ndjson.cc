// SPDX-License-Identifier: Apache-2.0
// Watch-lists as JSON objects, one a line: strict, with the place of each
// value.
#include "absl/container/flat_hash_set.h"
#include "core/base/column_counter.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "matchers/watchlist_fields.h"
#include "matchers/watchlist_readers.h"

namespace presshawk {
namespace {

// One value with its place in the line.
struct JsonNode {
  enum class Kind : uint8_t { kNull, kString, kArray, kObject, kOther };
  Kind kind = Kind::kNull;
  size_t begin = 0;  // Of a string: behind its quote.
  size_t end = 0;    // Of a string: its closing quote.
  bool verbatim = false;
  std::string text;               // A string's meaning.
  std::vector<std::string> keys;  // Of an object.
  std::vector<JsonNode> children;
};

// Reads a document that FindJsonProblem has found good, so that nothing can be
// missing. Recursion is bounded by kLevels.
class TreeReader {
 public:
  static constexpr size_t kLevels = 16;  // A list nests four deep.

  explicit TreeReader(std::string_view text) : text_(text) {}

  JsonNode Read() {
    SkipSpace();
    JsonNode node;
    node.begin = at_;
    switch (text_[at_]) {
      case '{':
        node.kind = JsonNode::Kind::kObject;
        Members(&node, '}');
        break;
      case '[':
        node.kind = JsonNode::Kind::kArray;
        Members(&node, ']');
        break;
      case '"':
        String(&node);
        return node;
      default:
        node.kind = text_.substr(at_).starts_with("null")
                        ? JsonNode::Kind::kNull
                        : JsonNode::Kind::kOther;
        at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    }
    node.end = at_;
    return node;
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() && IsJsonSpace(text_[at_])) {
      ++at_;
    }
  }

  void Members(JsonNode* node, char close) {
    ++at_;
    for (SkipSpace(); text_[at_] != close; SkipSpace()) {
      if (text_[at_] == ',') {
        ++at_;
        continue;
      }
      if (close == '}') {
        JsonNode key;
        String(&key);
        node->keys.push_back(key.text);
        SkipSpace();
        ++at_;  // The colon.
      }
      node->children.push_back(Read());
    }
    ++at_;
  }

  void String(JsonNode* node) {
    node->kind = JsonNode::Kind::kString;
    node->begin = ++at_;
    while (text_[at_] != '"') {
      at_ += text_[at_] == '\\' ? 2 : 1;
    }
    node->end = at_++;
    const std::string_view content =
        text_.substr(node->begin, node->end - node->begin);
    node->text.resize(content.size());
    node->text.resize(UnescapeJson(content, node->text.data()));
    node->verbatim = content.find('\\') == std::string_view::npos;
  }

  const std::string_view text_;
  size_t at_ = 0;
};

class ListReader {
 public:
  ListReader(std::string_view file, uint32_t line, std::string_view json,
             WatchListSet* set)
      : line_(line), json_(json), columns_(json), collector_(file, set) {}

  void Run() {
    collector_.Begin({line_, 1, false});
    if (!IsValidUtf8(json_)) {
      // What follows takes it for granted.
      collector_.Error({line_, 1, false}, "this line is not valid UTF-8", "",
                       "save the file as UTF-8");
      collector_.End();
      return;
    }
    const JsonProblem problem = FindJsonProblem(json_, TreeReader::kLevels);
    if (!problem.detail.empty()) {
      collector_.Error({line_, 1, false},
                       StrCat("not a valid JSON object: ", problem.detail));
    } else {
      const JsonNode root = TreeReader(json_).Read();
      if (root.kind == JsonNode::Kind::kObject) {
        Members(root);
      } else {
        collector_.Error({line_, 1, false}, "a watch-list is a JSON object");
      }
    }
    collector_.End();
  }

 private:
  TextPosition PositionOf(const JsonNode& node) {
    return {line_, columns_.At(node.begin), node.verbatim};
  }

  bool String(const JsonNode& node, std::string_view key) {
    if (node.kind == JsonNode::Kind::kString) {
      return true;
    }
    collector_.Error(PositionOf(node), StrCat("`", key, "` is a string"), "",
                     "put it in quotes");
    return false;
  }

  bool Is(const JsonNode& node, JsonNode::Kind kind, std::string_view what) {
    if (node.kind == kind) {
      return true;
    }
    if (node.kind != JsonNode::Kind::kNull) {
      collector_.Error(PositionOf(node), std::string(what));
    }
    return false;
  }

  void Members(const JsonNode& root) {
    CheckKeys(root);
    for (size_t i = 0; i < root.keys.size(); ++i) {
      Member(root.keys[i], root.children[i]);
    }
  }

  // As in YAML: of two values of one key one would be dropped.
  void CheckKeys(const JsonNode& object) {
    absl::flat_hash_set<std::string_view> seen;
    for (size_t i = 0; i < object.keys.size(); ++i) {
      const std::string& key = object.keys[i];
      if (!seen.insert(key).second) {
        collector_.Error(PositionOf(object.children[i]),
                         StrCat("`", key, "` is given twice"), key,
                         "remove one of them");
      }
    }
  }

  void Member(const std::string& key, const JsonNode& value) {
    if (key == "id") {
      if (String(value, key)) {
        collector_.SetId(value.text, PositionOf(value));
      }
    } else if (key == "name") {
      if (value.kind != JsonNode::Kind::kNull && String(value, key)) {
        collector_.SetName(value.text);
      }
    } else if (key == "labels") {
      if (Is(value, JsonNode::Kind::kObject,
             "`labels` is an object of strings")) {
        CheckKeys(value);
        for (size_t i = 0; i < value.keys.size(); ++i) {
          if (String(value.children[i], key)) {
            collector_.AddLabel(value.keys[i], value.children[i].text);
          }
        }
      }
    } else if (key == "terms") {
      if (Is(value, JsonNode::Kind::kArray, "`terms` is an array of strings")) {
        for (const JsonNode& term : value.children) {
          if (String(term, key)) {
            collector_.AddTerm(term.text, PositionOf(term));
          }
        }
      }
    } else if (key == "query") {
      if (value.kind != JsonNode::Kind::kNull && String(value, key)) {
        collector_.SetQuery(value.text, PositionOf(value));
      }
    } else if (key == "forms") {
      if (Is(value, JsonNode::Kind::kArray, "`forms` is an array of strings")) {
        collector_.SetForms(PositionOf(value));
        for (const JsonNode& language : value.children) {
          if (String(language, key)) {
            collector_.AddFormsLanguage(language.text, PositionOf(language));
          }
        }
      }
    } else if (key == "min_relevance") {
      if (Is(value, JsonNode::Kind::kOther,
             "`min_relevance` is a whole number from 0 to 100")) {
        collector_.SetMinRelevance(
            std::string(json_.substr(value.begin, value.end - value.begin)),
            PositionOf(value));
      }
    } else if (key == "zones") {
      if (value.kind != JsonNode::Kind::kNull && String(value, key)) {
        collector_.SetZones(value.text, PositionOf(value));
      }
    } else if (key == "examples") {
      Examples(value);
    } else {
      collector_.UnknownKey(PositionOf(value), key, kWatchListKeys);
    }
  }

  void Examples(const JsonNode& value) {
    if (!Is(value, JsonNode::Kind::kObject,
            "`examples` is an object of `match` and `no_match`")) {
      return;
    }
    CheckKeys(value);
    for (size_t i = 0; i < value.keys.size(); ++i) {
      const std::string& key = value.keys[i];
      const JsonNode& examples = value.children[i];
      if (key != "match" && key != "no_match") {
        collector_.UnknownKey(PositionOf(examples), key, "match, no_match");
        continue;
      }
      if (!Is(examples, JsonNode::Kind::kArray,
              StrCat("`", key, "` is an array"))) {
        continue;
      }
      for (const JsonNode& example : examples.children) {
        const bool is_string = example.kind == JsonNode::Kind::kString;
        const size_t begin = example.begin - (is_string ? 1 : 0);
        const size_t end = example.end + (is_string ? 1 : 0);
        collector_.AddExample(key == "match",
                              std::string(json_.substr(begin, end - begin)),
                              PositionOf(example));
      }
    }
  }

  const uint32_t line_;
  const std::string_view json_;
  ColumnCounter columns_;
  WatchListCollector collector_;
};

}  // namespace

void ParseWatchListJson(std::string_view file, uint32_t line,
                        std::string_view json, WatchListSet* set) {
  ListReader(file, line, json, set).Run();
}

void ParseWatchListNdjson(std::string_view file, std::string_view content,
                          WatchListSet* set) {
  const size_t lists_before = set->lists.size();
  size_t tried = 0;
  uint32_t line = 0;
  for (size_t begin = 0; begin < content.size();) {
    const size_t end = std::min(content.find('\n', begin), content.size());
    const std::string_view json = content.substr(begin, end - begin);
    ++line;
    if (json.find_first_not_of(" \t\r") != std::string_view::npos) {
      const size_t good = set->lists.size() - lists_before;
      if (IsHopeless(tried - good, good)) {
        WatchListCollector(file, set).SayTooManyErrors({line, 1, false});
        return;
      }
      ParseWatchListJson(file, line, json, set);
      ++tried;
    }
    begin = end + 1;
  }
}

}  // namespace presshawk
