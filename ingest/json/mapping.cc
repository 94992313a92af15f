// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/mapping.h"

#include <algorithm>
#include <optional>

#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/yaml/yaml_file.h"
#include "ingest/json/pointer_tree.h"
#include "ingest/json/presets.h"

namespace presshawk {
namespace {

constexpr std::array<std::string_view, kArticleKeyCount> kKeyNames = {
    "id",      "version", "title",        "summary", "body",
    "author",  "source",  "site",         "url",     "lang",
    "country", "tags",    "published_at", "status",  "embargo"};

bool IsTextKey(ArticleKey key) {
  return key == ArticleKey::kTitle || key == ArticleKey::kSummary ||
         key == ArticleKey::kBody || key == ArticleKey::kAuthor;
}

// Collects the mistakes of a mapping file.
class MappingReader {
 public:
  explicit MappingReader(std::string_view file) : file_(file) {}

  absl::StatusOr<Mapping> Read(const std::string& yaml) {
    const YamlFile content = ReadYaml(yaml);
    for (const YamlMistake& mistake : content.mistakes) {
      ErrorAt(mistake.place, mistake.fix.empty()
                                 ? mistake.message
                                 : StrCat(mistake.message, ": ", mistake.fix));
    }
    if (content.whole) {
      ReadRoot(content.root);
    }
    std::stable_sort(mistakes_.begin(), mistakes_.end(),
                     [](const MappingMistake& a, const MappingMistake& b) {
                       return std::pair(a.line, a.column) <
                              std::pair(b.line, b.column);
                     });
    if (mistakes_.empty() && PointerTree(mapping_).too_large()) {
      ErrorAt({}, "the stars of these pointers multiply: use fewer of them");
    }
    if (mistakes_.empty()) {
      return mapping_;
    }
    std::string all;
    for (const MappingMistake& mistake : mistakes_) {
      StrAppend(&all, all.empty() ? "" : "\n", file_, ":", mistake.line, ":",
                mistake.column, ": error: ", mistake.message);
    }
    return absl::InvalidArgumentError(all);
  }

  std::vector<MappingMistake> TakeMistakes() { return std::move(mistakes_); }

 private:
  void ReadRoot(const YamlNode& root) {
    if (!root.is_map()) {
      Error(root,
            "a mapping file is a map from article fields to JSON Pointers, "
            "e.g. `title: /headline`");
      return;
    }
    // First, as the fields begin with it, wherever it stands.
    if (const YamlNode* const html = root.Find("html"); html != nullptr) {
      ReadHtml(*html, &html_of_all_);
    }
    for (size_t i = 0; i + 1 < root.children.size(); i += 2) {
      ReadKey(root.children[i], root.children[i + 1]);
    }
  }

  void ReadKey(const YamlNode& key, const YamlNode& value) {
    for (size_t i = 0; i < kKeyNames.size(); ++i) {
      if (kKeyNames[i] == key.text) {
        ReadSource(static_cast<ArticleKey>(i), value);
        return;
      }
    }
    if (key.text == "html") {
      return;  // Read already.
    }
    std::string known;
    for (const std::string_view key_name : kKeyNames) {
      StrAppend(&known, known.empty() ? "" : ", ", key_name);
    }
    Error(key, StrCat("unknown field `", key.text, "`; there are: ", known,
                      ", html"));
  }

  void ReadSource(ArticleKey key, const YamlNode& value) {
    Mapping::Source& source = mapping_.of(key);
    if (IsTextKey(key)) {
      // An author is HTML only where A1 says so: `Jane <jane@example.org>`
      // stays whole.
      source.html = key == ArticleKey::kAuthor && html_of_all_ == HtmlMode::kYes
                        ? HtmlMode::kAuto
                        : html_of_all_;
    }
    if (!value.is_map()) {
      ReadPointers(value, &source);
      return;
    }
    const YamlNode* from = nullptr;
    for (size_t i = 0; i + 1 < value.children.size(); i += 2) {
      const YamlNode& name = value.children[i];
      const YamlNode& member = value.children[i + 1];
      if (name.text == "from") {
        from = &member;
        ReadPointers(member, &source);
      } else if (name.text == "html" && IsTextKey(key)) {
        ReadHtml(member, &source.html);
      } else if (name.text == "html") {
        Error(name, "`html` is for title, summary, body and author");
      } else if (name.text == "split" && key == ArticleKey::kTags) {
        ReadSplit(member, &source.split);
      } else if (name.text == "split") {
        Error(name, "`split` is for tags");
      } else {
        Error(name, StrCat("unknown key `", name.text,
                           "`; there are: from, html, split"));
      }
    }
    if (from == nullptr) {
      Error(value, "`from` is missing: a JSON Pointer or a list of them");
    }
  }

  // One pointer, or a list of which the first with a value wins; of a list in
  // the list the values are taken together.
  void ReadPointers(const YamlNode& value, Mapping::Source* source) {
    if (!value.is_sequence()) {
      ReadPointer(value, &source->from.emplace_back());
      return;
    }
    if (value.children.empty()) {
      Error(value, "this list names no JSON Pointer");
    }
    for (const YamlNode& element : value.children) {
      Mapping::Together& together = source->from.emplace_back();
      if (!element.is_sequence()) {
        ReadPointer(element, &together);
        continue;
      }
      if (element.children.empty()) {
        Error(element, "this list names no JSON Pointer");
      }
      for (const YamlNode& pointer : element.children) {
        ReadPointer(pointer, &together);
      }
    }
  }

  void ReadPointer(const YamlNode& value, Mapping::Together* together) {
    if (!value.is_scalar()) {
      Error(value, "a JSON Pointer is a text such as /source/name");
      return;
    }
    if (const std::string error = ArticlePointerError(value.text);
        !error.empty()) {
      Error(value, error);
      return;
    }
    together->push_back(value.text);
  }

  void ReadHtml(const YamlNode& value, HtmlMode* html) {
    const std::string mode = value.is_scalar() ? value.text : "";
    if (mode == "auto") {
      *html = HtmlMode::kAuto;
    } else if (mode == "yes") {
      *html = HtmlMode::kYes;
    } else if (mode == "no") {
      *html = HtmlMode::kNo;
    } else {
      Error(value, "`html` is auto, yes or no");
    }
  }

  void ReadSplit(const YamlNode& value, std::string* split) {
    if (!value.is_scalar() || value.text.empty()) {
      Error(value, "`split` is what stands between two tags, e.g. ','");
      return;
    }
    *split = value.text;
  }

  void Error(const YamlNode& node, std::string_view text) {
    ErrorAt(node.place, text);
  }
  void ErrorAt(YamlPlace place, std::string_view text) {
    mistakes_.push_back({.line = place.line,
                         .column = place.column,
                         .message = std::string(text)});
  }

  const std::string_view file_;
  HtmlMode html_of_all_ = HtmlMode::kAuto;  // Of fields that say nothing.
  Mapping mapping_;
  std::vector<MappingMistake> mistakes_;
};

}  // namespace

std::string_view ArticleKeyName(ArticleKey key) {
  return kKeyNames[static_cast<size_t>(key)];
}

std::string ArticlePointerError(std::string_view pointer) {
  if (!pointer.starts_with('/')) {
    return StrCat("`", pointer, "` is not a JSON Pointer: write `/", pointer,
                  "`");
  }
  for (size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '*' && i + 1 < pointer.size() && pointer[i + 1] != '/') {
      return StrCat("`", pointer,
                    "`: a star ends its step (`/body_*`) or is all of it "
                    "(`/authors/*/name`); `~2` is a literal star");
    }
    if (pointer[i] == '~' && (i + 1 == pointer.size() ||
                              std::string_view("012").find(pointer[i + 1]) ==
                                  std::string_view::npos)) {
      return StrCat("`", pointer,
                    "`: write `~0` for a tilde (`~1` is a slash, `~2` a star)");
    }
  }
  return "";
}

absl::StatusOr<Mapping> ParseMapping(std::string_view file,
                                     const std::string& yaml,
                                     std::vector<MappingMistake>* mistakes) {
  MappingReader reader(file);
  absl::StatusOr<Mapping> mapping = reader.Read(yaml);
  if (mistakes != nullptr) {
    *mistakes = reader.TakeMistakes();
  }
  return mapping;
}

absl::StatusOr<Mapping> LoadMapping(const std::string& preset_or_path,
                                    std::vector<MappingMistake>* mistakes) {
  if (std::optional<Mapping> preset = FindPreset(preset_or_path);
      preset.has_value()) {
    return *std::move(preset);
  }
  const absl::StatusOr<std::string> content =
      ReadFile(preset_or_path, kConfigFileBytesMax);
  if (!content.ok()) {
    return absl::Status(
        content.status().code(),
        StrCat(std::string(content.status().message()),
               "; nor is it a preset mapping (", MappingPresetNames(), ")"));
  }
  return ParseMapping(preset_or_path, *content, mistakes);
}

}  // namespace presshawk
