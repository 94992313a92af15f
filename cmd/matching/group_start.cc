// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/group_start.h"

#include <string>
#include <utility>
#include <vector>

#include "cmd/app/logging.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/consume/start_positions.h"

namespace presshawk {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(15);
// Where it is only for the log.
constexpr absl::Duration kShortTimeout = absl::Seconds(3);
constexpr size_t kPartitionsSaidMax = 8;

std::optional<StartPosition> ToPosition(const std::optional<StartAt>& start) {
  if (!start.has_value()) {
    return std::nullopt;
  }
  switch (start->kind) {
    case StartAt::Kind::kEarliest:
      return StartPosition{.kind = StartPosition::Kind::kEarliest};
    case StartAt::Kind::kLatest:
      return StartPosition{.kind = StartPosition::Kind::kLatest};
    case StartAt::Kind::kTime:
      break;
  }
  return StartPosition{.kind = StartPosition::Kind::kTime, .time = start->time};
}

std::string PositionsText(const std::vector<PartitionOffset>& positions) {
  std::string text;
  for (size_t i = 0; i < positions.size() && i < kPartitionsSaidMax; ++i) {
    StrAppend(&text, text.empty() ? "[" : ", [", positions[i].partition,
              "] at ", positions[i].offset);
  }
  if (positions.size() > kPartitionsSaidMax) {
    StrAppend(&text, " and ", positions.size() - kPartitionsSaidMax, " more");
  }
  return text;
}

std::string StartText(const TopicStart& start, const std::string& group,
                      const std::string& reset) {
  const std::string who = StrCat("kafka: group ", group);
  switch (start.kind) {
    case TopicStart::Kind::kGoesOn:
      return StrCat(who, " goes on in ", start.topic,
                    " from where it committed");
    case TopicStart::Kind::kIsNew:
      return StrCat(who, " is new to ", start.topic, ": it begins at the ",
                    reset, " article; source: kafka: start_at: sets that");
    case TopicStart::Kind::kSettled:
      return StrCat(who, " is new to ", start.topic, ": it begins at ",
                    PositionsText(start.positions), ", as start_at says");
    case TopicStart::Kind::kJoined:
      return StrCat(who, " has members that read ", start.topic,
                    " without a position of theirs: start_at is not applied");
  }
  return "";
}

}  // namespace

absl::Status GroupStart::Start() {
  const auto* source = std::get_if<KafkaSourceOptions>(&options_.source);
  if (source == nullptr) {
    return absl::OkStatus();
  }
  const StartQuestion question = {.client = client_,
                                  .group = source->group,
                                  .topics = source->topics,
                                  .begin = ToPosition(source->start_at)};
  const auto starts = SettleStartPositions(
      question, question.begin.has_value() ? kTimeout : kShortTimeout, events_);
  if (!starts.ok()) {
    return question.begin.has_value() ? starts.status() : absl::OkStatus();
  }
  const std::string reset = AutoOffsetReset(client_);
  for (const TopicStart& start : *starts) {
    LogEach(start.kind == TopicStart::Kind::kJoined ? spdlog::level::warn
                                                    : spdlog::level::info,
            "", StartText(start, source->group, reset));
  }
  return absl::OkStatus();
}

}  // namespace presshawk
