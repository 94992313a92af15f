// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/api/atom_feed.h"

#include <string_view>

#include <nlohmann/json.hpp>

#include "cmd/markup_text.h"
#include "core/base/str_cat.h"
#include "core/delivery/delivery_id.h"
#include "core/delivery/envelope.h"
#include "core/delivery/retracted_alerts.h"
#include "ingest/json/alert_reader.h"

namespace presshawk {
namespace {

void AppendElement(std::string_view name, std::string_view text,
                   std::string* xml) {
  StrAppend(xml, "<", name, ">", MarkupText(text), "</", name, ">\n");
}

void AppendLink(std::string_view relation, std::string_view url,
                std::string* xml) {
  StrAppend(xml, "<link rel=\"", relation, "\" href=\"", MarkupText(url),
            "\"/>\n");
}

// Links come from articles: only those that a reader can follow safely.
bool IsWebUrl(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

std::string TitleOf(const Alert& alert) {
  return StrCat(
      alert.watchlist.name, ": ",
      alert.article.title.empty() ? alert.article.id : alert.article.title);
}

// What a digest shows, a line each: its title, and its entries.
void AppendDigest(const EventRecord& event, std::string* xml) {
  const auto body =
      nlohmann::json::parse(ComposeBody(event.body, kNoDelivery, ""), nullptr,
                            /*allow_exceptions=*/false);
  const nlohmann::json data = body.value("data", nlohmann::json::object());
  AppendElement("title",
                StrCat("digest ", data.value("slot", ""), ": ",
                       data.value("alerts", uint64_t{0}), " alerts"),
                xml);
  std::string text;
  for (const nlohmann::json& entry :
       data.value("entries", nlohmann::json::array())) {
    const absl::StatusOr<Alert> alert =
        ReadAlert(entry.value("alert", nlohmann::json()).dump());
    if (alert.ok()) {
      StrAppend(&text, text.empty() ? "" : "\n", TitleOf(*alert));
    }
  }
  AppendElement("summary", text, xml);
}

void AppendEntry(const EventRecord& event, const std::string& alert_json,
                 std::string* xml) {
  const absl::StatusOr<Alert> alert = ReadAlert(alert_json);
  *xml += "<entry>\n";
  AppendElement(
      "id",
      StrCat("urn:presshawk:", DeliveryId({.subscription = event.subscription,
                                           .receiver = "_feed",
                                           .type = event.type,
                                           .key = event.key})),
      xml);
  AppendElement("updated", EnvelopeTime(event.at), xml);
  if (event.type == kDigestType && !event.body.head.empty()) {
    AppendDigest(event, xml);
    *xml += "</entry>\n";
    return;
  }
  if (!alert.ok()) {
    AppendElement("title", StrCat("event ", event.sequence), xml);
    *xml += "</entry>\n";
    return;
  }
  AppendElement(
      "title",
      StrCat(TellsRetraction(event) ? "retracted: " : "", TitleOf(*alert)),
      xml);
  if (IsWebUrl(alert->article.url)) {
    AppendLink("alternate", alert->article.url, xml);
  }
  *xml += "<author>";
  AppendElement(
      "name",
      alert->article.site.empty() ? alert->article.source : alert->article.site,
      xml);
  *xml += "</author>\n";
  std::string text;
  for (const Alert::Snippet& snippet : alert->snippets) {
    StrAppend(&text, text.empty() ? "" : "\n", snippet.text);
  }
  AppendElement("summary", text, xml);
  *xml += "</entry>\n";
}

}  // namespace

std::string AtomFeed(
    const Subscription& subscription, const std::string& self,
    const std::vector<std::pair<EventRecord, std::string>>& events,
    absl::Time now) {
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n";
  AppendElement("id", StrCat("urn:presshawk:subscription:", subscription.id),
                &xml);
  AppendElement("title",
                subscription.name.empty() ? subscription.id : subscription.name,
                &xml);
  AppendLink("self", self, &xml);
  AppendElement("updated",
                EnvelopeTime(events.empty() ? now : events.front().first.at),
                &xml);
  xml += "<author><name>presshawk</name></author>\n";
  for (const auto& [event, alert] : events) {
    AppendEntry(event, alert, &xml);
  }
  return xml + "</feed>\n";
}

}  // namespace presshawk
