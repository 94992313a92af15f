// SPDX-License-Identifier: Apache-2.0
#include "cmd/status_text.h"

#include <algorithm>

#include "absl/time/time.h"
#include "cmd/terminal_text.h"
#include "core/base/str_cat.h"
#include "nlohmann/json.hpp"

namespace presshawk {
namespace {

using nlohmann::json;

std::string Text(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string()
             ? TerminalText(at->get_ref<const std::string&>())
             : "";
}

uint64_t Number(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_number_unsigned() ? at->get<uint64_t>()
                                                        : 0;
}

const json& Part(const json& object, const char* key) {
  static const json& nothing = *new json(json::object());
  const auto at = object.find(key);
  return at != object.end() ? *at : nothing;
}

std::string Span(uint64_t seconds) {
  if (seconds < 120) {
    return StrCat(seconds, " s");
  }
  const uint64_t minutes = seconds / 60;
  if (minutes < 120) {
    return StrCat(minutes, " min");
  }
  return minutes < 48 * 60 ? StrCat(minutes / 60, " h")
                           : StrCat(minutes / 60 / 24, " days");
}

// How long ago the line came last, by the clock of the instance.
std::string AgeText(const json& status, const json& line) {
  absl::Time now;
  absl::Time last;
  std::string ignored;
  if (!absl::ParseTime(absl::RFC3339_full, Text(status, "time"), &now,
                       &ignored) ||
      !absl::ParseTime(absl::RFC3339_full, Text(line, "time"), &last,
                       &ignored)) {
    return Text(line, "time");
  }
  const int64_t seconds = absl::ToInt64Seconds(now - last);
  return StrCat(Span(static_cast<uint64_t>(std::max(seconds, int64_t{0}))),
                " ago");
}

// "name 3, other 1" of the counts that are not 0.
std::string Counts(const json& object) {
  std::string text;
  for (const auto& [name, count] : object.items()) {
    if (count.is_number_unsigned() && count.get<uint64_t>() > 0) {
      StrAppend(&text, text.empty() ? "" : ", ", TerminalText(name), " ",
                count.get<uint64_t>());
    }
  }
  return text;
}

void AppendReadiness(const json& status, std::string* text) {
  StrAppend(text, "presshawk ", Text(status, "version"), ", instance ",
            Text(status, "instance"), ", up ",
            Span(Number(status, "uptime_seconds")), "\n");
  const json& reasons = Part(status, "not_ready");
  *text += reasons.empty() ? "READY\n" : "NOT READY\n";
  for (const json& reason : reasons) {
    if (reason.is_string()) {
      StrAppend(text, "  ", TerminalText(reason.get_ref<const std::string&>()),
                "\n");
    }
  }
}

void AppendLists(const json& status, std::string* text) {
  const json& lists = Part(status, "watchlists");
  StrAppend(text, "\nwatch-lists  ", Number(lists, "active"), " active, ",
            Number(lists, "stale"), " stale, ", Number(lists, "rejected"),
            " rejected\n");
  if (const std::string generation = Text(status, "generation");
      !generation.empty()) {
    StrAppend(text, "generation   ", generation, ", ",
              Span(Number(status, "generation_age_seconds")), " old, made in ",
              Number(status, "reload_milliseconds"), " ms\n");
  }
  if (const std::string problem = Text(status, "reload_problem");
      !problem.empty()) {
    StrAppend(text, "last reload  failed: ", problem, "\n");
  }
  if (const json& topic = Part(status, "watchlist_topic"); !topic.empty()) {
    StrAppend(text, "list topic   ", Text(topic, "name"), ": ",
              Number(topic, "records"), " records read");
    if (const uint64_t rejected = Number(topic, "records_rejected")) {
      StrAppend(text, ", ", rejected, " ignored (their key is no id)");
    }
    const std::string problem = Text(topic, "problem");
    StrAppend(text, problem.empty() ? "" : "; ", problem, "\n");
  }
}

// "articles[3]: 7" of the partition with the most; empty where no partition has any.
std::string Most(const json& assignment, const char* key,
                 std::string (*show)(uint64_t)) {
  const json* most = nullptr;
  for (const json& one : assignment) {
    if (Number(one, key) > (most == nullptr ? 0 : Number(*most, key))) {
      most = &one;
    }
  }
  return most == nullptr
             ? ""
             : StrCat(Text(*most, "topic"), "[", Number(*most, "partition"),
                      "]: ", show(Number(*most, key)));
}

void AppendPartitions(const json& assignment, std::string* text) {
  if (!assignment.is_array() || assignment.empty()) {
    return;
  }
  uint64_t lag = 0;
  for (const json& one : assignment) {
    lag += Number(one, "lag");
  }
  StrAppend(text, "partitions   ", assignment.size(), " assigned, lag ", lag);
  if (const std::string most =
          Most(assignment, "lag", [](uint64_t n) { return StrCat(n); });
      !most.empty()) {
    StrAppend(text, ", most in ", most);
  }
  if (const std::string oldest =
          Most(assignment, "oldest_record_seconds", Span);
      !oldest.empty()) {
    StrAppend(text, ", oldest record in ", oldest);
  }
  *text += "\n";
}

void AppendArticles(const json& status, std::string* text) {
  const json& articles = Part(status, "articles");
  StrAppend(text, "articles     ", Number(articles, "admitted"), " admitted, ",
            Number(articles, "processed"), " processed, ",
            Number(articles, "rejected"), " rejected, ",
            Number(articles, "abandoned"), " abandoned, ",
            Number(articles, "in_flight"), " in flight\n");
  if (const std::string rejects = Counts(Part(status, "rejects"));
      !rejects.empty()) {
    StrAppend(text, "rejects      ", rejects, "\n");
  }
  AppendPartitions(Part(status, "assignment"), text);
  if (const std::string errors = Counts(Part(status, "kafka_errors"));
      !errors.empty()) {
    StrAppend(text, "Kafka errors ", errors, "\n");
  }
}

void AppendBadLists(const char* title, const json& answer, std::string* text) {
  const json& lists = Part(answer, "watchlists");
  if (!lists.is_array() || lists.empty()) {
    return;
  }
  StrAppend(text, "\n", title, "\n");
  for (const json& list : lists) {
    StrAppend(text, "  ", Text(list, "id"), "\n");
    for (const json& error : Part(list, "errors")) {
      const std::string file = Text(error, "file");
      StrAppend(text, "    ", file);
      if (const uint64_t line = Number(error, "line")) {
        StrAppend(text, ":", line, ":", Number(error, "column"));
      }
      StrAppend(text, file.empty() ? "" : ": ", Text(error, "message"), "\n");
      if (const std::string fix = Text(error, "fix"); !fix.empty()) {
        StrAppend(text, "      fix: ", fix, "\n");
      }
    }
  }
  if (const std::string next = Text(answer, "next"); !next.empty()) {
    StrAppend(text, "  and more: /api/v1/watchlists\n");
  }
}

void AppendErrors(const json& status, std::string* text) {
  const json& errors = Part(status, "last_errors");
  if (!errors.is_array() || errors.empty()) {
    return;
  }
  *text += "\nlast warnings and errors\n";
  for (const json& line : errors) {
    const uint64_t count = Number(line, "count");
    StrAppend(text, "  ", AgeText(status, line),
              count > 1 ? StrCat(", ", count, " times") : "",
              Text(line, "resolved").empty() ? "" : ", resolved", ": ",
              Text(line, "level"), " ", Text(line, "message"), "\n");
  }
}

}  // namespace

StatusReport ReadStatus(std::string_view status, std::string_view rejected,
                        std::string_view stale) {
  json all = json::parse(status, nullptr, /*allow_exceptions=*/false);
  const json rejected_lists = json::parse(rejected, nullptr, false);
  const json stale_lists = json::parse(stale, nullptr, false);
  StatusReport report;
  if (!all.is_object() || !all.contains("not_ready") ||
      !rejected_lists.is_object() || !stale_lists.is_object()) {
    return report;
  }
  report.readable = true;
  report.ready = Part(all, "not_ready").empty();
  AppendReadiness(all, &report.text);
  AppendLists(all, &report.text);
  AppendArticles(all, &report.text);
  AppendBadLists("rejected lists", rejected_lists, &report.text);
  AppendBadLists("stale lists, on their last good condition", stale_lists,
                 &report.text);
  AppendErrors(all, &report.text);
  all["rejected_lists"] = Part(rejected_lists, "watchlists");
  all["stale_lists"] = Part(stale_lists, "watchlists");
  report.json = all.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  return report;
}

}  // namespace presshawk
