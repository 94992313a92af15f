// SPDX-License-Identifier: Apache-2.0
#include "core/messages/slack_message.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/messages/clean_text.h"
#include "core/messages/fitting.h"

namespace presshawk {
namespace {

using Json = nlohmann::ordered_json;

// Room is left for the marks that are added later.
constexpr size_t kBlocksMax = 46;
constexpr size_t kBlocksUnitsMax = 12'000;
constexpr size_t kSectionUnitsMax = 3'000;
constexpr size_t kHeaderUnitsMax = 150;
constexpr size_t kTextUnitsMax = 1'700;
// Of one text of others, after escaping.
constexpr size_t kTitleUnitsMax = 1'000;
constexpr size_t kLineUnitsMax = 700;
constexpr size_t kSnippetUnitsMax = 1'000;
constexpr size_t kUrlUnitsMax = 1'500;

std::string TextOf(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool IsAsciiLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A letter or a digit of any script.
bool IsWord(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || IsAsciiLetter(c) ||
         (c >= '0' && c <= '9');
}

// Escaped, and at most `units` long then.
std::string Fitted(std::string_view text, size_t units) {
  size_t room = units;
  std::string escaped = SlackText(CutText(text, room));
  while (Utf16Length(escaped) > units) {
    room = room * units / (Utf16Length(escaped) + units / 8 + 1);
    escaped = SlackText(CutText(text, room));
  }
  return escaped;
}

std::string Link(std::string_view url, std::string_view escaped_text) {
  std::string target;
  for (const char c : url) {
    StrAppend(&target,
              c == '&' ? std::string_view("&amp;") : std::string_view(&c, 1));
  }
  if (target.empty() || target.size() > kUrlUnitsMax) {
    return std::string(escaped_text);
  }
  return StrCat("<", target, "|", escaped_text, ">");
}

// Slack takes a star for a sign of bold only beside a blank or a stop; a
// zero-width space makes one where letters touch, as in scripts without spaces.
constexpr std::string_view kNoWidth = "\u200b";

std::string SnippetText(const MessageText& runs) {
  std::string text;
  size_t left = kSnippetUnitsMax;
  bool after_bold = false;
  for (const MessageRun& run : runs) {
    const std::string piece = Fitted(run.text, left);
    if (piece.empty()) {
      break;
    }
    if (run.is_bold) {
      StrAppend(&text, !text.empty() && IsWord(text.back()) ? kNoWidth : "",
                "*", piece, "*");
    } else {
      StrAppend(&text, after_bold && IsWord(piece[0]) ? kNoWidth : "", piece);
    }
    after_bold = run.is_bold;
    const size_t used = Utf16Length(piece) + 4;
    if (used >= left) {
      break;
    }
    left -= used;
  }
  return Isolated(text);
}

// --- Pieces: each fits into a section.

std::string TitleLine(const MessageItem& item, bool is_row) {
  std::string line =
      Link(item.url, Isolated(Fitted(item.title, kTitleUnitsMax)));
  if (!is_row) {
    return StrCat("*", line, "*");
  }
  for (const std::string* more : {&item.origin, &item.copies}) {
    if (!more->empty()) {
      StrAppend(&line, more == &item.origin ? " — " : " · ",
                Fitted(*more, kLineUnitsMax / 2));
    }
  }
  return StrCat("• ", line);
}

std::vector<std::string> Pieces(const MessageItem& item, bool is_row,
                                Detail detail) {
  std::vector<std::string> pieces = {TitleLine(item, is_row)};
  if (!is_row && !item.origin.empty()) {
    pieces.push_back(Fitted(item.origin, kLineUnitsMax));
  }
  for (size_t i = 0; i < std::min(item.snippets.size(), SnippetsAt(detail));
       ++i) {
    pieces.push_back(StrCat("> ", SnippetText(item.snippets[i])));
  }
  if (!item.why.empty() && (!is_row || detail != Detail::kTitles)) {
    pieces.push_back(
        StrCat(is_row ? "> " : "", Fitted(item.why, kLineUnitsMax)));
  }
  if (!is_row && !item.copies.empty()) {
    pieces.push_back(Fitted(item.copies, kLineUnitsMax));
  }
  return pieces;
}

// All of the items that are shown, in order; rows have their list above them.
std::vector<std::string> AllPieces(const PeopleMessage& message,
                                   const Shown& shown) {
  std::vector<std::string> pieces;
  const std::string* list = nullptr;
  for (size_t i = 0; i < shown.rows; ++i) {
    const MessageItem& item = message.items[i];
    if (message.is_list && (list == nullptr || *list != item.list)) {
      pieces.push_back(
          StrCat("*", Isolated(Fitted(item.list, kLineUnitsMax)), "*"));
    }
    list = &item.list;
    for (std::string& piece : Pieces(item, message.is_list, shown.detail)) {
      pieces.push_back(std::move(piece));
    }
  }
  return pieces;
}

std::string LinksLine(const PeopleMessage& message) {
  std::string line;
  for (const MessageLink& link : message.links) {
    StrAppend(&line, line.empty() ? "" : " · ",
              Link(link.url, SlackText(link.text)));
  }
  return line;
}

std::string Footer(const PeopleMessage& message) {
  std::string footer = Fitted(message.footer, kLineUnitsMax);
  if (!message.delivery.empty()) {
    StrAppend(&footer, footer.empty() ? "" : " · ",
              Link(message.delivery_url, SlackText(message.delivery)));
  }
  return footer;
}

// --- The two forms.

// What an app shows that knows no blocks, and what notifications say.
std::string PlainText(const PeopleMessage& message, size_t units) {
  const auto cost = [](std::string_view line) { return Utf16Length(line) + 1; };
  std::vector<std::string> front;
  for (const std::string& mark : message.marks) {
    front.push_back(SlackText(mark));
  }
  front.push_back(StrCat("*", Fitted(message.headline, kHeaderUnitsMax), "*"));
  for (const std::string& intro : message.intro) {
    front.push_back(Fitted(intro, kLineUnitsMax));
  }
  const std::string links = LinksLine(message);
  const std::string footer = Footer(message);
  constexpr size_t kCountUnits = 60;
  size_t used =
      cost(footer) + (links.size() < units / 4 ? cost(links) : 0) + kCountUnits;
  std::string text;
  for (const std::string& line : front) {
    if (used + cost(line) <= units || text.empty()) {
      StrAppend(&text, line, "\n");
      used += cost(line);
    }
  }
  size_t rows = 0;
  for (const MessageItem& item : message.items) {
    const std::vector<std::string> pieces =
        Pieces(item, message.is_list,
               message.is_list ? Detail::kTitles : Detail::kAllSnippets);
    if (used + cost(pieces[0]) > units) {
      break;
    }
    ++rows;
    for (const std::string& piece : pieces) {
      if (used + cost(piece) <= units) {
        StrAppend(&text, piece, "\n");
        used += cost(piece);
      }
    }
  }
  if (message.is_list && rows < message.total) {
    StrAppend(&text, CountText(rows, message.total), "\n");
  } else if (!message.is_list && rows < message.items.size()) {
    // Its link alone is too long.
    StrAppend(&text, Fitted(message.items[0].title, units / 4), "\n");
  }
  if (!links.empty() && links.size() < units / 4) {
    StrAppend(&text, links, "\n");
  }
  return text + footer;
}

// `verbatim`: what looks like a link or a channel is made none.
Json Markup(std::string_view text) {
  return {{"type", "mrkdwn"}, {"text", text}, {"verbatim", true}};
}

Json Section(const std::string& text) {
  return {{"type", "section"}, {"text", Markup(text)}};
}

Json Context(std::string_view text) {
  return {{"type", "context"}, {"elements", Json::array({Markup(text)})}};
}

Json Blocks(const PeopleMessage& message, const Shown& shown) {
  Json blocks = Json::array();
  for (const std::string& mark : message.marks) {
    blocks.push_back(Context(SlackText(mark)));
  }
  // A header is no mrkdwn, but its text is escaped like one.
  Json header = {{"type", "plain_text"},
                 {"text", Fitted(message.headline, kHeaderUnitsMax)}};
  header["emoji"] = false;
  blocks.push_back({{"type", "header"}, {"text", std::move(header)}});
  std::vector<std::string> lines;
  for (const std::string& intro : message.intro) {
    lines.push_back(Fitted(intro, kLineUnitsMax));
  }
  for (std::string& piece : AllPieces(message, shown)) {
    lines.push_back(std::move(piece));
  }
  std::string section;
  for (const std::string& line : lines) {
    if (Utf16Length(section) + 1 + Utf16Length(line) > kSectionUnitsMax) {
      blocks.push_back(Section(section));
      section.clear();
    }
    StrAppend(&section, section.empty() ? "" : "\n", line);
  }
  if (!section.empty()) {
    blocks.push_back(Section(section));
  }
  std::string below = message.is_list && shown.rows < message.total
                          ? CountText(shown.rows, message.total)
                          : "";
  if (const std::string links = LinksLine(message); !links.empty()) {
    StrAppend(&below, below.empty() ? "" : " ", links);
  }
  if (!below.empty()) {
    blocks.push_back(Context(below));
  }
  if (const std::string footer = Footer(message); !footer.empty()) {
    blocks.push_back(Context(footer));
  }
  return blocks;
}

// The lines of `text` that are marks, at its start.
bool HasMark(std::string_view text, std::string_view mark) {
  const std::string wanted = SlackText(mark);
  for (size_t line = 0; line < 4; ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (text.substr(0, end) == wanted) {
      return true;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

Json ParsedBody(std::string_view body) {
  Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && json.contains("text") && json["text"].is_string()
             ? json
             : Json();
}

}  // namespace

std::string SlackText(std::string_view text) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : ' ';
    switch (text[i]) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '*':  // What looks like the sign and formats nothing.
        escaped += "∗";
        break;
      case '`':
        escaped += "ˋ";
        break;
      case '~':
        escaped += "∼";
        break;
      case '_':
        escaped += i > 0 && IsWord(text[i - 1]) && IsWord(next) ? "_" : "ˍ";
        break;
      case '@':  // Mattermost and Discord call everybody by it.
        escaped += IsAsciiLetter(next) ? "@\u2060" : "@";
        break;
      case ']':  // They take `[text](URL)` for a link, too.
        escaped += next == '(' ? "]\u2060" : "]";
        break;
      default:
        escaped += text[i];
    }
  }
  return escaped;
}

std::string SlackMessage(const PeopleMessage& message, size_t bytes_max) {
  const auto compose = [&](const Shown& shown) -> std::optional<std::string> {
    const Json blocks = Blocks(message, shown);
    Json body = {{"text", PlainText(message, kTextUnitsMax)},
                 {"blocks", blocks},
                 {"unfurl_links", false},
                 {"unfurl_media", false}};
    std::string text = TextOf(body);
    const bool fits = blocks.size() <= kBlocksMax &&
                      Utf16Length(TextOf(blocks)) <= kBlocksUnitsMax &&
                      text.size() <= bytes_max;
    return fits ? std::optional(std::move(text)) : std::nullopt;
  };
  if (std::optional<std::string> body = MostThatFits(message, compose);
      body.has_value()) {
    return *std::move(body);
  }
  std::string body;
  for (size_t units = kTextUnitsMax; units > 40; units = units * 3 / 4) {
    body = TextOf({{"text", PlainText(message, units)}});
    if (body.size() <= bytes_max) {
      break;
    }
  }
  return body;
}

std::optional<std::string> ReducedSlackMessage(std::string_view body) {
  const Json json = ParsedBody(body);
  if (!json.is_object() || !json.contains("blocks")) {
    return std::nullopt;
  }
  return TextOf({{"text", json["text"]}});
}

std::optional<std::string> MarkedSlackMessage(std::string_view body,
                                              std::string_view mark) {
  Json json = ParsedBody(body);
  if (!json.is_object()) {
    return std::nullopt;
  }
  const std::string text = json["text"].get<std::string>();
  if (HasMark(text, mark)) {
    return std::nullopt;
  }
  json["text"] = StrCat(SlackText(mark), "\n", text);
  if (Json& blocks = json["blocks"]; blocks.is_array()) {
    blocks.insert(blocks.begin(), Context(SlackText(mark)));
  } else {
    json.erase("blocks");
  }
  return TextOf(json);
}

}  // namespace presshawk
