// Watch-lists in YAML, by event handler: a tree of 100,000 lists would take
// gigabytes.
#include <sstream>
#include <vector>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "absl/container/flat_hash_set.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "matchers/column_counter.h"
#include "matchers/watchlist_fields.h"
#include "matchers/watchlist_readers.h"

namespace presshawk {
namespace {

// Builds a small tree of one watch-list at a time, keeping every scalar as it
// is written.
struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMap };
  Kind kind = Kind::kNull;
  std::string scalar;
  TextPosition position;
  std::vector<YamlNode> children;  // Of a map: key, value, key, value …
};

class ListEvents : public YAML::EventHandler {
 public:
  ListEvents(std::string_view content, std::string_view file, WatchListSet* set)
      : content_(content), columns_(content), collector_(file, set) {}

  void OnDocumentStart(const YAML::Mark& mark) override { (void)mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Anchor(mark, anchor);
    YamlNode node;
    node.position = PositionOf(mark);
    Value(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    (void)anchor;
    collector_.Error(PositionOf(mark), "YAML aliases are not supported here");
    OnNull(mark, 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    Anchor(mark, anchor);
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.position = PositionOf(mark, value, tag == "!");
    node.scalar = value;
    // A plain `null` or `~` comes as a scalar with the tag `?`.
    if (tag == "?" && (value == "null" || value == "~")) {
      node.kind = YamlNode::Kind::kNull;
    }
    Value(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    (void)tag;
    (void)style;
    Anchor(mark, anchor);
    Open(YamlNode::Kind::kSequence, mark);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    (void)tag;
    (void)style;
    Anchor(mark, anchor);
    Open(YamlNode::Kind::kMap, mark);
  }
  void OnMapEnd() override { Close(); }

  void SyntaxError(const YAML::Exception& exception) {
    if (collector_.is_hopeless()) {
      collector_.SayTooManyErrors(PositionOf(exception.mark));
      return;
    }
    // yaml-cpp calls it a bad file.
    const bool too_deep =
        dynamic_cast<const YAML::DeepRecursion*>(&exception) != nullptr;
    collector_.Error(PositionOf(exception.mark),
                     too_deep ? "nested too deeply" : exception.msg, "",
                     "what stands above this place was read");
  }
  void NoLists() {
    if (!seen_lists_) {
      collector_.Error({1, 1, false}, "there is no `watchlists:` in this file",
                       "",
                       "begin with `watchlists:` and a list of watch-lists");
    }
  }

 private:
  // The place of a scalar's first character. yaml-cpp counts columns in bytes.
  // An escaped or folded scalar has no place for each of its characters.
  TextPosition PositionOf(const YAML::Mark& mark, std::string_view value = "",
                          bool quoted = false) {
    TextPosition position;
    position.line = static_cast<uint32_t>(std::max(mark.line, 0)) + 1;
    const size_t at =
        std::min(static_cast<size_t>(std::max(mark.pos, 0)), content_.size());
    size_t begin = at;
    const bool verbatim =
        value.find('\n') == std::string_view::npos && !value.empty() &&
        content_.substr(at + (quoted ? 1 : 0), value.size()) == value;
    if (verbatim) {
      position.verbatim = true;
      begin += quoted ? 1 : 0;
    }
    position.column = columns_.At(begin);
    return position;
  }

  void Anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) {
      collector_.Error(PositionOf(mark), "YAML anchors are not supported here");
    }
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.position = PositionOf(mark);
    open_.push_back(std::move(node));
  }

  void Close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    Value(std::move(node));
  }

  // open_: the document's map, then the sequence of lists, then one list.
  void Value(YamlNode node) {
    if (collector_.is_hopeless()) {
      YAML::Mark mark;
      mark.line = static_cast<int>(node.position.line) - 1;
      throw YAML::ParserException(mark, "");  // The only way out of the parser.
    }
    if (open_.empty()) {
      return;  // The document itself.
    }
    if (open_.size() == 2 && InLists()) {
      seen_lists_ = true;
      ReadList(node);
      return;  // Not kept.
    }
    if (open_.size() == 1 && open_[0].kind == YamlNode::Kind::kMap) {
      TopLevel(std::move(node));
      return;
    }
    open_.back().children.push_back(std::move(node));
  }

  bool InLists() const {
    return open_[1].kind == YamlNode::Kind::kSequence &&
           open_[0].kind == YamlNode::Kind::kMap &&
           open_[0].children.size() % 2 == 1 &&
           open_[0].children.back().scalar == "watchlists";
  }

  void TopLevel(YamlNode node) {
    std::vector<YamlNode>& children = open_[0].children;
    if (children.size() % 2 == 0) {
      if (node.scalar != "watchlists") {
        collector_.UnknownKey(node.position, node.scalar, "watchlists");
      }
      children.push_back(std::move(node));
      return;
    }
    if (children.back().scalar == "watchlists") {
      seen_lists_ = true;
      if (node.kind != YamlNode::Kind::kSequence) {
        collector_.Error(node.position,
                         "`watchlists` is a list of watch-lists");
      }
    }
    children.push_back(YamlNode());
  }

  bool Scalar(const YamlNode& node, std::string_view key) {
    if (node.kind == YamlNode::Kind::kScalar) {
      return true;
    }
    collector_.Error(node.position, StrCat("`", key, "` is a text"));
    return false;
  }

  void ReadList(const YamlNode& list) {
    collector_.Begin(list.position);
    if (list.kind != YamlNode::Kind::kMap) {
      collector_.Error(list.position, "a watch-list is a map with an id");
      collector_.End();
      return;
    }
    absl::flat_hash_set<std::string_view> seen;
    for (size_t i = 0; i + 1 < list.children.size(); i += 2) {
      const YamlNode& key = list.children[i];
      if (!seen.insert(key.scalar).second) {
        collector_.Error(key.position,
                         StrCat("`", key.scalar, "` stands twice"), key.scalar);
      }
      ReadMember(key, list.children[i + 1]);
    }
    collector_.End();
  }

  void ReadMember(const YamlNode& key, const YamlNode& value) {
    const std::string& name = key.scalar;
    if (name == "id") {
      if (Scalar(value, name)) {
        collector_.SetId(value.scalar, value.position);
      }
    } else if (name == "name") {
      if (Scalar(value, name)) {
        collector_.SetName(value.scalar);
      }
    } else if (name == "labels") {
      ReadLabels(value);
    } else if (name == "terms") {
      ReadTerms(value);
    } else if (name == "query") {
      if (value.kind != YamlNode::Kind::kNull && Scalar(value, name)) {
        collector_.SetQuery(value.scalar, value.position);
      }
    } else if (name == "examples") {
      ReadExamples(value);
    } else {
      collector_.UnknownKey(key.position, name, kWatchListKeys);
    }
  }

  void ReadLabels(const YamlNode& value) {
    if (value.kind == YamlNode::Kind::kNull) {
      return;
    }
    if (value.kind != YamlNode::Kind::kMap) {
      collector_.Error(value.position, "`labels` is a map of texts");
      return;
    }
    for (size_t i = 0; i + 1 < value.children.size(); i += 2) {
      if (Scalar(value.children[i + 1], "labels")) {
        collector_.AddLabel(value.children[i].scalar,
                            value.children[i + 1].scalar);
      }
    }
  }

  void ReadTerms(const YamlNode& value) {
    if (value.kind == YamlNode::Kind::kNull) {
      return;
    }
    if (value.kind != YamlNode::Kind::kSequence) {
      collector_.Error(value.position, "`terms` is a list of texts", "",
                       "write terms: [Kremlin, US election]");
      return;
    }
    for (const YamlNode& term : value.children) {
      if (Scalar(term, "terms")) {
        collector_.AddTerm(term.scalar, term.position);
      }
    }
  }

  void ReadExamples(const YamlNode& value) {
    if (value.kind != YamlNode::Kind::kMap) {
      collector_.Error(value.position,
                       "`examples` is a map of `match` and `no_match`");
      return;
    }
    for (size_t i = 0; i + 1 < value.children.size(); i += 2) {
      const YamlNode& key = value.children[i];
      const YamlNode& examples = value.children[i + 1];
      if (key.scalar != "match" && key.scalar != "no_match") {
        collector_.UnknownKey(key.position, key.scalar, "match, no_match");
        continue;
      }
      if (examples.kind != YamlNode::Kind::kSequence) {
        collector_.Error(examples.position,
                         StrCat("`", key.scalar, "` is a list"));
        continue;
      }
      for (const YamlNode& example : examples.children) {
        std::string json;
        AppendJson(example, &json);
        collector_.AddExample(key.scalar == "match", std::move(json),
                              example.position);
      }
    }
  }

  // Scalars are texts, as they are written.
  static void AppendJson(const YamlNode& node, std::string* json) {
    switch (node.kind) {
      case YamlNode::Kind::kNull:
        *json += "null";
        return;
      case YamlNode::Kind::kScalar:
        AppendJsonString(node.scalar, json);
        return;
      case YamlNode::Kind::kSequence:
        *json += '[';
        for (size_t i = 0; i < node.children.size(); ++i) {
          *json += i > 0 ? "," : "";
          AppendJson(node.children[i], json);
        }
        *json += ']';
        return;
      case YamlNode::Kind::kMap:
        *json += '{';
        for (size_t i = 0; i + 1 < node.children.size(); i += 2) {
          *json += i > 0 ? "," : "";
          AppendJsonString(node.children[i].scalar, json);
          *json += ':';
          AppendJson(node.children[i + 1], json);
        }
        *json += '}';
        return;
    }
  }

  const std::string_view content_;
  ColumnCounter columns_;
  WatchListCollector collector_;
  std::vector<YamlNode> open_;
  bool seen_lists_ = false;
};

}  // namespace

void ParseWatchListYaml(std::string_view file, std::string_view content,
                        WatchListSet* set) {
  // Bytes that are not UTF-8 become U+FFFD, which the collector refuses.
  std::string valid;
  if (!IsValidUtf8(content)) {
    valid = ReplaceInvalidUtf8(content);
    content = valid;
  }
  ListEvents events(content, file, set);
  std::istringstream stream{std::string(content)};
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(events);
    events.NoLists();
  } catch (const YAML::Exception& exception) {
    events.SyntaxError(exception);
  }
}

}  // namespace presshawk
