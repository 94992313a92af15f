// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/member_health.h"

#include <algorithm>
#include <utility>

#include "core/base/str_cat.h"
#include "ingest/kafka/client/connection_errors.h"

namespace presshawk {
namespace {

// Two that fence each other meet again within a few seconds; who was fenced
// once has its place for good after this.
constexpr absl::Duration kFencedQuiet = absl::Seconds(30);
// A connection that broke off is tried anew at once, which tells the cause.
constexpr absl::Duration kBrokenOff = absl::Seconds(3);
// Statistics older than this say nothing of now.
constexpr absl::Duration kStatisticsAge = absl::Seconds(20);
// How long a group may take to share out a topic that its members have noticed.
constexpr absl::Duration kShareOut = absl::Seconds(10);
constexpr absl::Duration kPatienceMax = absl::Hours(1);
constexpr absl::Duration kCommitsOverdueMin = absl::Seconds(5);

}  // namespace

absl::Duration CommitsOverdueAfter(absl::Duration commit_interval) {
  return std::max(10 * commit_interval, kCommitsOverdueMin);
}

void MemberHealth::OnConnectionError(int error, std::string_view text,
                                     absl::Time now) {
  if (!failing_since_.has_value()) {
    failing_since_ = now;
  }
  std::string cause = ConnectionCause(text);
  // Alone, it says not why it stays so.
  if (cause != "Disconnected") {
    connection_error_ = std::move(cause);
    connection_code_ = error;
  }
}

void MemberHealth::OnAllBrokersDown(absl::Time now) {
  if (!down_since_.has_value()) {
    down_since_ = failing_since_.value_or(now);
  }
}

void MemberHealth::OnBrokerAnswered() {
  down_since_.reset();
  failing_since_.reset();
  connection_error_.clear();
}

void MemberHealth::OnAssignment(
    bool joined,
    const std::vector<std::pair<std::string, int32_t>>& partitions) {
  joined_ = joined;
  partitions_ = partitions;
  std::erase_if(no_position_, [&](const NoPosition& one) {
    return std::find(partitions.begin(), partitions.end(),
                     std::pair(one.topic, one.partition)) == partitions.end();
  });
}

void MemberHealth::OnNoPosition(std::string_view topic, int32_t partition,
                                std::string_view text) {
  no_position_.push_back({std::string(topic), partition, std::string(text)});
}

void MemberHealth::OnTopicMissing(std::string_view topic,
                                  std::string_view why) {
  std::erase_if(no_topic_,
                [&](const NoTopic& one) { return one.topic == topic; });
  no_topic_.push_back({.topic = std::string(topic), .why = std::string(why)});
}

void MemberHealth::OnTopicFound(std::string_view topic, absl::Time now) {
  for (NoTopic& one : no_topic_) {
    if (one.topic == topic) {
      one.found = std::min(one.found, now);
    }
  }
}

const MemberHealth::NoTopic* MemberHealth::FindNoTopic(absl::Time now) const {
  const auto has_partition = [this](const std::string& topic) {
    return std::any_of(
        partitions_.begin(), partitions_.end(),
        [&](const auto& partition) { return partition.first == topic; });
  };
  for (const NoTopic& one : no_topic_) {
    const bool is_over =
        one.found <= now &&
        (has_partition(one.topic) ||
         now - one.found >= options_.topic_refresh + kShareOut);
    if (!is_over) {
      return &one;
    }
  }
  return nullptr;
}

void MemberHealth::OnGroupState(bool coordinator_is_up,
                                std::string_view join_state, absl::Time now) {
  coordinator_is_up_ = coordinator_is_up;
  group_state_at_ = now;
  // A member without partitions may get no assignment callback.
  joined_ = joined_ || join_state == "steady";
  // It waits for requests of its own only.
  if (!coordinator_is_up || !join_state.ends_with("-to-complete")) {
    leaving_since_.reset();
  } else if (!leaving_since_.has_value()) {
    leaving_since_ = now;
  }
}

void MemberHealth::OnCommitAnswer(bool confirmed, absl::Time now) {
  last_commit_answer_ = now;
  if (confirmed) {
    patience_ = kPatience;
  }
}

void MemberHealth::OnReconnect() {
  joined_ = false;
  partitions_.clear();
  no_position_.clear();
  no_topic_.clear();  // The new client finds out by itself.
  waiting_.reset();
  leaving_since_.reset();
  group_state_at_ = absl::InfinitePast();
  last_commit_answer_ = absl::InfinitePast();
}

void MemberHealth::OnGivenUp() {
  // A cluster that answers no commit at all is not healed by new clients, and
  // each of them reads again what was in flight.
  patience_ = std::min(patience_ * 2, kPatienceMax);
}

bool MemberHealth::IsFenced(absl::Time now) const {
  return fenced_.has_value() && now - *fenced_ < kFencedQuiet;
}

bool MemberHealth::IsDown(absl::Time now) const {
  return down_since_.has_value() &&
         (!connection_error_.empty() || now - *down_since_ >= kBrokenOff);
}

bool MemberHealth::CommitsAreOverdue(absl::Time now) const {
  return waiting_.has_value() &&
         now - waiting_->since >= options_.commits_overdue;
}

std::optional<MemberProblem> MemberHealth::FindKind(absl::Time now) const {
  if (IsFenced(now)) {
    return MemberProblem::kFenced;
  }
  if (IsDown(now)) {
    return MemberProblem::kNoBroker;
  }
  if (FindNoTopic(now) != nullptr) {
    return MemberProblem::kNoTopic;
  }
  if (!joined_) {
    return MemberProblem::kNotJoined;
  }
  if (!no_position_.empty()) {
    return MemberProblem::kNoPosition;
  }
  if (CommitsAreOverdue(now)) {
    return MemberProblem::kCommits;
  }
  return std::nullopt;
}

std::optional<MemberHealth::Problem> MemberHealth::Find(absl::Time now) const {
  const std::optional<MemberProblem> kind = FindKind(now);
  if (!kind.has_value()) {
    return std::nullopt;
  }
  std::string text;
  switch (*kind) {
    case MemberProblem::kFenced:
      text = StrCat("another consumer of group ", options_.group,
                    " took the group.instance.id \"", options_.instance_id,
                    "\" at ", FormatSince(*fenced_),
                    ": where two instances have the same, each takes the "
                    "partitions of the other again and again: give each a "
                    "group.instance.id of its own, or stop the other one");
      break;
    case MemberProblem::kNoBroker:
      text = NoBrokerText(options_.brokers, *down_since_, connection_code_,
                          connection_error_.empty() ? "there is no connection"
                                                    : connection_error_);
      break;
    case MemberProblem::kNoTopic: {
      const NoTopic& topic = *FindNoTopic(now);
      text = topic.found > now
                 ? topic.why
                 : StrCat("kafka: topic \"", topic.topic,
                          "\" is there again: waits for its partitions in "
                          "group ",
                          options_.group);
      break;
    }
    case MemberProblem::kNotJoined:
      text = StrCat("waits for its partitions in group ", options_.group,
                    ": members that ended without leaving keep theirs until "
                    "session.timeout.ms is over");
      break;
    case MemberProblem::kNoPosition: {
      const NoPosition& first = no_position_.front();
      text = StrCat(first.topic, "[", first.partition, "] is not read: group ",
                    options_.group, " has no position for it (", first.text,
                    "), and auto.offset.reset is `error`: commit a position "
                    "for the group (kafka-consumer-groups.sh --reset-offsets) "
                    "and restart, or set auto.offset.reset to earliest");
      if (no_position_.size() > 1) {
        StrAppend(&text, " (and ", no_position_.size() - 1,
                  " more partitions)");
      }
      break;
    }
    case MemberProblem::kCommits:
      text =
          StrCat("group ", options_.group, " has confirmed no commit of ",
                 waiting_->topic, "[", waiting_->partition, "] since ",
                 FormatSince(waiting_->since), ": it is worked on up to ",
                 waiting_->resolved, ", and confirmed is ",
                 waiting_->confirmed < 0 ? std::string("nothing")
                                         : StrCat(waiting_->confirmed),
                 ": the commit is repeated; is the group's coordinator well?");
      break;
  }
  return Problem{.kind = *kind, .text = std::move(text)};
}

std::string MemberHealth::WhyReconnect(absl::Time now) const {
  if (IsDown(now) && now - *down_since_ >= patience_) {
    return StrCat("it has no connection since ", FormatSince(*down_since_));
  }
  if (!coordinator_is_up_ || now - group_state_at_ > kStatisticsAge) {
    return "";
  }
  if (leaving_since_.has_value() && now - *leaving_since_ >= patience_) {
    return StrCat("it has not let go of its partitions since ",
                  FormatSince(*leaving_since_));
  }
  if (waiting_.has_value() && now - waiting_->since >= patience_ &&
      last_commit_answer_ < waiting_->since) {
    return StrCat("no commit was answered since ",
                  FormatSince(waiting_->since));
  }
  return "";
}

}  // namespace presshawk
