// SPDX-License-Identifier: Apache-2.0
#include "cmd/alert_text.h"

#include <algorithm>
#include <vector>

#include "cmd/csv_text.h"
#include "cmd/terminal_text.h"
#include "core/base/str_cat.h"
#include "ingest/json/alert_reader.h"

namespace presshawk {
namespace {

struct Style {
  std::string_view list, dim, hit_begin, hit_end, reset;
};
constexpr Style kColour = {"\x1b[1;36m", "\x1b[2m", "\x1b[1;33m", "\x1b[0m",
                           "\x1b[0m"};
constexpr Style kPlain = {"", "", "«", "»", ""};

// The snippet's text with its hits marked.
void AppendMarked(const Alert::Snippet& snippet, const Style& style,
                  std::string* out) {
  ForEachPiece(snippet, [&](std::string_view piece, bool is_hit) {
    *out += is_hit ? style.hit_begin : "";
    *out += TerminalText(piece);
    *out += is_hit ? style.hit_end : "";
  });
}

// The values that there are, with dots between.
std::string SourceLine(const Alert::About& article) {
  std::string line;
  for (const std::string* value :
       {&article.source, &article.site, &article.lang, &article.published_at}) {
    if (!value->empty()) {
      if (!line.empty()) {
        line += " · ";
      }
      line += TerminalText(*value);
    }
  }
  return line;
}

std::string Render(const Alert& alert, const Style& style) {
  std::string out;
  const Alert::About& article = alert.article;
  StrAppend(&out, style.list, "▶ ");
  out += TerminalText(alert.watchlist.name);
  StrAppend(&out, style.reset, "  ");
  out += TerminalText(article.title.empty() ? article.id : article.title);
  if (!article.status.empty() && article.status != "usable") {
    StrAppend(&out, " [", TerminalText(article.status), "]");
  }
  const std::string source = SourceLine(article);
  StrAppend(&out, "\n    ", style.dim, source, source.empty() ? "" : " · ",
            alert.hit_count, alert.hit_count == 1 ? " hit" : " hits",
            style.reset, "\n");
  for (const Alert::Snippet& snippet : alert.snippets) {
    StrAppend(&out, "    ", style.dim, snippet.field, style.reset, "  ");
    AppendMarked(snippet, style, &out);
    out += '\n';
  }
  return out;
}

// The texts, each once, with `between` between.
std::string Joined(const std::vector<std::string>& texts,
                   std::string_view between) {
  std::string joined;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (std::find(texts.begin(), texts.begin() + static_cast<ptrdiff_t>(i),
                  texts[i]) == texts.begin() + static_cast<ptrdiff_t>(i)) {
      StrAppend(&joined, joined.empty() ? "" : between, texts[i]);
    }
  }
  return joined;
}

std::string CsvRow(const Alert& alert) {
  std::vector<std::string> labels;
  for (const auto& [key, value] : alert.watchlist.labels) {
    labels.push_back(StrCat(key, "=", value));
  }
  std::vector<std::string> terms;
  for (const Alert::Hit& hit : alert.hits) {
    terms.push_back(hit.term);
  }
  std::vector<std::string> snippets;
  for (const Alert::Snippet& snippet : alert.snippets) {
    AppendMarked(snippet, kPlain, &snippets.emplace_back());
  }
  const Alert::About& article = alert.article;
  std::string row;
  AppendCsvCell(alert.watchlist.id, &row);
  AppendCsvCell(alert.watchlist.name, &row);
  AppendCsvCell(Joined(labels, "; "), &row);
  for (const std::string* value :
       {&article.id, &article.title, &article.url, &article.source,
        &article.site, &article.lang, &article.published_at}) {
    AppendCsvCell(*value, &row);
  }
  AppendCsvNumber(StrCat(alert.hit_count), &row);
  AppendCsvCell(Joined(terms, "; "), &row);
  AppendCsvCell(Joined(snippets, " | "), &row);
  AppendCsvCell(alert.origin.file, &row);
  AppendCsvNumber(alert.origin.line > 0 ? StrCat(alert.origin.line) : "", &row);
  AppendCsvCell(alert.id, &row);
  AppendCsvCell(article.status, &row);
  AppendCsvCell(article.embargo, &row);
  EndCsvRow(&row);
  return row;
}

}  // namespace

std::string AlertCsvHeader() {
  std::string header;
  for (const char* column :
       {"watchlist_id", "watchlist_name", "labels", "article_id", "title",
        "url", "source", "site", "lang", "published_at", "hit_count", "terms",
        "snippets", "file", "line", "alert_id", "status", "embargo"}) {
    AppendCsvCell(column, &header);
  }
  EndCsvRow(&header);
  return header;
}

void AppendAlertCsv(std::string_view alert_json, std::string* csv) {
  const absl::StatusOr<Alert> alert = ReadAlert(alert_json);
  if (alert.ok()) {
    *csv += CsvRow(*alert);
    return;
  }
  AppendCsvCell(alert_json, csv);
  EndCsvRow(csv);
}

std::string AlertText(std::string_view alert_json, bool colour) {
  const absl::StatusOr<Alert> alert = ReadAlert(alert_json);
  return alert.ok() ? Render(*alert, colour ? kColour : kPlain)
                    : StrCat(alert_json, "\n");
}

}  // namespace presshawk
