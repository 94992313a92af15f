#include "cmd/alert_text.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cmd/csv_text.h"
#include "cmd/terminal_text.h"
#include "core/base/str_cat.h"
#include "nlohmann/json.hpp"

namespace presshawk {
namespace {

using nlohmann::json;

struct Style {
  std::string_view list, dim, hit_begin, hit_end, reset;
};
constexpr Style kColour = {"\x1b[1;36m", "\x1b[2m", "\x1b[1;33m", "\x1b[0m",
                           "\x1b[0m"};
constexpr Style kPlain = {"", "", "«", "»", ""};

// Byte offset of code point `index` of valid UTF-8.
size_t ByteOffset(std::string_view text, size_t index) {
  size_t at = 0;
  while (at < text.size()) {
    if ((static_cast<uint8_t>(text[at]) & 0xC0) != 0x80) {
      if (index == 0) {
        return at;
      }
      --index;
    }
    ++at;
  }
  return at;
}

// The snippet's text with its hits marked.
void AppendMarked(const json& snippet, const Style& style, std::string* out) {
  const auto& text = snippet.at("text").get_ref<const std::string&>();
  size_t done = 0;
  for (const json& highlight : snippet.at("highlights")) {
    const size_t begin = ByteOffset(text, highlight.at(0).get<size_t>());
    const size_t end = ByteOffset(text, highlight.at(1).get<size_t>());
    *out += TerminalText(std::string_view(text).substr(done, begin - done));
    *out += style.hit_begin;
    *out += TerminalText(std::string_view(text).substr(begin, end - begin));
    *out += style.hit_end;
    done = end;
  }
  *out += TerminalText(std::string_view(text).substr(done));
}

void AppendSnippet(const json& snippet, const Style& style, std::string* out) {
  StrAppend(out, "    ", style.dim, snippet.at("field").get<std::string>(),
            style.reset, "  ");
  AppendMarked(snippet, style, out);
  *out += '\n';
}

// The values that there are, with dots between.
std::string SourceLine(const json& article) {
  std::string line;
  for (const char* key : {"source", "site", "lang", "published_at"}) {
    if (article.contains(key)) {
      if (!line.empty()) {
        line += " · ";
      }
      line += TerminalText(article.at(key).get<std::string>());
    }
  }
  return line;
}

std::string Render(const json& alert, const Style& style) {
  std::string out;
  const json& list = alert.at("watchlist");
  const json& article = alert.at("article");
  StrAppend(&out, style.list, "▶ ");
  out += TerminalText(list.at("name").get<std::string>());
  StrAppend(&out, style.reset, "  ");
  out += TerminalText(article.value("title", article.value("id", "")));
  const std::string source = SourceLine(article);
  const auto hits = alert.at("hit_count").get<int64_t>();
  StrAppend(&out, "\n    ", style.dim, source, source.empty() ? "" : " · ",
            hits, hits == 1 ? " hit" : " hits", style.reset, "\n");
  for (const json& snippet : alert.at("snippets")) {
    AppendSnippet(snippet, style, &out);
  }
  return out;
}

// What stands in an article's member, or nothing.
std::string Member(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
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

std::string CsvRow(const json& alert) {
  const json& list = alert.at("watchlist");
  const json& article = alert.at("article");
  const json& origin = alert.at("origin");
  std::vector<std::string> labels;
  for (const auto& [key, value] : list.at("labels").items()) {
    labels.push_back(StrCat(key, "=", value.get<std::string>()));
  }
  std::vector<std::string> terms;
  for (const json& hit : alert.at("hits")) {
    terms.push_back(hit.at("term").get<std::string>());
  }
  std::vector<std::string> snippets;
  for (const json& snippet : alert.at("snippets")) {
    AppendMarked(snippet, kPlain, &snippets.emplace_back());
  }
  std::string row;
  AppendCsvCell(Member(list, "id"), &row);
  AppendCsvCell(Member(list, "name"), &row);
  AppendCsvCell(Joined(labels, "; "), &row);
  for (const char* key :
       {"id", "title", "url", "source", "site", "lang", "published_at"}) {
    AppendCsvCell(Member(article, key), &row);
  }
  AppendCsvNumber(StrCat(alert.at("hit_count").get<int64_t>()), &row);
  AppendCsvCell(Joined(terms, "; "), &row);
  AppendCsvCell(Joined(snippets, " | "), &row);
  AppendCsvCell(Member(origin, "file"), &row);
  AppendCsvNumber(
      origin.contains("line") ? StrCat(origin.at("line").get<int64_t>()) : "",
      &row);
  AppendCsvCell(Member(alert, "id"), &row);
  EndCsvRow(&row);
  return row;
}

}  // namespace

std::string AlertCsvHeader() {
  std::string header;
  for (const char* column :
       {"watchlist_id", "watchlist_name", "labels", "article_id", "title",
        "url", "source", "site", "lang", "published_at", "hit_count", "terms",
        "snippets", "file", "line", "alert_id"}) {
    AppendCsvCell(column, &header);
  }
  EndCsvRow(&header);
  return header;
}

void AppendAlertCsv(std::string_view alert_json, std::string* csv) {
  const json alert =
      json::parse(alert_json, nullptr, /*allow_exceptions=*/false);
  try {
    *csv += CsvRow(alert);
  } catch (const json::exception&) {
    AppendCsvCell(alert_json, csv);  // Not an alert of version 1.
    EndCsvRow(csv);
  }
}

std::string AlertText(std::string_view alert_json, bool colour) {
  const json alert =
      json::parse(alert_json, nullptr, /*allow_exceptions=*/false);
  try {
    return Render(alert, colour ? kColour : kPlain);
  } catch (const json::exception&) {
    return StrCat(alert_json, "\n");  // Not an alert of version 1.
  }
}

}  // namespace presshawk
