// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/retraction_reader.h"

#include <simdjson.h>

#include <string>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

absl::Status NotOne(std::string_view why) {
  return absl::InvalidArgumentError(
      StrCat("no retraction of version 1: ", why));
}

// False where the member is there and no text. An absent one is empty.
bool TakeText(const object& from, std::string_view key, std::string* text) {
  element member;
  if (from.at_key(key).get(member) != simdjson::SUCCESS) {
    return true;
  }
  std::string_view value;
  if (member.get(value) != simdjson::SUCCESS) {
    return false;
  }
  *text = value;
  return true;
}

}  // namespace

absl::StatusOr<Retraction> ReadRetraction(std::string_view json) {
  simdjson::dom::parser parser;
  element document;
  if (const simdjson::error_code error =
          parser.parse(json.data(), json.size()).get(document);
      error != simdjson::SUCCESS) {
    return absl::InvalidArgumentError(
        StrCat("no retraction: ", simdjson::error_message(error)));
  }
  object members;
  int64_t schema = 0;
  object article;
  if (document.get(members) != simdjson::SUCCESS) {
    return NotOne("it is no object");
  }
  if (members.at_key("schema").get(schema) != simdjson::SUCCESS ||
      schema != 1) {
    return NotOne("/schema is not 1");
  }
  if (members.at_key("article").get(article) != simdjson::SUCCESS) {
    return NotOne("/article is no object");
  }
  Retraction retraction;
  if (!TakeText(members, "detected_at", &retraction.detected_at)) {
    return NotOne("/detected_at is no text");
  }
  const std::pair<std::string_view, std::string*> texts[] = {
      {"id", &retraction.article},
      {"version", &retraction.version},
      {"source", &retraction.source},
      {"site", &retraction.site},
      {"url", &retraction.url},
      {"published_at", &retraction.published_at}};
  for (const auto& [key, text] : texts) {
    if (!TakeText(article, key, text)) {
      return NotOne(StrCat("/article/", key, " is no text"));
    }
  }
  if (retraction.article.empty()) {
    return NotOne("/article/id is missing");
  }
  return retraction;
}

}  // namespace presshawk
