// SPDX-License-Identifier: Apache-2.0
// The mappings that come with the program. `generic` is SPEC A39; each of the
// others was read off its format's own schema and examples, and reads all
// values where the format has many.
#include "ingest/json/presets.h"

#include <utility>
#include <vector>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using Key = ArticleKey;
using Together = Mapping::Together;

struct PresetLine {
  ArticleKey key;
  std::vector<Together> from;
};
struct Preset {
  std::string_view name;
  std::vector<PresetLine> lines;
  std::string_view split_tags = "";
};

// Each by itself: the first that has a value wins.
std::vector<Together> FirstOf(std::vector<ArticlePointer> pointers) {
  std::vector<Together> from;
  for (ArticlePointer& pointer : pointers) {
    from.push_back({std::move(pointer)});
  }
  return from;
}

Preset Generic() {
  return {"generic",
          {{Key::kId, FirstOf({"/id"})},
           {Key::kVersion, FirstOf({"/version"})},
           {Key::kTitle, FirstOf({"/title", "/headline"})},
           {Key::kSummary, FirstOf({"/summary", "/description"})},
           {Key::kBody, FirstOf({"/body", "/content", "/text"})},
           {Key::kAuthor, FirstOf({"/author"})},
           {Key::kSource, FirstOf({"/source"})},
           {Key::kSite, FirstOf({"/site"})},
           {Key::kUrl, FirstOf({"/url"})},
           {Key::kLang, FirstOf({"/lang", "/language"})},
           {Key::kCountry, FirstOf({"/country"})},
           {Key::kTags, FirstOf({"/tags"})},
           {Key::kPublishedAt, FirstOf({"/published_at"})},
           {Key::kStatus, FirstOf({"/status"})},
           {Key::kEmbargo, FirstOf({"/embargo"})}}};
}

// https://newsapi.org/docs/endpoints/everything: an element of `articles`.
Preset NewsApi() {
  return {"newsapi",
          {{Key::kTitle, FirstOf({"/title"})},
           {Key::kSummary, FirstOf({"/description"})},
           {Key::kBody, FirstOf({"/content"})},
           {Key::kAuthor, FirstOf({"/author"})},
           {Key::kSource, FirstOf({"/source/name"})},
           {Key::kUrl, FirstOf({"/url"})},
           {Key::kPublishedAt, FirstOf({"/publishedAt"})}}};
}

// IPTC ninjs 1.x, https://iptc.org/std/ninjs/: names in lower case; a text's
// name ends in its format or purpose (`body_text`, `body_main`,
// `headline_subhead`). `headline` without an ending is the main one.
Preset Ninjs1() {
  return {"ninjs1",
          {{Key::kId, FirstOf({"/uri"})},
           {Key::kVersion, FirstOf({"/version"})},
           {Key::kTitle, {{"/headline", "/headline_*"}, {"/title"}}},
           {Key::kSummary, FirstOf({"/description_*"})},
           {Key::kBody, FirstOf({"/body_*"})},
           {Key::kAuthor, FirstOf({"/byline"})},
           {Key::kSource,
            FirstOf({"/source", "/infosource/*/name", "/copyrightholder"})},
           {Key::kLang, FirstOf({"/language"})},
           {Key::kTags, FirstOf({"/subject/*/name"})},
           {Key::kPublishedAt,
            FirstOf({"/firstcreated", "/contentcreated", "/versioncreated"})},
           {Key::kStatus, FirstOf({"/pubstatus"})},
           {Key::kEmbargo, FirstOf({"/embargoed"})}}};
}

// IPTC ninjs 2.x and 3.x: texts are lists of {role, contentType, value};
// camelCase from 3.0 on.
Preset Ninjs3() {
  return {"ninjs3",
          {{Key::kId, FirstOf({"/uri"})},
           {Key::kVersion, FirstOf({"/version"})},
           {Key::kTitle, FirstOf({"/headlines/*/value", "/title"})},
           {Key::kSummary, FirstOf({"/descriptions/*/value"})},
           {Key::kBody, FirstOf({"/bodies/*/value"})},
           {Key::kAuthor, FirstOf({"/by", "/byline"})},
           {Key::kSource, FirstOf({"/infoSources/*/name", "/infosources/*/name",
                                   "/copyrightHolder", "/copyrightholder"})},
           {Key::kLang, FirstOf({"/language"})},
           {Key::kTags, FirstOf({"/subjects/*/name"})},
           {Key::kPublishedAt,
            FirstOf({"/firstCreated", "/firstcreated", "/contentCreated",
                     "/contentcreated", "/versionCreated", "/versioncreated"})},
           {Key::kStatus, FirstOf({"/pubStatus", "/pubstatus"})},
           {Key::kEmbargo, FirstOf({"/embargoed"})}}};
}

// Webz.io posts: https://docs.webz.io/reference/output
Preset Webz() {
  return {
      "webz",
      {{Key::kId, FirstOf({"/uuid"})},
       {Key::kTitle,
        FirstOf({"/title", "/thread/title", "/thread/title_full"})},
       {Key::kBody, FirstOf({"/text"})},
       {Key::kAuthor, FirstOf({"/author"})},
       {Key::kSource, FirstOf({"/thread/site_full", "/thread/site"})},
       {Key::kSite, FirstOf({"/thread/site_full", "/thread/site"})},
       {Key::kUrl, FirstOf({"/url", "/thread/url"})},
       {Key::kLang, FirstOf({"/language"})},
       {Key::kCountry, FirstOf({"/thread/country"})},
       {Key::kTags, {{"/categories", "/topics"}, {"/thread/site_categories"}}},
       {Key::kPublishedAt, FirstOf({"/published", "/thread/published"})}}};
}

// Event Registry (newsapi.ai):
// https://github.com/EventRegistry/event-registry-python/wiki/Data-models
Preset EventRegistry() {
  return {
      "eventregistry",
      {{Key::kId, FirstOf({"/uri"})},
       {Key::kTitle, FirstOf({"/title"})},
       {Key::kBody, FirstOf({"/body"})},
       {Key::kAuthor, FirstOf({"/authors/*/name"})},
       {Key::kSource, FirstOf({"/source/title"})},
       {Key::kSite, FirstOf({"/source/uri"})},
       {Key::kUrl, FirstOf({"/url"})},
       {Key::kLang, FirstOf({"/lang"})},
       {Key::kCountry, FirstOf({"/source/location/country/label/eng",
                                "/source/location/label/eng"})},
       {Key::kTags, FirstOf({"/categories/*/label"})},
       {Key::kPublishedAt, FirstOf({"/dateTimePub", "/dateTime", "/date"})}}};
}

// The pointers to a text at `property` in JSON-LD, which may be the text,
// {"@value": text}, or a list of these.
Together Texts(const ArticlePointer& property) {
  return {property, StrCat(property, "/@value"), StrCat(property, "/*/@value")};
}
// Or something with a name: a text, an object, and lists of both.
Together Names(const ArticlePointer& property) {
  return {property, StrCat(property, "/name"), StrCat(property, "/*/name")};
}

// JSON-LD, https://schema.org/NewsArticle: whatever property may be a value or
// a list, and people, organizations and terms a text or an object.
Preset SchemaOrg() {
  Together headlines = Texts("/headline");
  const Together more = Texts("/alternativeHeadline");
  headlines.insert(headlines.end(), more.begin(), more.end());
  return {"schemaorg",
          {{Key::kId, FirstOf({"/@id", "/identifier", "/identifier/value",
                               "/identifier/*/value"})},
           {Key::kVersion, FirstOf({"/version"})},
           {Key::kTitle, {headlines, Texts("/name")}},
           {Key::kSummary, {Texts("/description"), Texts("/abstract")}},
           {Key::kBody, {Texts("/articleBody"), Texts("/text")}},
           {Key::kAuthor, {Names("/author"), Names("/creator")}},
           {Key::kSource,
            {Names("/publisher"), Names("/sourceOrganization"),
             Names("/provider")}},
           {Key::kUrl, FirstOf({"/url", "/mainEntityOfPage/@id",
                                "/mainEntityOfPage/url", "/mainEntityOfPage"})},
           {Key::kLang, FirstOf({"/inLanguage", "/inLanguage/alternateName",
                                 "/inLanguage/name"})},
           {Key::kTags, {Names("/keywords")}},
           {Key::kPublishedAt,
            FirstOf({"/datePublished", "/dateCreated", "/dateModified"})}},
          ","};
}

const std::vector<Preset>& Presets() {
  static const std::vector<Preset>* const presets =
      new std::vector<Preset>{Generic(), NewsApi(),       Ninjs1(),   Ninjs3(),
                              Webz(),    EventRegistry(), SchemaOrg()};
  return *presets;
}

}  // namespace

std::optional<Mapping> FindPreset(std::string_view name) {
  for (const Preset& preset : Presets()) {
    if (preset.name != name) {
      continue;
    }
    Mapping mapping;
    for (const PresetLine& line : preset.lines) {
      mapping.of(line.key).from = line.from;
    }
    // Publishers put markup where plain text is promised: A1 decides by field.
    for (const Key key :
         {Key::kTitle, Key::kSummary, Key::kBody, Key::kAuthor}) {
      mapping.of(key).html = HtmlMode::kAuto;
    }
    mapping.of(Key::kTags).split = preset.split_tags;
    return mapping;
  }
  return std::nullopt;
}

std::string MappingPresetNames() {
  std::string names;
  for (const Preset& preset : Presets()) {
    StrAppend(&names, names.empty() ? "" : ", ", preset.name);
  }
  return names;
}

}  // namespace presshawk
