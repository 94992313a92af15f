// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_builder.h"

#include <algorithm>
#include <optional>

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

// Appends `"key":"value"` and a comma, unless the article has no such value.
void AppendMember(std::string_view key, std::string_view value,
                  std::string* json) {
  if (value.empty()) {
    return;
  }
  StrAppend(json, "\"", key, "\":");
  AppendJsonString(value, json);
  *json += ',';
}

void AppendTags(const Article& article, std::string* json) {
  std::string_view separator = "\"tags\":[";
  for (const std::string_view tag : article.meta_of(MetaField::kTag)) {
    *json += separator;
    AppendJsonString(tag, json);
    separator = ",";
  }
  if (separator == ",") {
    *json += "],";
  }
}

void AppendExtractedFields(const ArticleText& text, std::string* json) {
  std::string_view separator = "\"html\":[";
  for (const Field field : kFields) {
    if (text.extracted(field) && !text.original(field).empty()) {
      StrAppend(json, separator, "\"", FieldName(field), "\"");
      separator = ",";
    }
  }
  if (separator == ",") {
    *json += "],";
  }
}

// Each followed by a NUL.
void AppendTerminated(std::string_view first, std::string_view second,
                      std::string* identity) {
  identity->append(first).push_back('\0');
  identity->append(second).push_back('\0');
}

void AppendOrigin(const AlertOrigin& origin, std::string* json) {
  *json += origin.from_kafka ? "{\"topic\":" : "{\"file\":";
  // The name of a file may be no UTF-8.
  if (IsValidUtf8(origin.source)) {
    AppendJsonString(origin.source, json);
  } else {
    AppendJsonString(ReplaceInvalidUtf8(origin.source), json);
  }
  if (origin.from_kafka) {
    StrAppend(json, ",\"partition\":", origin.partition,
              ",\"offset\":", origin.offset, "}");
  } else {
    StrAppend(json, ",\"line\":", origin.line, "}");
  }
}

}  // namespace

std::string FormatAlertTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

void AlertBuilder::BeginBatch(std::string_view generation,
                              absl::Time detected_at) {
  generation_and_time_ =
      StrCat("\",\"generation\":\"", generation, "\",\"detected_at\":\"",
             FormatAlertTime(detected_at), "\",\"watchlist\":{\"id\":");
}

void AlertBuilder::BeginArticle(const Article& article, const ArticleText& text,
                                const AlertOrigin& origin,
                                TextLocator* locator) {
  text_ = &text;
  evidence_.BeginArticle(article, text, locator);
  zones_.Assign(text.original(Field::kTitle), text.original(Field::kBody));
  scorer_.BeginArticle({.title = text.original(Field::kTitle),
                        .summary = text.original(Field::kSummary),
                        .body = text.original(Field::kBody),
                        .lang = article.lang},
                       zones_);
  identity_.clear();
  AppendTerminated(article.id, article.version, &identity_);
  article_identity_bytes_ = identity_.size();
  article_json_ = "{";
  AppendMember("id", article.id, &article_json_);
  AppendMember("version", article.version, &article_json_);
  AppendMember("title", text.original(Field::kTitle), &article_json_);
  AppendMember("url", article.url, &article_json_);
  AppendMember("source", article.source, &article_json_);
  AppendMember("site", article.site, &article_json_);
  AppendMember("lang", article.lang, &article_json_);
  AppendMember("country", article.country, &article_json_);
  AppendTags(article, &article_json_);
  AppendMember("author", text.original(Field::kAuthor), &article_json_);
  AppendMember("published_at", article.published_at, &article_json_);
  AppendMember("status", article.status, &article_json_);
  AppendMember("embargo", article.embargo, &article_json_);
  AppendExtractedFields(text, &article_json_);
  article_json_.back() = '}';  // The last comma: an id is always there.
  origin_json_.clear();
  AppendOrigin(origin, &origin_json_);
}

AlertBuilder::Appended AlertBuilder::Append(const WatchListInfo& list,
                                            std::vector<Hit>* hits,
                                            std::string* json) {
  Appended appended;
  appended.json_begin = json->size();
  appended.hit_count = Place(hits);
  appended.relevance = relevance_.score;
  // The relevance looks at the same hits whatever an alert shows.
  placed_.resize(std::min(placed_.size(), limits_.hits));
  ChooseSnippets(*text_, placed_, limits_.snippets, &snippets_);
  identity_.resize(article_identity_bytes_);
  AppendTerminated(list.id, list.version, &identity_);
  id_ = HexPrefix(sha256_.Add(identity_).Finish(), 16);
  StrAppend(json, "{\"schema\":1,\"id\":\"", id_, generation_and_time_);
  AppendJsonString(list.id, json);
  *json += ",\"name\":";
  AppendJsonString(list.name, json);
  StrAppend(json, ",\"version\":\"", list.version,
            "\",\"labels\":", list.labels_json);
  if (!list.forms_release.empty()) {
    StrAppend(json, ",\"forms_release\":\"", list.forms_release, "\"");
  }
  StrAppend(json, "},\"article\":", article_json_);
  AppendHits(json);
  StrAppend(json, ",\"hit_count\":", appended.hit_count);
  AppendRelevance(json);
  AppendSnippets(json);
  StrAppend(json, ",\"origin\":", origin_json_, "}");
  appended.json_end = json->size();
  *json += '\n';
  return appended;
}

uint64_t AlertBuilder::Place(std::vector<Hit>* hits) {
  const uint64_t count =
      PlaceHits(*text_, hits, std::max(limits_.hits, kAlertHitsMax), &placed_);
  scored_.clear();
  for (const PlacedHit& hit : placed_) {
    if (scored_.size() == kAlertHitsMax) {
      break;
    }
    if (hit.field == Field::kAuthor) {
      continue;  // Who wrote it says nothing of what it is about.
    }
    scored_.push_back(
        {hit.field, hit.bytes, zones_.At(hit.field, hit.bytes.begin)});
  }
  relevance_ = scorer_.Score(scored_, count);
  return count;
}

Relevance AlertBuilder::RelevanceOf(std::vector<Hit>* hits) {
  Place(hits);
  return relevance_;
}

void AlertBuilder::AppendRelevance(std::string* json) const {
  StrAppend(json, ",\"relevance\":{\"score\":", relevance_.score, ",\"why\":");
  AppendWhy(relevance_, json);
  StrAppend(json, ",\"release\":\"", RelevanceRelease(), "\"}");
}

void AlertBuilder::AppendHits(std::string* json) {
  *json += ",\"hits\":[";
  for (size_t i = 0; i < placed_.size(); ++i) {
    const PlacedHit& hit = placed_[i];
    *json += i == 0 ? "{\"term\":" : ",{\"term\":";
    AppendJsonString(hit.term, json);
    StrAppend(json, ",\"field\":\"", FieldName(hit.field),
              "\",\"begin\":", hit.code_points.begin,
              ",\"end\":", hit.code_points.end, ",\"text\":");
    AppendJsonString(text_->original(hit.field).substr(
                         hit.bytes.begin, hit.bytes.end - hit.bytes.begin),
                     json);
    StrAppend(json, ",\"zone\":\"",
              ZoneName(zones_.At(hit.field, hit.bytes.begin)), "\"");
    AppendEvidence(hit, json);
    *json += '}';
  }
  *json += ']';
}

void AlertBuilder::AppendEvidence(const PlacedHit& hit, std::string* json) {
  const std::optional<Evidence::Place> place =
      evidence_.Find(hit.field, hit.bytes);
  if (!place.has_value()) {
    return;
  }
  *json += ",\"pointer\":";
  AppendJsonString(place->pointer, json);
  StrAppend(json, ",\"raw\":[", place->raw.begin, ",", place->raw.end, "]");
}

void AlertBuilder::AppendSnippets(std::string* json) const {
  *json += ",\"snippets\":[";
  for (size_t i = 0; i < snippets_.size(); ++i) {
    const Snippet& snippet = snippets_[i];
    StrAppend(json, i == 0 ? "" : ",", "{\"field\":\"",
              FieldName(snippet.field), "\",\"text\":");
    AppendJsonString(text_->original(snippet.field)
                         .substr(snippet.bytes.begin,
                                 snippet.bytes.end - snippet.bytes.begin),
                     json);
    *json += ",\"highlights\":[";
    for (size_t h = 0; h < snippet.highlights.size(); ++h) {
      StrAppend(json, h == 0 ? "[" : ",[", snippet.highlights[h].begin, ",",
                snippet.highlights[h].end, "]");
    }
    *json += "]}";
  }
  *json += ']';
}

}  // namespace presshawk
