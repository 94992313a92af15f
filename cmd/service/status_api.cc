#include "cmd/service/status_api.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

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
  if (status.lists.topic.has_value()) {
    const WatchlistTopicReader::Status& topic = *status.lists.topic;
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

struct ListQuestion {
  std::string id;
  std::optional<ListState> state;
  size_t limit = kLimitDefault;
  std::string after;
  std::optional<SortKey> sort;
};

absl::Status Refuse(std::string_view name, std::string_view known) {
  return absl::InvalidArgumentError(
      StrCat("parameter ", name, ": use ", known));
}

absl::Status SetParameter(const std::string& name, const std::string& value,
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
      return Refuse(name, "active, stale or rejected");
    }
  } else if (name == "limit") {
    const auto [end, error] = std::from_chars(
        value.data(), value.data() + value.size(), question->limit);
    if (error != std::errc() || end != value.data() + value.size() ||
        question->limit == 0 || question->limit > kLimitMax) {
      return Refuse(name, "1 to 1000");
    }
  } else if (name == "sort") {
    const auto key =
        std::find_if(kSortKeys.begin(), kSortKeys.end(),
                     [&](const SortKey& known) { return known.name == value; });
    if (key == kSortKeys.end()) {
      return Refuse(name, "alerts, hits, nanoseconds or abandoned");
    }
    question->sort = *key;
  } else {
    return absl::InvalidArgumentError(
        "parameters are id, state, limit, after and sort");
  }
  return absl::OkStatus();
}

// The lists with the most of something, largest first.
std::string TopJson(const ListQuestion& question, const ListBoard& board,
                    const std::vector<const ListCounters*>& counters) {
  ListCountMap sums;
  for (const ListCounters* one : counters) {
    one->AddTo(&sums);
  }
  const auto count = question.sort->count;
  std::vector<std::pair<std::string, ListCounts>> top;
  for (auto& [id, counts] : sums) {
    if (counts.*count > 0) {
      top.emplace_back(id, counts);
    }
  }
  std::sort(top.begin(), top.end(), [&](const auto& a, const auto& b) {
    return a.second.*count != b.second.*count
               ? a.second.*count > b.second.*count
               : a.first < b.first;
  });
  std::string json = "{\"watchlists\":[";
  size_t shown = 0;
  for (const auto& [id, counts] : top) {
    const std::optional<ListBoard::Row> row = board.Find(id);
    if (row.has_value() &&
        (!question.state.has_value() || row->state == *question.state)) {
      AppendRow(*row, counts, &json);
      if (++shown == question.limit) {
        break;
      }
    }
  }
  return json + "],\"next\":null}\n";
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

absl::StatusOr<std::string> WatchListsJson(
    const std::map<std::string, std::string>& parameters,
    const ListBoard& board, const std::vector<const ListCounters*>& counters) {
  ListQuestion question;
  for (const auto& [name, value] : parameters) {
    if (absl::Status status = SetParameter(name, value, &question);
        !status.ok()) {
      return status;
    }
  }
  if (!question.id.empty()) {
    const std::optional<ListBoard::Row> row = board.Find(question.id);
    if (!row.has_value()) {
      return absl::NotFoundError(StrCat("no watch-list ", question.id));
    }
    std::string json = "{\"watchlists\":[";
    AppendRow(*row, CountsOf(row->id, counters), &json);
    return json + "],\"next\":null}\n";
  }
  if (question.sort.has_value()) {
    return TopJson(question, board, counters);
  }
  // One more than asked for, which tells whether there is a next page.
  std::vector<ListBoard::Row> rows =
      board.Page(question.state, question.after, question.limit + 1);
  const bool is_last = rows.size() <= question.limit;
  rows.resize(std::min(rows.size(), question.limit));
  std::string json = "{\"watchlists\":[";
  for (const ListBoard::Row& row : rows) {
    AppendRow(row, CountsOf(row.id, counters), &json);
  }
  json += "],\"next\":";
  if (is_last) {
    json += "null";
  } else {
    AppendJsonString(rows.back().id, &json);
  }
  return json + "}\n";
}

}  // namespace presshawk
