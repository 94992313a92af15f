// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/api/status_api.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "cmd/matching/lists/list_definition.h"
#include "core/alerts/alert_builder.h"
#include "core/base/json_writer.h"
#include "core/base/str_cat.h"

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

void WriteLists(const ServiceStatus& status, absl::Time now, JsonWriter* json) {
  json->Member("generation", status.generation);
  if (status.lists.last_change > absl::InfinitePast()) {
    json->Member("generation_age_seconds",
                 absl::ToInt64Seconds(now - status.lists.last_change));
    json->Member("reload_milliseconds",
                 absl::ToInt64Milliseconds(status.lists.last_took));
  }
  json->Member("reload_problem", status.lists.problem);
  json->Key("watchlists").BeginObject();
  json->Member("active", status.active)
      .Member("stale", status.stale)
      .Member("rejected", status.rejected)
      .Member("merging", status.lists.merging)
      .Member("silent", status.silent.count)
      .Key("silent_ids")
      .BeginArray();
  for (const std::string& id : status.silent.ids) {
    json->Value(id);
  }
  json->EndArray().Key("noisiest").BeginArray();
  for (const ListRates::Rate& rate : status.noisiest) {
    json->BeginObject()
        .Member("id", rate.id)
        .Member("alerts_per_minute", std::llround(rate.alerts_per_minute))
        .EndObject();
  }
  json->EndArray();
  json->EndObject();
  if (status.topic_status.has_value()) {
    const WatchlistTopicReader::Status& topic = *status.topic_status;
    json->Key("watchlist_topic").BeginObject();
    json->Member("name", status.topic)
        .Member("complete", topic.complete)
        .Member("records", topic.records)
        .Member("records_rejected", topic.rejected)
        .Member("readings", topic.readings)
        .Member("problem", topic.problem);
    json->EndObject();
  }
}

void WriteArticles(const ArticleCounts& articles, JsonWriter* json) {
  json->Key("articles").BeginObject();
  json->Member("admitted", articles.admitted)
      .Member("processed", articles.processed)
      .Member("rejected", articles.resolved() - articles.processed)
      .Member("abandoned", articles.abandoned)
      .Member("in_flight", articles.in_flight());
  json->EndObject();
  json->Key("rejects").BeginObject();
  for (size_t i = 0; i < kRejectReasonCount; ++i) {
    json->Member(RejectReasonName(static_cast<RejectReason>(i)),
                 articles.rejected[i]);
  }
  json->EndObject();
}

void WriteAssignment(const ServiceStatus& status, JsonWriter* json) {
  json->Member("workers", status.workers);
  json->Key("assignment").BeginArray();
  for (const ServiceStatus::Assigned& assigned : status.assignment) {
    json->BeginObject()
        .Member("worker", assigned.worker)
        .Member("topic", assigned.topic)
        .Member("partition", assigned.partition)
        .Key("lag");
    assigned.lag < 0 ? json->Null() : json->Value(assigned.lag);
    json->Key("oldest_record_seconds");
    assigned.oldest_age.has_value()
        ? json->Value(absl::ToInt64Seconds(*assigned.oldest_age))
        : json->Null();
    json->EndObject();
  }
  json->EndArray();
}

void WriteErrors(const ServiceStatus& status, JsonWriter* json) {
  json->Key("kafka_errors").BeginObject();
  for (const auto& [code, count] : status.kafka_errors) {
    json->Member(code, count);
  }
  json->EndObject();
  json->Key("last_errors").BeginArray();
  for (const LogLine& line : status.last_errors) {
    json->BeginObject()
        .Member("time", FormatAlertTime(line.time))
        .Member("level", line.level)
        .Member("message", line.message)
        .Member("first", FormatAlertTime(line.first))
        .Member("count", line.count)
        .Key("resolved");
    line.resolved == absl::InfiniteFuture()
        ? json->Null()
        : json->Value(FormatAlertTime(line.resolved));
    json->EndObject();
  }
  json->EndArray();
}

void WriteRow(const ListBoard::Row& row, const ListCounts& counts,
              std::string_view topic, JsonWriter* json) {
  json->BeginObject()
      .Member("id", row.id)
      .Member("state", ListStateName(row.state))
      .Member("version", row.version)
      .Member("generation", row.generation);
  if (row.definition != nullptr) {
    WriteDefinition(*row.definition, topic, json);
  }
  for (const SortKey& key : kSortKeys) {
    json->Member(key.name, counts.*key.count);
  }
  json->Key("errors");
  WriteErrorsJson(row.errors, json);
  json->EndObject();
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

Problem NoSuchList(const std::string& id, std::string where) {
  return {404, StrCat("there is no watch-list ", id), std::move(where),
          "/api/v1/watchlists has them all"};
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

// `{"since":…,"watchlists":[ROWS],"next":…}`, a row at a time.
class ListAnswer {
 public:
  explicit ListAnswer(const ListTables& tables) : topic_(tables.topic) {
    writer_.BeginObject()
        .Member("since", FormatAlertTime(tables.since))
        .Key("watchlists")
        .BeginArray();
  }
  void Add(const ListBoard::Row& row, const ListCounts& counts) {
    WriteRow(row, counts, topic_, &writer_);
  }
  // `next` is empty on the last page.
  std::string End(std::string_view next) {
    writer_.EndArray().Key("next");
    next.empty() ? writer_.Null() : writer_.Value(next);
    writer_.EndObject();
    return std::move(json_) + "\n";
  }

 private:
  const std::string_view topic_;
  std::string json_;
  JsonWriter writer_{&json_};
};

// The lists with the most of something, largest first.
std::string TopJson(const ListQuestion& question, const ListTables& tables) {
  ListCountMap sums;
  for (const ListCounters* one : tables.counters) {
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
  ListAnswer answer(tables);
  std::string last;
  size_t shown = 0;
  for (const auto& [id, counts] : top) {
    const std::optional<ListBoard::Row> row = tables.board->Find(id);
    if (!row.has_value() ||
        (question.state.has_value() && row->state != *question.state)) {
      continue;
    }
    if (shown++ == question.limit) {
      return answer.End(last);
    }
    answer.Add(*row, counts);
    last = StrCat(question.sort->name, ":", counts.*count, ":", id);
  }
  return answer.End("");
}

}  // namespace

std::string StatusJson(const ServiceStatus& status, absl::Time now) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject()
      .Member("version", status.version)
      .Member("instance", status.instance)
      .Member("time", FormatAlertTime(now))
      .Member("uptime_seconds", absl::ToInt64Seconds(now - status.started))
      .Member("ready", status.not_ready.empty())
      .Key("not_ready")
      .BeginArray();
  for (const std::string& reason : status.not_ready) {
    writer.Value(reason);
  }
  writer.EndArray();
  WriteLists(status, now, &writer);
  WriteArticles(status.articles, &writer);
  WriteAssignment(status, &writer);
  WriteErrors(status, &writer);
  writer.EndObject();
  return json + "\n";
}

JsonAnswer WatchListJson(const std::string& id, const ListTables& tables) {
  const std::optional<ListBoard::Row> row = tables.board->Find(id);
  if (!row.has_value()) {
    return NoSuchList(id, "path");
  }
  std::string json;
  JsonWriter writer(&json);
  WriteRow(*row, CountsOf(row->id, tables.counters), tables.topic, &writer);
  return json + "\n";
}

JsonAnswer WatchListsJson(const std::map<std::string, std::string>& parameters,
                          const ListTables& tables) {
  ListQuestion question;
  if (MaybeProblem problem = ReadQuestion(parameters, &question)) {
    return *std::move(problem);
  }
  if (!question.id.empty()) {
    const std::optional<ListBoard::Row> row = tables.board->Find(question.id);
    if (!row.has_value()) {
      return NoSuchList(question.id, "parameter id");
    }
    ListAnswer answer(tables);
    answer.Add(*row, CountsOf(row->id, tables.counters));
    return answer.End("");
  }
  if (question.sort.has_value()) {
    return TopJson(question, tables);
  }
  // One more than asked for, which tells whether there is a next page.
  std::vector<ListBoard::Row> rows =
      tables.board->Page(question.state, question.after, question.limit + 1);
  const bool is_last = rows.size() <= question.limit;
  rows.resize(std::min(rows.size(), question.limit));
  ListAnswer answer(tables);
  for (const ListBoard::Row& row : rows) {
    answer.Add(row, CountsOf(row.id, tables.counters));
  }
  return answer.End(is_last ? "" : rows.back().id);
}

}  // namespace presshawk
