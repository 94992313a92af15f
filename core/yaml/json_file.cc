// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/json_file.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/column_counter.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

constexpr size_t kLevelsMax = 32;

// Reads a document that FindJsonProblem() has found good, so that nothing can
// be missing and recursion is bounded.
class TreeReader {
 public:
  TreeReader(std::string_view text, uint32_t line, YamlFile* file)
      : text_(text), columns_(text), line_(line), file_(file) {}

  YamlNode Read() {
    SkipSpace();
    YamlNode node = NodeHere();
    switch (text_[at_]) {
      case '{':
        node.kind = YamlNode::Kind::kMap;
        node.braces = true;
        ReadMembers(&node);
        break;
      case '[':
        node.kind = YamlNode::Kind::kSequence;
        node.braces = true;
        ReadElements(&node);
        break;
      case '"':
        ReadText(&node);
        break;
      default:
        ReadWord(&node);
    }
    return node;
  }

 private:
  YamlNode NodeHere() {
    YamlNode node;
    node.begin = at_;
    node.place = {.line = line_, .column = columns_.At(at_)};
    return node;
  }

  void SkipSpace() {
    while (at_ < text_.size() && IsJsonSpace(text_[at_])) {
      ++at_;
    }
  }

  // Whether another element follows; steps over the comma before it.
  bool HasNext(char close) {
    SkipSpace();
    if (text_[at_] == ',') {
      ++at_;
      SkipSpace();
    }
    if (text_[at_] != close) {
      return true;
    }
    ++at_;
    return false;
  }

  void ReadElements(YamlNode* node) {
    ++at_;
    while (HasNext(']')) {
      node->children.push_back(Read());
    }
  }

  void ReadMembers(YamlNode* node) {
    ++at_;
    while (HasNext('}')) {
      YamlNode key = NodeHere();
      ReadText(&key);
      SkipSpace();
      ++at_;  // The colon.
      if (node->Find(key.text) != nullptr) {
        file_->mistakes.push_back(
            {.place = key.place,
             .message = StrCat("`", key.text, "` is given twice"),
             .fix = "remove one of them"});
      }
      node->children.push_back(std::move(key));
      node->children.push_back(Read());
    }
  }

  void ReadText(YamlNode* node) {
    node->kind = YamlNode::Kind::kScalar;
    node->quoted = true;
    const size_t begin = ++at_;
    while (text_[at_] != '"') {
      at_ += text_[at_] == '\\' ? 2 : 1;
    }
    const std::string_view content = text_.substr(begin, at_++ - begin);
    node->text.resize(content.size());
    node->text.resize(UnescapeJson(content, node->text.data()));
    node->verbatim = content.find('\\') == std::string_view::npos;
  }

  // A number, true, false or null.
  void ReadWord(YamlNode* node) {
    const size_t end =
        std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    node->text = text_.substr(at_, end - at_);
    node->kind =
        node->text == "null" ? YamlNode::Kind::kNull : YamlNode::Kind::kScalar;
    node->plain = node->verbatim = true;
    at_ = end;
  }

  const std::string_view text_;
  ColumnCounter columns_;
  const uint32_t line_;
  YamlFile* const file_;
  size_t at_ = 0;
};

}  // namespace

YamlFile ReadJsonTree(std::string_view json, uint32_t line) {
  YamlFile file;
  std::string mistake;
  if (!IsValidUtf8(json)) {
    mistake = "this is not valid UTF-8";
  } else if (const JsonProblem problem = FindJsonProblem(json, kLevelsMax);
             !problem.detail.empty()) {
    mistake = StrCat("not a valid JSON object: ", problem.detail);
  }
  if (!mistake.empty()) {
    file.whole = false;
    file.mistakes.push_back({.place = {.line = line, .column = 1},
                             .message = std::move(mistake),
                             .fix = ""});
    return file;
  }
  file.root = TreeReader(json, line, &file).Read();
  return file;
}

}  // namespace presshawk
