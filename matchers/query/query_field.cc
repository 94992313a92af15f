// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/query_field.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace presshawk {
namespace {

const std::array<QueryField, 12>& QueryFields() {
  static const std::array<QueryField, 12> names = {{
      {"title", false, {MaskOf(Field::kTitle), false}, {}, ""},
      {"summary", false, {MaskOf(Field::kSummary), false}, {}, ""},
      {"body", false, {MaskOf(Field::kBody), false}, {}, ""},
      {"author", false, {MaskOf(Field::kAuthor), false}, {}, ""},
      {"lead", false, {kDefaultFields, true}, {}, ""},
      {"editorial", false, {kDefaultFields, false, true}, {}, ""},
      {"lang", true, {}, MetaField::kLang, "en"},
      {"country", true, {}, MetaField::kCountry, "us"},
      {"source", true, {}, MetaField::kSource, "Reuters"},
      {"site", true, {}, MetaField::kSite, "bbc.co.uk"},
      {"tag", true, {}, MetaField::kTag, "politics"},
      {"id", true, {}, MetaField::kId, "42"},
  }};
  return names;
}

// Their names in other systems and feeds.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"headline", "title"},     {"hl", "title"},
    {"hd", "title"},           {"subject", "title"},
    {"heading", "title"},      {"description", "summary"},
    {"abstract", "summary"},   {"snippet", "summary"},
    {"text", "body"},          {"content", "body"},
    {"fulltext", "body"},      {"ingress", "lead"},
    {"intro", "lead"},         {"lp", "lead"},
    {"hlp", "lead"},           {"hlead", "lead"},
    {"by", "author"},          {"byline", "author"},
    {"journalist", "author"},  {"writer", "author"},
    {"language", "lang"},      {"la", "lang"},
    {"nation", "country"},     {"location", "country"},
    {"publication", "source"}, {"publisher", "source"},
    {"outlet", "source"},      {"sourcename", "source"},
    {"domain", "site"},        {"host", "site"},
    {"url", "site"},           {"inurl", "site"},
    {"topic", "tag"},          {"category", "tag"},
    {"keyword", "tag"},        {"intitle", "title"},
    {"allintitle", "title"},   {"intext", "body"}};

// Levenshtein distance; the texts are short.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

const QueryField* FindQueryField(std::string_view lower) {
  for (const QueryField& field : QueryFields()) {
    if (field.name == lower) {
      return &field;
    }
  }
  return nullptr;
}

std::string_view ScopeName(const Scope& scope) {
  for (const QueryField& field : QueryFields()) {
    if (!field.is_meta && field.scope == scope) {
      return field.name;
    }
  }
  return {};
}

std::string_view MeantQueryField(std::string_view lower) {
  for (const auto& [other, ours] : kOtherNames) {
    if (other == lower) {
      return ours;
    }
  }
  std::string_view nearest;
  size_t best = 3;  // Farther is no help.
  for (const QueryField& field : QueryFields()) {
    const size_t distance = EditDistance(lower, field.name);
    // Of three letters two may not be other ones.
    if (distance < best && 2 * distance < lower.size() + 1) {
      best = distance;
      nearest = field.name;
    }
  }
  return nearest;
}

}  // namespace presshawk
