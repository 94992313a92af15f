// SPDX-License-Identifier: Apache-2.0
// Whether a group member does its work, and what to do where it does not: the
// words behind /readyz. No I/O, and time is an argument.
//
//   errors, statistics, assignment, commits ─► MemberHealth ─► Find(now)
//
// NOT thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "ingest/kafka/consume/commit_ledger.h"

namespace presshawk {

// What a member suffers from. Where there are several, the first one counts, as
// it causes the later ones.
enum class MemberProblem {
  kFenced,      // Another member has its group.instance.id.
  kNoBroker,    // No broker of the cluster answers.
  kNoTopic,     // A topic that it subscribed to is gone.
  kNotJoined,   // It has no place in its group, or not yet.
  kNoPosition,  // It has no position to read a partition from.
  kCommits,     // The group does not confirm what was resolved.
};

class MemberHealth {
 public:
  struct Options {
    std::string brokers;  // As configured, for messages to people.
    std::string group;
    std::string instance_id;  // group.instance.id of this member; may be empty.
    // Resolved positions may be without a confirmation this long.
    absl::Duration commits_overdue = absl::Seconds(10);
    // How soon the client notices a topic that is new.
    absl::Duration topic_refresh = absl::Seconds(30);
  };
  struct Problem {
    MemberProblem kind;
    std::string text;  // What, since when, and what to do.
  };

  explicit MemberHealth(Options options) : options_(std::move(options)) {}

  // The client lost its connection to a broker, or found none: its code and its
  // text of that.
  void OnConnectionError(int error, std::string_view text, absl::Time now);
  // The client has no connection to any broker: told by an error of its own,
  // which does not always come, and by its statistics.
  void OnAllBrokersDown(absl::Time now);
  // A broker answered something.
  void OnBrokerAnswered();
  void OnFenced(absl::Time now) { fenced_ = now; }
  // The partitions of this member; all others' problems are over.
  void OnAssignment(
      bool joined,
      const std::vector<std::pair<std::string, int32_t>>& partitions);
  // The client's words why there is no position.
  void OnNoPosition(std::string_view topic, int32_t partition,
                    std::string_view text);
  // A subscribed topic is gone; `why` says that, and what to do. It is over
  // when the broker has the topic again and this member has partitions of it,
  // or could have had: others may have them all.
  void OnTopicMissing(std::string_view topic, std::string_view why);
  void OnTopicFound(std::string_view topic, absl::Time now);
  // As the client's statistics name them; "steady" when it has its place.
  void OnGroupState(bool coordinator_is_up, std::string_view join_state,
                    absl::Time now);
  void OnCommits(std::optional<CommitLedger::Waiting> waiting) {
    waiting_ = std::move(waiting);
  }
  // Any answer to a commit; `confirmed`: it took a position.
  void OnCommitAnswer(bool confirmed, absl::Time now);
  // The client is given up for what WhyReconnect() said.
  void OnGivenUp();
  // A new client takes the place of the old one.
  void OnReconnect();

  // The problem that counts, or nothing.
  std::optional<Problem> Find(absl::Time now) const;
  // Its kind alone, which is cheap.
  std::optional<MemberProblem> FindKind(absl::Time now) const;
  // Why only a new client can help; empty: it need not. A client can lose a
  // request of its own, and then waits for the answer for ever: commits stay
  // unanswered though the coordinator is there, or it never lets go of a
  // partition. It can also stay without a connection, and try none, after a
  // broker came back (seen once in twenty restarts under load). What was refused
  // is not asked for by a new client either.
  std::string WhyReconnect(absl::Time now) const;

 private:
  bool IsDown(absl::Time now) const;
  bool IsFenced(absl::Time now) const;
  bool CommitsAreOverdue(absl::Time now) const;

  const Options options_;
  std::string connection_error_;  // The cause alone; empty: only broken off.
  int connection_code_ = 0;
  // The first connection error since a broker answered last.
  std::optional<absl::Time> failing_since_;
  std::optional<absl::Time> down_since_;
  std::optional<absl::Time> fenced_;
  bool joined_ = false;
  std::vector<std::pair<std::string, int32_t>> partitions_;
  struct NoPosition {
    std::string topic;
    int32_t partition;
    std::string text;
  };
  std::vector<NoPosition> no_position_;
  struct NoTopic {
    std::string topic;
    std::string why;
    absl::Time found = absl::InfiniteFuture();  // Again.
  };
  std::vector<NoTopic> no_topic_;
  // The first topic that is gone, or not shared out yet; null: there is none.
  const NoTopic* FindNoTopic(absl::Time now) const;
  bool coordinator_is_up_ = false;
  absl::Time group_state_at_ = absl::InfinitePast();
  std::optional<absl::Time> leaving_since_;  // Partitions, by its statistics.
  std::optional<CommitLedger::Waiting> waiting_;
  absl::Time last_commit_answer_ = absl::InfinitePast();
  absl::Duration patience_ = kPatience;  // Until the next new client.

  static constexpr absl::Duration kPatience = absl::Minutes(1);
};

// How long resolved positions may be without a confirmation until the member is
// not ready: ten commit intervals, and at least what a slow broker needs.
absl::Duration CommitsOverdueAfter(absl::Duration commit_interval);

}  // namespace presshawk
