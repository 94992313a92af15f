#include "cmd/alert_text.h"

#include <cstdint>

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

void AppendSnippet(const json& snippet, const Style& style, std::string* out) {
  const auto& text = snippet.at("text").get_ref<const std::string&>();
  StrAppend(out, "    ", style.dim, snippet.at("field").get<std::string>(),
            style.reset, "  ");
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
  const auto hits = alert.at("hit_count").get<int64_t>();
  StrAppend(&out, "\n    ", style.dim, SourceLine(article), " · ", hits,
            hits == 1 ? " hit" : " hits", style.reset, "\n");
  for (const json& snippet : alert.at("snippets")) {
    AppendSnippet(snippet, style, &out);
  }
  return out;
}

}  // namespace

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
