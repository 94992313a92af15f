#include "cmd/service/status_api.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "cmd/service/list_definition.h"
#include "core/alerts/alert_builder.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

constexpr size_t kLimitDefault = 100;
constexpr size_t kLimitMax = 1000;

struct SortKey {
  std::string_view name;
  uint64_t ListCounts::*count;
};
constexpr std::array kSortKeys = {
    SortKey{"alerts", &ListCounts::alerts}, SortKey{"hits", &ListCounts::hits},
    SortKey{"nanoseconds", &ListCounts::nanoseconds},
    SortKey{"abandoned", &ListCounts::abandoned}};

void AppendKey(std::string_view key, std::string* json) {
  if (json->back() != '{' && json->back() != '[') {
    *json += ',';
  }
  StrAppend(json, "\"", key, "\":");
}

void AppendText(std::string_view key, std::string_view text,
                std::string* json) {
  AppendKey(key, json);
  AppendJsonString(ReplaceInvalidUtf8(text), json);
}

template <typename Number>
void AppendNumber(std::string_view key, Number number, std::string* json) {
  AppendKey(key, json);
  StrAppend(json, number);
}

void AppendBool(std::string_view key, bool value, std::string* json) {
  AppendKey(key, json);
  *json += value ? "true" : "false";
}

void AppendLists(const ServiceStatus& status, absl::Time now,
                 std::string* json) {
  AppendText("generation", status.generation, json);
  if (status.lists.last_change > absl::InfinitePast()) {
    AppendNumber("generation_age_seconds",
                 absl::ToInt64Seconds(now - status.lists.last_change), json);
    AppendNumber("reload_milliseconds",
                 absl::ToInt64Milliseconds(status.lists.last_took), json);
  }
  AppendText("reload_problem", status.lists.problem, json);
  AppendKey("watchlists", json);
  StrAppend(json, "{\"active\":", status.active, ",\"stale\":", status.stale,
            ",\"rejected\":", status.rejected);
  AppendBool("merging", status.lists.merging, json);
  *json += '}';
  if (status.topic_status.has_value()) {
    const WatchlistTopicReader::Status& topic = *status.topic_status;
    AppendKey("watchlist_topic", json);
    *json += '{';
    AppendText("name", status.topic, json);
    AppendBool("complete", topic.complete, json);
    AppendNumber("records", topic.records, json);
    AppendNumber("records_rejected", topic.rejected, json);
    AppendNumber("readings", topic.readings, json);
    AppendText("problem", topic.problem, json);
    *json += '}';
  }
}

void AppendArticles(const ArticleCounts& articles, std::string* json) {
  AppendKey("articles", json);
  StrAppend(json, "{\"admitted\":", articles.admitted,
            ",\"processed\":", articles.processed,
            ",\"rejected\":", articles.resolved() - articles.processed,
            ",\"abandoned\":", articles.abandoned,
            ",\"in_flight\":", articles.in_flight(), "}");
  AppendKey("rejects", json);
  *json += '{';
  for (size_t i = 0; i < kRejectReasonCount; ++i) {
    AppendNumber(RejectReasonName(static_cast<RejectReason>(i)),
                 articles.rejected[i], json);
  }
  *json += '}';
}

void AppendAssignment(const ServiceStatus& status, std::string* json) {
  AppendNumber("workers", status.workers, json);
  AppendKey("assignment", json);
  *json += '[';
  for (const ServiceStatus::Assigned& assigned : status.assignment) {
    StrAppend(json, json->back() == '[' ? "" : ",",
              "{\"worker\":", assigned.worker);
    AppendText("topic", assigned.topic, json);
    AppendNumber("partition", assigned.partition, json);
    AppendKey("lag", json);
    *json += assigned.lag < 0 ? "null" : StrCat(assigned.lag);
    *json += '}';
  }
  *json += ']';
}

void AppendErrors(const ServiceStatus& status, std::string* json) {
  AppendKey("kafka_errors", json);
  *json += '{';
  for (const auto& [code, count] : status.kafka_errors) {
    AppendNumber(code, count, json);
  }
  *json += '}';
  AppendKey("last_errors", json);
  *json += '[';
  for (const LogLine& line : status.last_errors) {
    *json += json->back() == '[' ? "{" : ",{";
    AppendText("time", FormatAlertTime(line.time), json);
    AppendText("level", line.level, json);
    AppendText("message", line.message, json);
    *json += '}';
  }
  *json += ']';
}

void AppendRow(const ListBoard::Row& row, const ListCounts& counts,
               std::string* json) {
  *json += json->back() == '[' ? "{" : ",{";
  AppendText("id", row.id, json);
  AppendText("state", ListStateName(row.state), json);
  AppendText("version", row.version, json);
  AppendText("generation", row.generation, json);
  if (row.definition != nullptr) {
    AppendDefinitionJson(*row.definition, json);
  }
  for (const SortKey& key : kSortKeys) {
    AppendNumber(key.name, counts.*key.count, json);
  }
  AppendKey("errors", json);
  AppendErrorsJson(row.errors, json);
  *json += '}';
}

ListCounts CountsOf(std::string_view id,
                    const std::vector<const ListCounters*>& counters) {
  ListCounts sum;
  for (const ListCounters* one : counters) {
    one->AddTo(id, &sum);
  }
  return sum;
}

// The last row of a page by count: `hits:123:some-list`.
struct CountCursor {
  uint64_t count = 0;
  std::string id;
};

struct ListQuestion {
  std::string id;
  std::optional<ListState> state;
  size_t limit = kLimitDefault;
  std::string after;
  std::optional<SortKey> sort;
  std::optional<CountCursor> cursor;  // What `after` says, with `sort`.
};

using MaybeProblem = std::optional<Problem>;

Problem Refuse(std::string_view name, std::string what, std::string fix) {
  return {400, std::move(what), StrCat("parameter ", name), std::move(fix)};
}

MaybeProblem SetParameter(const std::string& name, const std::string& value,
                          ListQuestion* question) {
  if (name == "id") {
    question->id = value;
  } else if (name == "after") {
    question->after = value;
  } else if (name == "state") {
    for (const ListState state :
         {ListState::kActive, ListState::kStale, ListState::kRejected}) {
      if (value == ListStateName(state)) {
        question->state = state;
      }
    }
    if (!question->state.has_value()) {
      return Refuse(name, "there is no such state",
                    "use active, stale or rejected");
    }
  } else if (name == "limit") {
    const auto [end, error] = std::from_chars(
        value.data(), value.data() + value.size(), question->limit);
    if (error != std::errc() || end != value.data() + value.size() ||
        question->limit == 0 || question->limit > kLimitMax) {
      return Refuse(name, "this is no number of lists", "use 1 to 1000");
    }
  } else if (name == "sort") {
    const auto key =
        std::find_if(kSortKeys.begin(), kSortKeys.end(),
                     [&](const SortKey& known) { return known.name == value; });
    if (key == kSortKeys.end()) {
      return Refuse(name, "lists are not sorted by this",
                    "use alerts, hits, nanoseconds or abandoned");
    }
    question->sort = *key;
  } else {
    return Refuse(name, "there is no such parameter",
                  "use id, state, limit, after and sort");
  }
  return std::nullopt;
}

MaybeProblem ReadCursor(ListQuestion* question) {
  std::string_view text = question->after;
  const std::string begin = StrCat(question->sort->name, ":");
  CountCursor cursor;
  bool good = text.starts_with(begin);
  if (good) {
    text.remove_prefix(begin.size());
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), cursor.count);
    good =
        error == std::errc() && end != text.data() + text.size() && *end == ':';
    text.remove_prefix(static_cast<size_t>(end - text.data()));
  }
  if (!good) {
    return Refuse("after", "this is no place in this order",
                  "use `next` of the page before, with the same `sort`");
  }
  cursor.id = text.substr(1);
  question->cursor = std::move(cursor);
  return std::nullopt;
}

MaybeProblem ReadQuestion(const std::map<std::string, std::string>& parameters,
                          ListQuestion* question) {
  for (const auto& [name, value] : parameters) {
    if (MaybeProblem problem = SetParameter(name, value, question)) {
      return problem;
    }
  }
  if (parameters.contains("id") && parameters.size() > 1) {
    return Refuse("id", "an id stands alone", "leave the other parameters out");
  }
  return question->sort.has_value() && !question->after.empty()
             ? ReadCursor(question)
             : std::nullopt;
}

// An answer up to its first list.
std::string BeginLists(absl::Time since) {
  std::string json = "{";
  AppendText("since", FormatAlertTime(since), &json);
  AppendKey("watchlists", &json);
  return json + "[";
}

// `next`: empty for none.
std::string EndLists(std::string json, std::string_view next) {
  json += "],\"next\":";
  if (next.empty()) {
    json += "null";
  } else {
    AppendJsonString(next, &json);
  }
  return json + "}\n";
}

// The lists with the most of something, largest first.
std::string TopJson(const ListQuestion& question, const ListBoard& board,
                    const std::vector<const ListCounters*>& counters,
                    absl::Time since) {
  ListCountMap sums;
  for (const ListCounters* one : counters) {
    one->AddTo(&sums);
  }
  const auto count = question.sort->count;
  std::vector<std::pair<std::string, ListCounts>> top;
  for (auto& [id, counts] : sums) {
    const auto& cursor = question.cursor;
    const bool is_after = !cursor.has_value() ||
                          counts.*count < cursor->count ||
                          (counts.*count == cursor->count && id > cursor->id);
    if (counts.*count > 0 && is_after) {
      top.emplace_back(id, counts);
    }
  }
  std::sort(top.begin(), top.end(), [&](const auto& a, const auto& b) {
    return a.second.*count != b.second.*count
               ? a.second.*count > b.second.*count
               : a.first < b.first;
  });
  std::string json = BeginLists(since);
  std::string last;
  size_t shown = 0;
  for (const auto& [id, counts] : top) {
    const std::optional<ListBoard::Row> row = board.Find(id);
    if (!row.has_value() ||
        (question.state.has_value() && row->state != *question.state)) {
      continue;
    }
    if (shown++ == question.limit) {
      return EndLists(std::move(json), last);
    }
    AppendRow(*row, counts, &json);
    last = StrCat(question.sort->name, ":", counts.*count, ":", id);
  }
  return EndLists(std::move(json), "");
}

}  // namespace

std::string StatusJson(const ServiceStatus& status, absl::Time now) {
  std::string json = "{";
  AppendText("version", status.version, &json);
  AppendText("instance", status.instance, &json);
  AppendNumber("uptime_seconds", absl::ToInt64Seconds(now - status.started),
               &json);
  AppendBool("ready", status.not_ready.empty(), &json);
  AppendKey("not_ready", &json);
  json += '[';
  for (const std::string& reason : status.not_ready) {
    json += json.back() == '[' ? "" : ",";
    AppendJsonString(ReplaceInvalidUtf8(reason), &json);
  }
  json += ']';
  AppendLists(status, now, &json);
  AppendArticles(status.articles, &json);
  AppendAssignment(status, &json);
  AppendErrors(status, &json);
  return json + "}\n";
}

JsonAnswer WatchListsJson(const std::map<std::string, std::string>& parameters,
                          const ListBoard& board,
                          const std::vector<const ListCounters*>& counters,
                          absl::Time since) {
  ListQuestion question;
  if (MaybeProblem problem = ReadQuestion(parameters, &question)) {
    return *std::move(problem);
  }
  if (!question.id.empty()) {
    const std::optional<ListBoard::Row> row = board.Find(question.id);
    if (!row.has_value()) {
      return Problem{404, StrCat("there is no watch-list ", question.id),
                     "parameter id", "/api/v1/watchlists has them all"};
    }
    std::string json = BeginLists(since);
    AppendRow(*row, CountsOf(row->id, counters), &json);
    return EndLists(std::move(json), "");
  }
  if (question.sort.has_value()) {
    return TopJson(question, board, counters, since);
  }
  // One more than asked for, which tells whether there is a next page.
  std::vector<ListBoard::Row> rows =
      board.Page(question.state, question.after, question.limit + 1);
  const bool is_last = rows.size() <= question.limit;
  rows.resize(std::min(rows.size(), question.limit));
  std::string json = BeginLists(since);
  for (const ListBoard::Row& row : rows) {
    AppendRow(row, CountsOf(row.id, counters), &json);
  }
  return EndLists(std::move(json), is_last ? "" : rows.back().id);
}

}  // namespace presshawk
