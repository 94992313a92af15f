// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/yaml_file.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "absl/container/flat_hash_map.h"
#include "core/base/column_counter.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/yaml/yaml_quotes.h"

namespace presshawk {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr size_t kMistakesMax = 1000;
constexpr size_t kLevelsMax = 500;  // As yaml-cpp's own, for what is written.
constexpr size_t kAliasBytes = 16UL << 20;
constexpr size_t kAliasGrowth = 32;

// The way out of yaml-cpp's parser; never leaves this file.
struct StopReading {};

// `text` as yaml-cpp may see it: bytes that are no UTF-8, and control
// characters (it ends the file at U+0004), become U+FFFD. *first_bad is the
// first of them in what is returned.
std::string CleanText(std::string_view text, std::optional<size_t>* first_bad) {
  std::string clean;
  clean.reserve(text.size());
  const auto replace = [&] {
    if (!first_bad->has_value()) {
      *first_bad = clean.size();
    }
    clean += kReplacement;
  };
  if (IsValidUtf8(text)) {
    for (const char c : text) {
      if (static_cast<uint8_t>(c) < 0x20 && c != '\t' && c != '\n' &&
          c != '\r') {
        replace();
      } else {
        clean += c;
      }
    }
    return clean;
  }
  while (!text.empty()) {
    const size_t size = Utf8Size(text[0]);
    const auto first = static_cast<uint8_t>(text[0]);
    const bool is_text =
        first >= 0x20 || text[0] == '\t' || text[0] == '\n' || text[0] == '\r';
    if (is_text && size <= text.size() && IsValidUtf8(text.substr(0, size))) {
      clean += text.substr(0, size);
      text.remove_prefix(size);
    } else {
      replace();
      text.remove_prefix(1);
    }
  }
  return clean;
}

// Levels of a tree, and about what it takes.
struct TreeSize {
  size_t levels = 0;
  size_t bytes = 0;
};
TreeSize SizeOf(const YamlNode& node) {
  TreeSize size;
  size.bytes = sizeof(YamlNode) + node.text.size();
  for (const YamlNode& child : node.children) {
    const TreeSize below = SizeOf(child);
    size.levels = std::max(size.levels, below.levels);
    size.bytes += below.bytes;
  }
  ++size.levels;
  return size;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  // Without a reader `key` is not looked at.
  TreeBuilder(std::string_view content, std::string_view key,
              YamlElementReader* reader)
      : content_(content),
        columns_(content),
        key_(key),
        reader_(reader),
        alias_bytes_(kAliasBytes + kAliasGrowth * content.size()) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) {
      return;
    }
    Mistake(PlaceOf(BeginOf(mark)), "a further YAML document begins here",
            "keep one document: remove the `---`, or use a file for each");
    throw StopReading();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.begin = anchor == 0 ? BeginOf(mark) : BehindProperties(BeginOf(mark));
    node.place = PlaceOf(node.begin);
    node.plain = true;
    node.text = WrittenNull(node.begin);
    if (node.text == "Null" || node.text == "NULL") {
      node.kind = YamlNode::Kind::kScalar;  // Read as written (SPEC A3).
      node.verbatim = true;
    }
    Value(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.begin = BehindProperties(BeginOf(mark));
    CheckTag(tag, "str", node.begin);
    const char first = CharAt(node.begin);
    node.quoted = first == '"' || first == '\'';
    node.plain = !node.quoted && first != '|' && first != '>';
    const size_t text_begin =
        std::min(node.begin + (node.quoted ? 1 : 0), content_.size());
    node.verbatim = value.find('\n') == std::string::npos && !value.empty() &&
                    content_.substr(text_begin, value.size()) == value;
    node.place = PlaceOf(node.begin);
    node.text = value;
    Value(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    Open(YamlNode::Kind::kSequence, mark, anchor, style);
    CheckTag(tag, "seq", open_.back().node.begin);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    Open(YamlNode::Kind::kMap, mark, anchor, style);
    CheckTag(tag, "map", open_.back().node.begin);
  }
  void OnMapEnd() override { Close(); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const YamlPlace place = PlaceOf(BeginOf(mark));
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      Mistake(place, "this alias stands in what it is an alias of",
              "write the value out");
      Value(YamlNode(), 0);
      return;
    }
    if (open_.size() + found->second.size.levels > kLevelsMax) {
      Mistake(place, "nested too deeply", "write the value out");
      Value(YamlNode(), 0);
      return;
    }
    Spend(found->second.size.bytes, place);
    if (StreamsNext() && found->second.node.is_sequence()) {
      element_mistakes_ = mistakes_.size();
      YamlNode list = found->second.node;
      for (const YamlNode& element : list.children) {
        GiveElement(element);
      }
      list.children.clear();
      Value(std::move(list), 0);
      return;
    }
    Value(found->second.node, 0);
  }

  // What the parser threw.
  void SyntaxMistake(const YAML::Exception& exception) {
    const bool too_deep =
        dynamic_cast<const YAML::DeepRecursion*>(&exception) != nullptr;
    const size_t at = BeginOf(exception.mark);
    whole_ = false;
    Mistake(
        PlaceOf(at),
        too_deep ? "nested too deeply" : StrCat("not YAML: ", exception.msg),
        too_deep ? "" : QuotesFix(content_, at));
    // What stands above it was read.
    while (!open_.empty()) {
      YamlNode node = std::move(open_.back().node);
      open_.pop_back();
      if (open_.empty()) {
        root_ = std::move(node);
      } else if (open_.back().node.is_map() &&
                 open_.back().node.children.size() % 2 == 0) {
        continue;  // Would be a key.
      } else if (!(reader_ != nullptr && open_.size() == 2)) {
        open_.back().node.children.push_back(std::move(node));
      }
    }
  }

  void BadText(size_t at) {
    Mistake(PlaceOf(at),
            "this is no text: bytes that are not UTF-8, or a control character",
            "save the file as UTF-8");
  }

  YamlFile Take() {
    YamlFile file;
    file.root = std::move(root_);
    file.whole = whole_;
    file.mistakes = std::move(mistakes_);
    std::stable_sort(file.mistakes.begin(), file.mistakes.end(),
                     [](const YamlMistake& a, const YamlMistake& b) {
                       return a.place < b.place;
                     });
    return file;
  }

 private:
  struct OpenNode {
    YamlNode node;
    YAML::anchor_t anchor = 0;
  };
  struct Anchor {
    YamlNode node;
    TreeSize size;
  };

  size_t BeginOf(const YAML::Mark& mark) const {
    return std::min(static_cast<size_t>(std::max(mark.pos, 0)),
                    content_.size());
  }

  YamlPlace PlaceOf(size_t at) {
    // Mistakes of a map come at its end: the line is counted, not taken from a
    // mark.
    if (at < line_at_) {
      line_ -= static_cast<uint32_t>(std::count(
          content_.begin() + static_cast<std::ptrdiff_t>(at),
          content_.begin() + static_cast<std::ptrdiff_t>(line_at_), '\n'));
    } else {
      line_ += static_cast<uint32_t>(
          std::count(content_.begin() + static_cast<std::ptrdiff_t>(line_at_),
                     content_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    }
    line_at_ = at;
    return {.line = line_, .column = columns_.At(at)};
  }

  char CharAt(size_t at) const {
    return at < content_.size() ? content_[at] : '\0';
  }

  // Behind the `&anchor` and `!tag` at `at`, whose place yaml-cpp gives.
  size_t BehindProperties(size_t at) const {
    while (CharAt(at) == '&' || CharAt(at) == '!') {
      at = std::min(content_.find_first_of(" \t\r\n,]}", at), content_.size());
      at = std::min(content_.find_first_not_of(" \t\r\n", at), content_.size());
    }
    return at;
  }

  // yaml-cpp does not say how a null is written; where nothing is, it names
  // whatever follows.
  std::string WrittenNull(size_t at) const {
    for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
      if (!content_.substr(at).starts_with(word)) {
        continue;
      }
      size_t end = at + word.size();
      if (end < content_.size() &&
          std::string_view(" \t\r\n,]}:#").find(content_[end]) ==
              std::string_view::npos) {
        return "";
      }
      return std::string(word);
    }
    return "";
  }

  void CheckTag(const std::string& tag, std::string_view kind, size_t at) {
    if (tag.empty() || tag == "?" || tag == "!" ||
        tag == StrCat("tag:yaml.org,2002:", kind)) {
      return;
    }
    Mistake(PlaceOf(at), StrCat("the tag `", tag, "` is not read"),
            "remove it: values are taken as they are written");
  }

  void Spend(size_t bytes, YamlPlace place) {
    if (bytes > alias_bytes_) {
      whole_ = false;
      Mistake(place, "aliases repeat too much of this file",
              "write the values out");
      throw StopReading();
    }
    alias_bytes_ -= bytes;
  }

  // Whether the next value is the list whose elements are taken one by one.
  bool StreamsNext() const {
    return reader_ != nullptr && open_.size() == 1 && open_[0].node.is_map() &&
           open_[0].node.children.size() % 2 == 1 &&
           open_[0].node.children.back().text == key_;
  }
  // Whether the innermost open node is that list.
  bool InStream() const {
    return reader_ != nullptr && open_.size() == 2 &&
           open_[1].node.is_sequence() && open_[0].node.is_map() &&
           open_[0].node.children.size() % 2 == 1 &&
           open_[0].node.children.back().text == key_;
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style) {
    if (InStream() || StreamsNext()) {
      element_mistakes_ = mistakes_.size();
    }
    OpenNode opened;
    opened.anchor = anchor;
    opened.node.kind = kind;
    opened.node.braces = style == YAML::EmitterStyle::Flow;
    opened.node.begin = BehindProperties(BeginOf(mark));
    opened.node.place = PlaceOf(opened.node.begin);
    open_.push_back(std::move(opened));
  }

  void Close() {
    OpenNode closed = std::move(open_.back());
    open_.pop_back();
    if (closed.node.is_map()) {
      CheckKeys(&closed.node);
    }
    Value(std::move(closed.node), closed.anchor);
  }

  // Members whose key is told here are taken out, so that it is told once.
  void CheckKeys(YamlNode* map) {
    absl::flat_hash_map<std::string, uint32_t> lines;
    std::vector<YamlNode>& children = map->children;
    size_t kept = 0;
    for (size_t i = 0; i + 1 < children.size(); i += 2) {
      const YamlNode& key = children[i];
      if (key.is_sequence() || key.is_map() || key.text.empty()) {
        Mistake(key.place, "a key must be a single value", "");
        continue;
      }
      if (key.plain && key.text == "<<") {
        Mistake(key.place, "merge keys (`<<`) are not read",
                "write the keys out, or repeat a whole value: `key: *name`");
        continue;
      }
      const auto [it, is_new] = lines.emplace(key.text, key.place.line);
      if (!is_new) {
        Mistake(key.place,
                StrCat("`", key.text, "` is given twice (first in line ",
                       it->second, ")"),
                "remove one of them");
      }
      if (kept < i) {
        children[kept] = std::move(children[i]);
        children[kept + 1] = std::move(children[i + 1]);
      }
      kept += 2;
    }
    children.resize(kept);
  }

  void Value(YamlNode node, YAML::anchor_t anchor) {
    if (anchor != 0) {
      const TreeSize size = SizeOf(node);
      Spend(size.bytes, node.place);
      anchors_[anchor] = {node, size};
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    if (InStream()) {
      GiveElement(node);
      return;
    }
    std::vector<YamlNode>& siblings = open_.back().node.children;
    if (!siblings.empty() && siblings.back().is_null() &&
        siblings.back().begin == node.begin) {
      siblings.back().text.clear();  // It was this one's text.
    }
    siblings.push_back(std::move(node));
  }

  void GiveElement(const YamlNode& element) {
    std::stable_sort(
        mistakes_.begin() + static_cast<std::ptrdiff_t>(element_mistakes_),
        mistakes_.end(), [](const YamlMistake& a, const YamlMistake& b) {
          return a.place < b.place;
        });
    const bool go_on = reader_->OnElement(
        element, absl::MakeConstSpan(mistakes_).subspan(element_mistakes_),
        content_);
    mistakes_.resize(element_mistakes_);
    if (!go_on) {
      throw StopReading();
    }
  }

  void Mistake(YamlPlace place, std::string message, std::string fix) {
    if (mistakes_.size() < kMistakesMax) {
      mistakes_.push_back({place, std::move(message), std::move(fix)});
    }
  }

  const std::string_view content_;
  ColumnCounter columns_;
  size_t line_at_ = 0;  // `line_` is its line.
  uint32_t line_ = 1;
  const std::string_view key_;
  YamlElementReader* const reader_;
  size_t alias_bytes_;  // That may still be repeated.
  int documents_ = 0;
  std::vector<OpenNode> open_;
  absl::flat_hash_map<YAML::anchor_t, Anchor> anchors_;
  std::vector<YamlMistake> mistakes_;
  size_t element_mistakes_ = 0;  // Where those of the element in hand begin.
  YamlNode root_;
  bool whole_ = true;
};

YamlFile Read(std::string_view text, std::string_view key,
              YamlElementReader* reader) {
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  std::optional<size_t> bad;
  const std::string content = CleanText(text, &bad);
  TreeBuilder builder(content, key, reader);
  if (bad.has_value() && reader == nullptr) {
    builder.BadText(*bad);
  }
  std::istringstream stream(content);
  try {
    YAML::Parser parser(stream);
    // Not all of them: for a text that begins with a comma yaml-cpp finds
    // documents without end.
    if (parser.HandleNextDocument(builder)) {
      parser.HandleNextDocument(builder);
    }
  } catch (const YAML::Exception& exception) {
    builder.SyntaxMistake(exception);
  } catch (const StopReading&) {
  }
  return builder.Take();
}

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (size_t i = 0; is_map() && i + 1 < children.size(); i += 2) {
    if (children[i].text == key) {
      return &children[i + 1];
    }
  }
  return nullptr;
}

YamlFile ReadYaml(std::string_view text) { return Read(text, "", nullptr); }

YamlFile ReadYamlElements(std::string_view text, std::string_view key,
                          YamlElementReader* reader) {
  return Read(text, key, reader);
}

}  // namespace presshawk
