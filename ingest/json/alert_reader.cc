// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/alert_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using simdjson::dom::element;

// Takes the members of an object. The first that is not as it should be is
// *problem; from then on all are empty.
class Members {
 public:
  Members(element value, std::string path, std::string* problem)
      : path_(std::move(path)), problem_(*problem) {
    if (problem_.empty() && value.get(object_) != simdjson::SUCCESS) {
      problem_ = StrCat(path_.empty() ? "it" : path_, " is no object");
    }
  }

  // An absent member is the type's zero where it is `optional`.
  template <typename T>
  T Take(std::string_view key, std::string_view what, bool optional = false) {
    T taken = {};
    element member;
    if (!Find(key, what, optional, &member)) {
      return taken;
    }
    if (member.get(taken) != simdjson::SUCCESS) {
      Fail(key, what);
      return {};
    }
    return taken;
  }
  std::string Text(std::string_view key, bool optional = false) {
    return std::string(Take<std::string_view>(key, "text", optional));
  }

  // Calls `take` with each element of a list, and its path.
  void ForEach(std::string_view key, bool optional,
               absl::FunctionRef<void(element, std::string)> take) {
    element member;
    if (!Find(key, "list", optional, &member)) {
      return;
    }
    simdjson::dom::array array;
    if (member.get(array) != simdjson::SUCCESS) {
      Fail(key, "list");
      return;
    }
    size_t index = 0;
    for (const element one : array) {
      if (!problem_.empty()) {
        return;
      }
      take(one, StrCat(PathOf(key), "/", index++));
    }
  }

  // The member, an object.
  Members Object(std::string_view key) {
    element member;
    if (!Find(key, "object", false, &member)) {
      return {element(), PathOf(key), &problem_};
    }
    return {member, PathOf(key), &problem_};
  }

  // All members, which are texts.
  std::vector<std::pair<std::string, std::string>> Texts() {
    std::vector<std::pair<std::string, std::string>> texts;
    if (!problem_.empty()) {
      return texts;
    }
    for (const auto& [key, value] : object_) {
      std::string_view text;
      if (value.get(text) != simdjson::SUCCESS) {
        Fail(key, "text");
        return {};
      }
      texts.emplace_back(key, text);
    }
    return texts;
  }

  bool Has(std::string_view key) const {
    return problem_.empty() && object_.at_key(key).error() == simdjson::SUCCESS;
  }

 private:
  bool Find(std::string_view key, std::string_view what, bool optional,
            element* member) {
    if (!problem_.empty()) {
      return false;
    }
    if (object_.at_key(key).get(*member) != simdjson::SUCCESS) {
      if (!optional) {
        Fail(key, what);
      }
      return false;
    }
    return true;
  }
  void Fail(std::string_view key, std::string_view what) {
    problem_ = StrCat(PathOf(key), " is no ", what);
  }
  std::string PathOf(std::string_view key) const {
    return StrCat(path_, "/", key);
  }

  simdjson::dom::object object_;
  const std::string path_;  // A JSON Pointer.
  std::string& problem_;
};

Alert::List ReadList(Members list) {
  return {.id = list.Text("id"),
          .name = list.Text("name"),
          .version = list.Text("version"),
          .labels = list.Object("labels").Texts()};
}

Alert::About ReadArticle(Members article) {
  Alert::About about;
  about.id = article.Text("id");
  const std::pair<std::string_view, std::string*> optional[] = {
      {"version", &about.version},
      {"title", &about.title},
      {"url", &about.url},
      {"source", &about.source},
      {"site", &about.site},
      {"lang", &about.lang},
      {"country", &about.country},
      {"author", &about.author},
      {"published_at", &about.published_at},
      {"status", &about.status},
      {"embargo", &about.embargo}};
  for (const auto& [key, text] : optional) {
    *text = article.Text(key, /*optional=*/true);
  }
  return about;
}

Alert::Origin ReadOrigin(Members members) {
  Alert::Origin origin;
  if (members.Has("topic")) {
    origin.topic = members.Text("topic");
    origin.partition = members.Take<int64_t>("partition", "number");
    origin.offset = members.Take<int64_t>("offset", "number");
  } else {
    origin.file = members.Text("file");
    origin.line = members.Take<int64_t>("line", "number");
  }
  return origin;
}

Alert::Hit ReadHit(Members hit) {
  return {.term = hit.Text("term"),
          .field = hit.Text("field"),
          .text = hit.Text("text"),
          .begin = hit.Take<uint64_t>("begin", "count"),
          .end = hit.Take<uint64_t>("end", "count")};
}

Alert::Snippet ReadSnippet(Members members, std::string* problem) {
  Alert::Snippet snippet;
  snippet.field = members.Text("field");
  snippet.text = members.Text("text");
  uint64_t last = 0;
  members.ForEach(
      "highlights", /*optional=*/false, [&](element value, std::string path) {
        uint64_t begin = 0;
        uint64_t end = 0;
        if (value.at(0).get(begin) != simdjson::SUCCESS ||
            value.at(1).get(end) != simdjson::SUCCESS || begin < last ||
            end < begin) {
          *problem = StrCat(path, " is no span behind the one before");
          return;
        }
        last = end;
        snippet.highlights.emplace_back(begin, end);
      });
  return snippet;
}

Alert ReadMembers(element document, std::string* problem) {
  Alert alert;
  Members members(document, "", problem);
  if (members.Take<int64_t>("schema", "number") != 1 && problem->empty()) {
    *problem = "/schema is not 1";
  }
  alert.id = members.Text("id");
  alert.generation = members.Text("generation");
  alert.detected_at = members.Text("detected_at");
  alert.watchlist = ReadList(members.Object("watchlist"));
  Members article = members.Object("article");
  alert.article = ReadArticle(article);
  article.ForEach("html", /*optional=*/true,
                  [&](element value, std::string path) {
                    std::string_view field;
                    if (value.get(field) != simdjson::SUCCESS) {
                      *problem = StrCat(path, " is no text");
                    }
                    alert.article.html.emplace_back(field);
                  });
  members.ForEach(
      "hits", /*optional=*/false, [&](element value, std::string path) {
        alert.hits.push_back(ReadHit(Members(value, std::move(path), problem)));
      });
  alert.hit_count = members.Take<uint64_t>("hit_count", "count");
  if (members.Has("relevance")) {
    alert.relevance = static_cast<uint32_t>(std::min<uint64_t>(
        members.Object("relevance").Take<uint64_t>("score", "count"), 100));
  }
  members.ForEach(
      "snippets", /*optional=*/false, [&](element value, std::string path) {
        alert.snippets.push_back(
            ReadSnippet(Members(value, std::move(path), problem), problem));
      });
  alert.origin = ReadOrigin(members.Object("origin"));
  return alert;
}

}  // namespace

absl::StatusOr<Alert> ReadAlert(std::string_view json) {
  simdjson::dom::parser parser;
  element document;
  const simdjson::error_code error =
      parser.parse(json.data(), json.size()).get(document);
  if (error != simdjson::SUCCESS) {
    return absl::InvalidArgumentError(
        StrCat("no alert: ", simdjson::error_message(error)));
  }
  std::string problem;
  Alert alert = ReadMembers(document, &problem);
  if (!problem.empty()) {
    return absl::InvalidArgumentError(
        StrCat("no alert of version 1: ", problem));
  }
  return alert;
}

}  // namespace presshawk
