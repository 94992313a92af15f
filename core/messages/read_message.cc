// SPDX-License-Identifier: Apache-2.0
#include "core/messages/read_message.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/messages/clean_text.h"

namespace presshawk {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kTypePrefix = "presshawk.";
constexpr size_t kSnippetsMax = 2;
constexpr size_t kReasonsMax = 3;
// No channel has room for more rows, however short they are.
constexpr size_t kRowsMax = 500;
constexpr std::string_view kDot = " · ";

// --- Values of JSON that may be missing or of another kind.

const Json& Member(const Json& json, const char* key) {
  static const Json kNull;
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found == json.end() ? kNull : *found;
}

std::string RawText(const Json& json, const char* key) {
  const Json& value = Member(json, key);
  return value.is_string() ? value.get<std::string>() : "";
}

std::string Text(const Json& json, const char* key) {
  return CleanText(RawText(json, key));
}

uint64_t Number(const Json& json, const char* key) {
  const Json& value = Member(json, key);
  return value.is_number_unsigned() ? value.get<uint64_t>() : 0;
}

uint64_t NumberAt(const Json& array, size_t place) {
  return array.is_array() && place < array.size() &&
                 array[place].is_number_unsigned()
             ? array[place].get<uint64_t>()
             : 0;
}

// --- Pieces of text.

std::string Counted(uint64_t count, std::string_view one,
                    std::string_view many) {
  return StrCat(count, " ", count == 1 ? one : many);
}

// "a · b", without what is empty or was said before.
std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  std::set<std::string_view> seen;
  for (const std::string& part : parts) {
    if (!part.empty() && seen.insert(part).second) {
      StrAppend(&text, text.empty() ? "" : kDot, Isolated(part));
    }
  }
  return text;
}

// "2026-01-02 13:04 CET"; a text that is no time stands as it is, and a day has
// no hour.
std::string ShownTime(const std::string& text, absl::TimeZone zone) {
  constexpr size_t kLengthMax = 40;
  absl::Time time;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, nullptr) &&
      text.size() > 10) {
    return absl::FormatTime("%Y-%m-%d %H:%M %Z", time, zone);
  }
  return CutText(CleanText(text), kLengthMax);
}

// The public address with a path that begins with `/`.
std::string Url(const MessageOptions& options, std::string_view path) {
  std::string_view front = options.public_url;
  while (front.ends_with('/')) {
    front.remove_suffix(1);
  }
  return front.empty() ? "" : CleanUrl(StrCat(front, path));
}

// --- Snippets.

// Where code point `place` begins.
size_t ByteOf(std::string_view text, uint64_t place) {
  size_t at = 0;
  for (; place > 0 && at < text.size(); --place) {
    at += Utf8Size(text[at]);
  }
  return std::min(at, text.size());
}

// Blanks at the ends of a piece are kept, as the pieces stand side by side.
void AppendRun(std::string_view text, bool is_bold, MessageText* runs) {
  if (text.empty()) {
    return;
  }
  const auto is_blank = [](char c) {
    return static_cast<unsigned char>(c) <= ' ';
  };
  std::string clean = CleanText(text);
  const bool front = is_blank(text.front()) && !runs->empty();
  if (clean.empty()) {
    clean = front || is_blank(text.front()) ? " " : "";
  } else {
    clean = StrCat(front ? " " : "", clean, is_blank(text.back()) ? " " : "");
  }
  if (!clean.empty()) {
    runs->push_back({std::move(clean), is_bold});
  }
}

struct ReadSnippet {
  MessageText text;
  size_t rank = 0;  // More is better.
};

ReadSnippet SnippetOf(const Json& snippet) {
  ReadSnippet read;
  const std::string text = RawText(snippet, "text");
  std::set<std::string_view> hits;
  size_t done = 0;
  for (const Json& span : Member(snippet, "highlights")) {
    if (!span.is_array() || span.size() != 2 || !span[0].is_number_unsigned() ||
        !span[1].is_number_unsigned()) {
      continue;
    }
    const size_t begin = ByteOf(text, span[0].get<uint64_t>());
    const size_t end = ByteOf(text, span[1].get<uint64_t>());
    if (begin < done || end <= begin) {
      continue;
    }
    const std::string_view view = text;
    AppendRun(view.substr(done, begin - done), false, &read.text);
    AppendRun(view.substr(begin, end - begin), true, &read.text);
    hits.insert(view.substr(begin, end - begin));
    done = end;
  }
  AppendRun(std::string_view(text).substr(done), false, &read.text);
  // The title is shown anyway.
  read.rank = RawText(snippet, "field") == "title" ? 0 : hits.size() + 1;
  return read;
}

// The two that show the most different hits, in the order of the article.
std::vector<MessageText> SnippetsOf(const Json& alert) {
  std::vector<ReadSnippet> all;
  for (const Json& snippet : Member(alert, "snippets")) {
    if (ReadSnippet read = SnippetOf(snippet); !read.text.empty()) {
      all.push_back(std::move(read));
    }
  }
  std::vector<size_t> order(all.size());
  for (size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return all[a].rank > all[b].rank;
  });
  order.resize(std::min(order.size(), kSnippetsMax));
  std::sort(order.begin(), order.end());
  std::vector<MessageText> best;
  for (const size_t i : order) {
    best.push_back(std::move(all[i].text));
  }
  return best;
}

// --- Items.

std::string WhyRelevant(const Json& alert) {
  const Json& relevance = Member(alert, "relevance");
  if (!relevance.is_object()) {
    return "";
  }
  std::string why = StrCat("Relevance ", Number(relevance, "score"));
  size_t count = 0;
  for (const Json& reason : Member(relevance, "why")) {
    if (reason.is_string() && count < kReasonsMax) {
      StrAppend(&why, count++ == 0 ? ": " : ", ",
                CleanText(reason.get<std::string>()));
    }
  }
  return why;
}

std::string CopiesText(uint64_t copies, uint64_t sites) {
  if (copies == 0) {
    return "";
  }
  std::string text = StrCat("+ ", Counted(copies, "copy", "copies"));
  if (sites > 1) {
    StrAppend(&text, " on ", Counted(sites, "site", "sites"));
  }
  return text;
}

std::string ListName(const Json& alert) {
  const Json& list = Member(alert, "watchlist");
  const std::string name = Text(list, "name");
  return name.empty() ? Text(list, "id") : name;
}

MessageItem ItemOf(const Json& alert, const Json& story, uint64_t copies,
                   const MessageOptions& options) {
  const Json& article = Member(alert, "article");
  MessageItem item;
  item.list = ListName(alert);
  item.title = Text(article, "title");
  item.url = CleanUrl(RawText(article, "url"));
  if (item.title.empty()) {
    item.title = item.url.empty() ? "(without a title)" : item.url;
  }
  const std::string published = RawText(article, "published_at");
  std::string author = Text(article, "author");
  item.origin = Joined(
      {Text(article, "source"), Text(article, "site"),
       author.empty() ? "" : StrCat("by ", author),
       published.empty()
           ? StrCat("found ",
                    ShownTime(RawText(alert, "detected_at"), options.zone))
           : ShownTime(published, options.zone),
       RawText(article, "status") == "canceled" ? "withdrawn by its publisher"
                                                : ""});
  if (options.snippets) {
    item.snippets = SnippetsOf(alert);
  }
  item.why = WhyRelevant(alert);
  item.copies = CopiesText(copies, Number(story, "sites"));
  return item;
}

// --- Messages.

// "alert" of "presshawk.alert.v1".
std::string KindOf(std::string_view type) {
  type.remove_prefix(std::min(type.size(), kTypePrefix.size()));
  return std::string(type.substr(0, type.find('.')));
}

std::string SubscriptionName(const Json& data, const MessageOptions& options) {
  const std::string name = CleanText(options.subscription_name);
  return name.empty() ? Text(data, "subscription") : name;
}

void ReadGrowth(const Json& data, PeopleMessage* message) {
  const Json& because = Member(data, "because");
  if (const uint64_t sites = Number(because, "sites"); sites > 0) {
    message->intro.push_back(
        StrCat("This story is on ", Counted(sites, "site", "sites"), " now."));
  }
  if (const std::string site = Text(because, "site"); !site.empty()) {
    message->intro.push_back(
        StrCat("This story is on ", Isolated(site), " now."));
  }
}

void ReadAlert(const Json& data, const std::string& kind,
               const MessageOptions& options, PeopleMessage* message) {
  const Json& alert = Member(data, "alert");
  const Json& story = Member(data, "story");
  const uint64_t size = Number(story, "size");
  MessageItem item = ItemOf(alert, story, size > 1 ? size - 1 : 0, options);
  message->headline = item.list;
  if (kind == "growth") {
    ReadGrowth(data, message);
  } else if (kind == "correction") {
    const Json& retracted = Member(Member(data, "because"), "retracted");
    message->intro.push_back(
        retracted == true ? "Its publisher has taken this article back."
                          : "A correction of a story that you were told of.");
  }
  message->items.push_back(std::move(item));
  if (const std::string id = Text(story, "id"); !id.empty()) {
    message->links.push_back(
        {"All of this story", Url(options, StrCat("/api/v1/stories/", id))});
  }
}

// "2026-10-23 17:30 CEST" of "2026-10-23T17:30+02:00 Europe/Berlin".
std::string SlotText(const std::string& slot, absl::TimeZone zone) {
  const size_t blank = slot.find(' ');
  absl::TimeZone own;
  if (blank != std::string::npos &&
      absl::LoadTimeZone(slot.substr(blank + 1), &own)) {
    zone = own;
  }
  absl::Time time;
  return absl::ParseTime("%Y-%m-%dT%H:%M%Ez", slot.substr(0, blank), &time,
                         nullptr)
             ? absl::FormatTime("%Y-%m-%d %H:%M %Z", time, zone)
             : CleanText(slot);
}

void ReadRows(const Json& data, const std::string& kind,
              const MessageOptions& options, PeopleMessage* message) {
  const std::string name = Isolated(SubscriptionName(data, options));
  if (kind == "digest") {
    message->headline = StrCat("Digest: ", name, kDot,
                               SlotText(RawText(data, "slot"), options.zone));
    if (const uint64_t part = Number(data, "part"); part > 1) {
      StrAppend(&message->headline, kDot, "part ", part);
    }
    const size_t missed =
        Member(data, "stands_for").size() + Number(data, "stands_for_more");
    if (missed > 0) {
      message->intro.push_back(
          StrCat(Counted(missed, "earlier digest was", "earlier digests were"),
                 " missed and ", missed == 1 ? "is" : "are", " included."));
    }
  } else {
    message->headline = StrCat("Catch-up: ", name);
    if (const uint64_t last = NumberAt(Member(data, "covers"), 1); last > 0) {
      const uint64_t first = NumberAt(Member(data, "covers"), 0);
      message->intro.push_back(
          first == last
              ? StrCat("It covers message ", last, ".")
              : StrCat("It covers messages ", first, " to ", last, "."));
    }
  }
  message->is_list = true;
  for (const Json& entry : Member(data, "entries")) {
    if (message->items.size() == kRowsMax) {
      break;
    }
    MessageItem item = ItemOf(Member(entry, "alert"), Member(entry, "story"),
                              Number(entry, "copies"), options);
    if (item.list.empty()) {
      item.list = Text(entry, "watchlist");
    }
    message->items.push_back(std::move(item));
  }
  message->total =
      std::max<uint64_t>(Number(data, "total"), Member(data, "entries").size());
  const uint64_t alerts = Number(data, "alerts");
  message->intro.push_back(
      message->total == 0
          ? "Nothing was found."
          : StrCat(Counted(alerts, "alert", "alerts"), " in ",
                   Counted(message->total, "story", "stories"), "."));
  if (const std::string more = RawText(data, "more"); more.starts_with('/')) {
    message->links.push_back({"All of them", Url(options, more)});
  }
}

void ReadOther(const Json& data, const std::string& kind,
               PeopleMessage* message) {
  message->headline = kind == "test" ? "Test" : "presshawk";
  if (const std::string event = Text(data, "event"); !event.empty()) {
    const std::string which = Text(data, "receiver");
    message->headline = StrCat(
        "presshawk: ", which.empty() ? "" : StrCat("receiver ", which, ": "),
        event);
  }
  if (std::string text = Text(data, "text"); !text.empty()) {
    message->intro.push_back(std::move(text));
  }
}

void ReadMarks(const Json& data, const MessageOptions& options,
               PeopleMessage* message) {
  if (options.is_repeat) {
    message->marks.emplace_back(kRepeatMark);
  }
  if (Member(data, "replay") == true) {
    message->marks.emplace_back(kReplayMark);
  }
  if (Member(data, "rebuilt") == true) {
    message->marks.emplace_back(kRebuiltMark);
  }
}

void ReadFooter(const Json& data, const MessageOptions& options,
                PeopleMessage* message) {
  const uint64_t sequence = Number(data, "sequence");
  const std::string id = Text(data, "subscription");
  // What presshawk tells of itself has no subscription.
  message->footer = Joined(
      {id.starts_with('_') ? "presshawk" : SubscriptionName(data, options),
       sequence > 0 ? StrCat("message ", sequence) : ""});
  message->delivery = Text(data, "delivery");
  if (!message->delivery.empty()) {
    message->delivery_url =
        Url(options, StrCat("/api/v1/deliveries/", message->delivery));
  }
  message->links.erase(
      std::remove_if(message->links.begin(), message->links.end(),
                     [](const MessageLink& link) { return link.url.empty(); }),
      message->links.end());
}

}  // namespace

bool IsEnvelope(std::string_view body) {
  return body.starts_with(R"({"type":"presshawk.)");
}

absl::StatusOr<PeopleMessage> ReadMessage(std::string_view envelope,
                                          const MessageOptions& options) {
  const Json json = Json::parse(RepairedJson(envelope), nullptr,
                                /*allow_exceptions=*/false);
  const Json& data = Member(json, "data");
  const std::string type = RawText(json, "type");
  if (!data.is_object() || !type.starts_with(kTypePrefix)) {
    return absl::InvalidArgumentError(
        "what is to be told cannot be read: it is no JSON of presshawk");
  }
  const std::string kind = KindOf(type);
  PeopleMessage message;
  if (Member(data, "entries").is_array()) {
    ReadRows(data, kind, options, &message);
  } else if (Member(data, "alert").is_object()) {
    ReadAlert(data, kind, options, &message);
  } else {
    ReadOther(data, kind, &message);
  }
  if (message.headline.empty()) {
    message.headline = "presshawk";
  }
  ReadMarks(data, options, &message);
  ReadFooter(data, options, &message);
  return message;
}

}  // namespace presshawk
