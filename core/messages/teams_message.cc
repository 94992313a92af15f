// SPDX-License-Identifier: Apache-2.0
#include "core/messages/teams_message.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/str_cat.h"
#include "core/messages/clean_text.h"
#include "core/messages/fitting.h"

namespace presshawk {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kBytesMax = 27'000;
// A mark that is added later, with its markup.
constexpr size_t kMarkBytes = 200;
constexpr size_t kTitleUnitsMax = 400;
constexpr size_t kLineUnitsMax = 700;
constexpr size_t kSnippetUnitsMax = 1'000;
// Of a body: the sign that it is whole.
constexpr char kSummary[] = "summary";

std::string TextOf(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json Run(std::string_view text) {
  return {{"type", "TextRun"}, {"text", text}};
}

Json Line(Json runs, bool is_apart = false) {
  Json line = {{"type", "RichTextBlock"}, {"inlines", std::move(runs)}};
  if (is_apart) {
    line["separator"] = true;
  } else {
    line["spacing"] = "Small";
  }
  return line;
}

Json SubtleLine(std::string_view text) {
  Json run = Run(text);
  run["isSubtle"] = true;
  run["size"] = "Small";
  return Line(Json::array({std::move(run)}));
}

Json BoldLine(std::string_view text, bool is_large) {
  Json run = Run(text);
  run["weight"] = "Bolder";
  if (is_large) {
    run["size"] = "Large";
  }
  return Line(Json::array({std::move(run)}), !is_large);
}

Json OpenUrl(std::string_view url) {
  return {{"type", "Action.OpenUrl"}, {"url", url}};
}

Json SnippetLine(const MessageText& runs) {
  Json line = Json::array();
  size_t left = kSnippetUnitsMax;
  for (const MessageRun& run : runs) {
    const std::string text = CutText(run.text, left);
    if (text.empty()) {
      break;
    }
    Json piece = Run(text);
    if (run.is_bold) {
      piece["weight"] = "Bolder";
    }
    line.push_back(std::move(piece));
    left -= Utf16Length(text);
  }
  return Line(std::move(line));
}

void AddItem(const MessageItem& item, bool is_row, Detail detail, Json* body) {
  Json title = Run(Isolated(CutText(item.title, kTitleUnitsMax)));
  title["weight"] = "Bolder";
  if (!item.url.empty()) {
    title["selectAction"] = OpenUrl(item.url);
  }
  body->push_back(Line(Json::array({std::move(title)}), is_row));
  std::string origin = item.origin;
  if (is_row && !item.copies.empty()) {
    StrAppend(&origin, origin.empty() ? "" : " · ", item.copies);
  }
  if (!origin.empty()) {
    body->push_back(SubtleLine(CutText(origin, kLineUnitsMax)));
  }
  for (size_t i = 0; i < std::min(item.snippets.size(), SnippetsAt(detail));
       ++i) {
    body->push_back(SnippetLine(item.snippets[i]));
  }
  if (!item.why.empty() && (!is_row || detail != Detail::kTitles)) {
    body->push_back(SubtleLine(CutText(item.why, kLineUnitsMax)));
  }
  if (!is_row && !item.copies.empty()) {
    body->push_back(
        Line(Json::array({Run(CutText(item.copies, kLineUnitsMax))})));
  }
}

Json Footer(const PeopleMessage& message) {
  return SubtleLine(
      StrCat(CutText(message.footer, kLineUnitsMax),
             message.footer.empty() || message.delivery.empty() ? "" : " · ",
             message.delivery));
}

Json CardBody(const PeopleMessage& message, const Shown& shown) {
  Json body = Json::array();
  for (const std::string& mark : message.marks) {
    body.push_back(SubtleLine(mark));
  }
  body.push_back(
      BoldLine(CutText(message.headline, kTitleUnitsMax), /*is_large=*/true));
  for (const std::string& intro : message.intro) {
    body.push_back(Line(Json::array({Run(CutText(intro, kLineUnitsMax))})));
  }
  const std::string* list = nullptr;
  for (size_t i = 0; i < shown.rows; ++i) {
    const MessageItem& item = message.items[i];
    if (message.is_list && (list == nullptr || *list != item.list)) {
      body.push_back(BoldLine(Isolated(CutText(item.list, kTitleUnitsMax)),
                              /*is_large=*/false));
    }
    list = &item.list;
    AddItem(item, message.is_list, shown.detail, &body);
  }
  if (message.is_list && shown.rows < message.total) {
    body.push_back(
        Line(Json::array({Run(CountText(shown.rows, message.total))})));
  }
  body.push_back(Footer(message));
  return body;
}

Json Actions(const PeopleMessage& message) {
  Json actions = Json::array();
  const auto add = [&actions](std::string_view title, std::string_view url) {
    if (!url.empty()) {
      Json action = OpenUrl(url);
      action["title"] = title;
      actions.push_back(std::move(action));
    }
  };
  if (!message.is_list && !message.items.empty()) {
    add("Open the article", message.items[0].url);
  }
  for (const MessageLink& link : message.links) {
    add(link.text, link.url);
  }
  add("This message", message.delivery_url);
  return actions;
}

Json Card(Json body, Json actions) {
  Json card = {
      {"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
      {"type", "AdaptiveCard"},
      {"version", "1.4"},
      {"msteams", {{"width", "Full"}}},
      {"body", std::move(body)}};
  if (!actions.empty()) {
    card["actions"] = std::move(actions);
  }
  return card;
}

Json Body(Json card, std::string_view summary) {
  Json body = {{"type", "message"}};
  if (!summary.empty()) {
    body[kSummary] = summary;
  }
  body["attachments"] =
      Json::array({{{"contentType", "application/vnd.microsoft.card.adaptive"},
                    {"contentUrl", nullptr},
                    {"content", std::move(card)}}});
  return body;
}

// The card's texts of a message that was made here; nothing of another body.
Json* BodyOf(Json* json) {
  if (!json->is_object() || !json->contains("attachments")) {
    return nullptr;
  }
  Json& attachments = (*json)["attachments"];
  if (!attachments.is_array() || attachments.empty() ||
      !attachments[0].is_object() || !attachments[0].contains("content") ||
      !attachments[0]["content"].is_object()) {
    return nullptr;
  }
  Json& body = attachments[0]["content"]["body"];
  return body.is_array() && !body.empty() ? &body : nullptr;
}

// What is left where not even the message without rows fits.
std::string Shortest(const PeopleMessage& message, size_t bytes_max) {
  Json body = Json::array({Run(message.headline)});
  std::string text;
  for (size_t units = kTitleUnitsMax; units > 10; units = units * 3 / 4) {
    body = Json::array();
    for (const std::string& mark : message.marks) {
      body.push_back(Line(Json::array({Run(CutText(mark, units))})));
    }
    body.push_back(Line(Json::array({Run(CutText(message.headline, units))})));
    if (!message.items.empty() && !message.is_list) {
      body.push_back(
          Line(Json::array({Run(CutText(message.items[0].title, units))})));
    }
    body.push_back(Line(Json::array({Run(message.delivery)})));
    text = TextOf(Body(Card(std::move(body), Json::array()), ""));
    if (text.size() <= bytes_max) {
      break;
    }
  }
  return text;
}

}  // namespace

std::string TeamsMessage(const PeopleMessage& message, size_t bytes_max) {
  const size_t limit = std::min(bytes_max, kBytesMax - kMarkBytes);
  const auto compose = [&](const Shown& shown) -> std::optional<std::string> {
    std::string text =
        TextOf(Body(Card(CardBody(message, shown), Actions(message)),
                    CutText(message.headline, kTitleUnitsMax)));
    return text.size() <= limit ? std::optional(std::move(text)) : std::nullopt;
  };
  if (std::optional<std::string> body = MostThatFits(message, compose);
      body.has_value()) {
    return *std::move(body);
  }
  return Shortest(message, limit);
}

std::optional<std::string> ReducedTeamsMessage(std::string_view text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  Json* const body = BodyOf(&json);
  if (body == nullptr || !json.contains(kSummary)) {
    return std::nullopt;
  }
  Json lines = Json::array();
  for (const Json& line : *body) {
    std::string joined;
    for (const Json& run : line.value("inlines", Json::array())) {
      joined += run.value("text", "");
    }
    lines.push_back(Line(Json::array({Run(joined)})));
  }
  while (lines.size() > 2 && TextOf(lines).size() > text.size() / 2) {
    lines.erase(lines.end() - 2);
  }
  return TextOf(Body(Card(std::move(lines), Json::array()), ""));
}

std::optional<std::string> MarkedTeamsMessage(std::string_view text,
                                              std::string_view mark) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  Json* const body = BodyOf(&json);
  if (body == nullptr) {
    return std::nullopt;
  }
  const Json line = SubtleLine(mark);
  // Marks stand above the headline; a text of others stands below it.
  for (size_t i = 0; i < std::min<size_t>(body->size(), 4); ++i) {
    if ((*body)[i] == line) {
      return std::nullopt;
    }
  }
  body->insert(body->begin(), line);
  return TextOf(json);
}

}  // namespace presshawk
