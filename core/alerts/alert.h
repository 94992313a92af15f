// SPDX-License-Identifier: Apache-2.0
// An alert of version 1 (SPEC ALERT-1) after it was read from JSON.
// AlertBuilder writes alerts, and ingest/json/alert_reader reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"

namespace presshawk {

// Owns its texts. A value that the alert does not have is empty.
struct Alert {
  struct List {
    std::string id, name, version;
    std::vector<std::pair<std::string, std::string>> labels;  // As written.
  };
  // The article's values in the alert, which are normalized.
  struct About {
    std::string id, version, title, url, source, site, lang, country, author,
        published_at, status, embargo;
    std::vector<std::string> html;  // The names of the fields that held HTML.
  };
  struct Hit {
    std::string term, field, text;
    uint64_t begin = 0, end = 0;  // In code points of the field.
  };
  struct Snippet {
    std::string field, text;
    // Half-open, in code points of `text`; in rising order, without overlaps.
    std::vector<std::pair<uint64_t, uint64_t>> highlights;
  };
  // Either a topic or a file.
  struct Origin {
    std::string topic, file;
    int64_t partition = 0, offset = 0;  // For a topic.
    int64_t line = 0;                   // For a file, counted from 1.
  };

  std::string id, generation, detected_at;
  List watchlist;
  About article;
  std::vector<Hit> hits;  // At most kAlertHitsMax of hit_count.
  uint64_t hit_count = 0;
  // How sure it is that the article is about what the list asks for, from 0 to
  // 100 (SPEC REL-1). Alerts of releases before it do not have it.
  std::optional<uint32_t> relevance;
  std::vector<Snippet> snippets;
  Origin origin;
};

// Cuts the snippet's text at its highlights: calls `take` with each piece in
// order, and whether it is highlighted. Pieces may be empty.
//
//   ForEachPiece(snippet, [&](std::string_view piece, bool is_hit) {
//     StrAppend(&html, is_hit ? "<mark>" : "", piece, is_hit ? "</mark>" : "");
//   });
void ForEachPiece(
    const Alert::Snippet& snippet,
    absl::FunctionRef<void(std::string_view piece, bool is_hit)> take);

}  // namespace presshawk
