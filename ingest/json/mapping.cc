#include "ingest/json/mapping.h"

#include <yaml-cpp/yaml.h>

#include "core/base/read_file.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr std::array<std::string_view, kArticleKeyCount> kKeyNames = {
    "id",   "version", "title", "summary", "body", "author",      "source",
    "site", "url",     "lang",  "country", "tags", "published_at"};

struct PresetLine {
  ArticleKey key;
  std::vector<std::string> pointers;
};
struct Preset {
  std::string_view name;
  std::vector<PresetLine> lines;
};

using Key = ArticleKey;

// Formats: features.md of the design names the sources; `generic` is SEMANTICS
// A39, the others the providers' documentation.
const std::vector<Preset>& Presets() {
  static const std::vector<Preset>* const presets = new std::vector<Preset>{
      {"generic",
       {{Key::kId, {"/id"}},
        {Key::kVersion, {"/version"}},
        {Key::kTitle, {"/title", "/headline"}},
        {Key::kSummary, {"/summary", "/description"}},
        {Key::kBody, {"/body", "/content", "/text"}},
        {Key::kAuthor, {"/author"}},
        {Key::kSource, {"/source"}},
        {Key::kSite, {"/site"}},
        {Key::kUrl, {"/url"}},
        {Key::kLang, {"/lang", "/language"}},
        {Key::kCountry, {"/country"}},
        {Key::kTags, {"/tags"}},
        {Key::kPublishedAt, {"/published_at"}}}},
      {"newsapi",  // https://newsapi.org/docs/endpoints/everything
       {{Key::kTitle, {"/title"}},
        {Key::kSummary, {"/description"}},
        {Key::kBody, {"/content"}},
        {Key::kAuthor, {"/author"}},
        {Key::kSource, {"/source/name"}},
        {Key::kUrl, {"/url"}},
        {Key::kPublishedAt, {"/publishedAt"}}}},
      // IPTC ninjs 1.x: https://iptc.org/std/ninjs/ (names in lower case; the
      // text's names begin with `body_`, by format).
      {"ninjs1",
       {{Key::kId, {"/uri"}},
        {Key::kVersion, {"/version"}},
        {Key::kTitle, {"/headline", "/title"}},
        {Key::kSummary, {"/description_text", "/description_html"}},
        {Key::kBody,
         {"/body_text", "/body_html", "/body_html5", "/body_xhtml"}},
        {Key::kAuthor, {"/byline"}},
        {Key::kSource, {"/source", "/infosource/0/name", "/copyrightholder"}},
        {Key::kLang, {"/language"}},
        {Key::kPublishedAt, {"/firstcreated", "/versioncreated"}}}},
      // IPTC ninjs 2.x and 3.x; camelCase from 3.0 on. Of several headlines,
      // descriptions or bodies the first is read.
      {"ninjs3",
       {{Key::kId, {"/uri"}},
        {Key::kVersion, {"/version"}},
        {Key::kTitle, {"/headlines/0/value"}},
        {Key::kSummary, {"/descriptions/0/value"}},
        {Key::kBody, {"/bodies/0/value"}},
        {Key::kAuthor, {"/by", "/byline"}},
        {Key::kSource,
         {"/infoSources/0/name", "/infosources/0/name", "/copyrightHolder",
          "/copyrightholder"}},
        {Key::kLang, {"/language"}},
        {Key::kPublishedAt,
         {"/firstCreated", "/firstcreated", "/contentCreated",
          "/contentcreated", "/versionCreated", "/versioncreated"}}}},
      // Webz.io news posts: https://docs.webz.io/reference/output-reference
      {"webz",
       {{Key::kId, {"/uuid"}},
        {Key::kTitle, {"/title", "/thread/title"}},
        {Key::kBody, {"/text"}},
        {Key::kAuthor, {"/author"}},
        {Key::kSource, {"/thread/site_full", "/thread/site"}},
        {Key::kSite, {"/thread/site_full", "/thread/site"}},
        {Key::kUrl, {"/url", "/thread/url"}},
        {Key::kLang, {"/language"}},
        {Key::kCountry, {"/thread/country"}},
        {Key::kTags, {"/categories", "/thread/site_categories"}},
        {Key::kPublishedAt, {"/published", "/thread/published"}}}},
      // Event Registry (newsapi.ai) articles:
      // https://github.com/EventRegistry/event-registry-python/wiki/Data-models
      {"eventregistry",
       {{Key::kId, {"/uri"}},
        {Key::kTitle, {"/title"}},
        {Key::kBody, {"/body"}},
        {Key::kAuthor, {"/authors/0/name"}},
        {Key::kSource, {"/source/title"}},
        {Key::kSite, {"/source/uri"}},
        {Key::kUrl, {"/url"}},
        {Key::kLang, {"/lang"}},
        {Key::kCountry, {"/source/location/country/label/eng"}},
        {Key::kPublishedAt, {"/dateTimePub", "/dateTime"}}}},
      // JSON-LD: https://schema.org/NewsArticle
      {"schemaorg",
       {{Key::kId, {"/@id", "/identifier"}},
        {Key::kVersion, {"/version"}},
        {Key::kTitle, {"/headline", "/name"}},
        {Key::kSummary, {"/description", "/abstract"}},
        {Key::kBody, {"/articleBody", "/text"}},
        {Key::kAuthor, {"/author/name", "/author/0/name", "/author"}},
        {Key::kSource, {"/publisher/name", "/publisher"}},
        {Key::kUrl, {"/url", "/mainEntityOfPage/@id", "/mainEntityOfPage"}},
        {Key::kLang, {"/inLanguage"}},
        {Key::kTags, {"/keywords"}},
        {Key::kPublishedAt, {"/datePublished"}}}},
  };
  return *presets;
}

bool IsTextKey(ArticleKey key) {
  return key == Key::kTitle || key == Key::kSummary || key == Key::kBody ||
         key == Key::kAuthor;
}

Mapping FromPreset(const Preset& preset) {
  Mapping mapping;
  for (const PresetLine& line : preset.lines) {
    mapping.of(line.key).pointers = line.pointers;
  }
  // Publishers put markup where plain text is promised: A1 decides by field.
  for (const Key key : {Key::kTitle, Key::kSummary, Key::kBody, Key::kAuthor}) {
    mapping.of(key).html = HtmlMode::kAuto;
  }
  return mapping;
}

// Collects the mistakes of a mapping file.
class MappingReader {
 public:
  explicit MappingReader(std::string_view file) : file_(file) {}

  absl::StatusOr<Mapping> Read(const std::string& yaml) {
    try {
      const YAML::Node root = YAML::Load(yaml);
      if (!root.IsMap()) {
        Error(root,
              "a mapping file is a map from article fields to JSON "
              "Pointers, e.g. `title: /headline`");
      } else {
        // First, as the fields begin with it, wherever it stands.
        if (const YAML::Node html = root["html"]; html.IsDefined()) {
          ReadHtml(html, &html_of_all_);
        }
        for (const auto& entry : root) {
          ReadKey(entry.first, entry.second);
        }
      }
    } catch (const YAML::Exception& exception) {
      ErrorAt(exception.mark, exception.msg);
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
  void ReadKey(const YAML::Node& key, const YAML::Node& value) {
    const std::string name = key.as<std::string>();
    for (size_t i = 0; i < kKeyNames.size(); ++i) {
      if (kKeyNames[i] == name) {
        ReadSource(static_cast<ArticleKey>(i), value);
        return;
      }
    }
    if (name == "html") {
      return;  // Read already.
    }
    std::string known;
    for (const std::string_view key_name : kKeyNames) {
      StrAppend(&known, known.empty() ? "" : ", ", key_name);
    }
    Error(key,
          StrCat("unknown field `", name, "`; there are: ", known, ", html"));
  }

  void ReadSource(ArticleKey key, const YAML::Node& value) {
    Mapping::Source& source = mapping_.of(key);
    if (IsTextKey(key)) {
      // An author is HTML only where A1 says so: `Jane <jane@example.org>`
      // stays whole.
      source.html = key == Key::kAuthor && html_of_all_ == HtmlMode::kYes
                        ? HtmlMode::kAuto
                        : html_of_all_;
    }
    if (!value.IsMap()) {
      ReadPointers(value, &source);
      return;
    }
    for (const auto& entry : value) {
      const std::string name = entry.first.as<std::string>();
      if (name == "from") {
        ReadPointers(entry.second, &source);
      } else if (name == "html" && IsTextKey(key)) {
        ReadHtml(entry.second, &source.html);
      } else if (name == "html") {
        Error(entry.first, "`html` is for title, summary, body and author");
      } else {
        Error(entry.first,
              StrCat("unknown key `", name, "`; there are: from, html"));
      }
    }
    if (source.pointers.empty()) {
      Error(value, "`from` is missing: a JSON Pointer or a list of them");
    }
  }

  void ReadPointers(const YAML::Node& value, Mapping::Source* source) {
    if (value.IsSequence()) {
      for (const YAML::Node& pointer : value) {
        ReadPointer(pointer, source);
      }
    } else {
      ReadPointer(value, source);
    }
  }

  void ReadPointer(const YAML::Node& value, Mapping::Source* source) {
    if (!value.IsScalar()) {
      Error(value, "a JSON Pointer is a text such as /source/name");
      return;
    }
    const std::string pointer = value.Scalar();
    if (!pointer.starts_with('/')) {
      Error(value, StrCat("`", pointer, "` is no JSON Pointer: write `/",
                          pointer, "`"));
      return;
    }
    source->pointers.push_back(pointer);
  }

  void ReadHtml(const YAML::Node& value, HtmlMode* html) {
    const std::string mode = value.IsScalar() ? value.Scalar() : "";
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

  void Error(const YAML::Node& node, std::string_view text) {
    ErrorAt(node.Mark(), text);
  }
  void ErrorAt(const YAML::Mark& mark, std::string_view text) {
    mistakes_.push_back({.line = static_cast<uint32_t>(mark.line + 1),
                         .column = static_cast<uint32_t>(mark.column + 1),
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

std::string MappingPresetNames() {
  std::string names;
  for (const Preset& preset : Presets()) {
    StrAppend(&names, names.empty() ? "" : ", ", preset.name);
  }
  return names;
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
  for (const Preset& preset : Presets()) {
    if (preset.name == preset_or_path) {
      return FromPreset(preset);
    }
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
