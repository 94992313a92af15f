// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/member_health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include "ingest/kafka/client/connection_errors.h"

namespace presshawk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class MemberHealthTest : public ::testing::Test {
 protected:
  void Join() {
    health_.OnAssignment(true, {{"articles", 0}, {"articles", 1}});
  }
  std::string Text() const {
    const auto problem = health_.Find(now_);
    EXPECT_EQ(problem.has_value(), health_.FindKind(now_).has_value());
    return problem.has_value() ? problem->text : "";
  }
  void WaitForCommits(absl::Time since) {
    health_.OnCommits(CommitLedger::Waiting{.topic = "articles",
                                            .partition = 3,
                                            .resolved = 5001,
                                            .confirmed = 3692,
                                            .since = since});
  }
  void SayCoordinatorIsUp() { health_.OnGroupState(true, "steady", now_); }

  MemberHealth health_{{.brokers = "kafka1:9092",
                        .group = "desk",
                        .instance_id = "node-0",
                        .commits_overdue = absl::Seconds(10)}};
  absl::Time now_ = absl::FromUnixSeconds(1'767'323'045);  // 03:04:05Z
};

TEST_F(MemberHealthTest, WaitsUntilItHasItsPlace) {
  EXPECT_THAT(Text(), AllOf(HasSubstr("waits"), HasSubstr("desk")));
  Join();
  EXPECT_THAT(Text(), IsEmpty());
}

TEST_F(MemberHealthTest, AMemberWithoutPartitionsHasItsPlaceToo) {
  health_.OnGroupState(true, "wait-join", now_);
  EXPECT_THAT(Text(), Not(IsEmpty()));
  health_.OnGroupState(true, "steady", now_);
  EXPECT_THAT(Text(), IsEmpty());
}

TEST_F(MemberHealthTest, ATopicThatIsGoneIsNamedUntilItsPartitionsAreHere) {
  Join();
  health_.OnTopicMissing("articles", "topic articles does not exist");
  EXPECT_THAT(Text(), HasSubstr("topic articles does not exist"));
  EXPECT_EQ(health_.FindKind(now_), MemberProblem::kNoTopic);
  health_.OnAssignment(true, {});
  now_ += absl::Hours(1);
  EXPECT_THAT(Text(), HasSubstr("topic articles does not exist"));
  health_.OnTopicFound("articles", now_);
  EXPECT_THAT(Text(), AllOf(HasSubstr("articles"), HasSubstr("there again")));
  health_.OnAssignment(true, {{"others", 0}});
  EXPECT_THAT(Text(), HasSubstr("there again"));
  Join();
  EXPECT_THAT(Text(), IsEmpty());
}

TEST_F(MemberHealthTest, WhoGetsNoPartitionOfATopicThatIsBackIsReady) {
  Join();
  health_.OnTopicMissing("articles", "topic articles does not exist");
  health_.OnAssignment(true, {});
  health_.OnTopicFound("articles", now_);
  // What it takes at most until the group has shared it out.
  now_ += absl::Seconds(39);
  EXPECT_THAT(Text(), HasSubstr("there again"));
  now_ += absl::Seconds(1);
  EXPECT_THAT(Text(), IsEmpty());
  health_.OnTopicMissing("articles", "topic articles does not exist");
  EXPECT_THAT(Text(), HasSubstr("does not exist"));
  health_.OnReconnect();
  Join();
  EXPECT_THAT(Text(), IsEmpty());
}

TEST_F(MemberHealthTest, ADeadBrokerIsNamedWithTheCauseAtOnce) {
  // Before the group, which needs a broker, as well as after.
  for (const bool joined : {false, true}) {
    if (joined) {
      Join();
    }
    health_.OnConnectionError(
        RD_KAFKA_RESP_ERR__TRANSPORT,
        "kafka1:9092/1: Connect to ipv4#10.0.0.1:9092 failed: Connection "
        "refused (after 0ms in state CONNECT)",
        now_);
    health_.OnAllBrokersDown(now_);
    EXPECT_THAT(Text(), HasSubstr("no broker of kafka1:9092 answers since "
                                  "2026-01-02T03:04:05Z: Connection refused"));
    now_ += absl::Seconds(7);
    health_.OnAllBrokersDown(now_);  // Still: since the first time.
    EXPECT_THAT(Text(), HasSubstr("since 2026-01-02T03:04:05Z"));
    health_.OnBrokerAnswered();
    EXPECT_THAT(Text(), Not(HasSubstr("no broker")));
    now_ -= absl::Seconds(7);
  }
}

TEST_F(MemberHealthTest, AConnectionThatBrokeOffMayComeBack) {
  Join();
  health_.OnConnectionError(RD_KAFKA_RESP_ERR__TRANSPORT,
                            "kafka1:9092/1: Disconnected (after 9000ms in "
                            "state UP)",
                            now_);
  health_.OnAllBrokersDown(now_);
  EXPECT_THAT(Text(), IsEmpty());
  now_ += absl::Seconds(3);
  EXPECT_THAT(Text(), HasSubstr("no connection"));
}

TEST_F(MemberHealthTest, ADeadBrokerIsSoSinceTheFirstErrorOfItsConnection) {
  Join();
  health_.OnConnectionError(RD_KAFKA_RESP_ERR__TRANSPORT,
                            "kafka1:9092/1: Connect failed: Connection refused",
                            now_);
  EXPECT_THAT(Text(), IsEmpty());  // Another one may be up.
  now_ += absl::Seconds(5);
  health_.OnAllBrokersDown(now_);  // By the statistics.
  EXPECT_THAT(Text(), HasSubstr("since 2026-01-02T03:04:05Z: Connection"));
}

TEST_F(MemberHealthTest, OneDeadBrokerOfManyIsNoProblem) {
  Join();
  health_.OnConnectionError(RD_KAFKA_RESP_ERR__TRANSPORT,
                            "kafka2:9092/2: Connect failed: Connection refused",
                            now_);
  EXPECT_THAT(Text(), IsEmpty());
}

TEST_F(MemberHealthTest, RefusedCredentialsAreNamedWithWhatToDo) {
  health_.OnConnectionError(RD_KAFKA_RESP_ERR__AUTHENTICATION,
                            "sasl_ssl://kafka1:9092/bootstrap: SASL "
                            "authentication error: Invalid credentials",
                            now_);
  health_.OnAllBrokersDown(now_);
  EXPECT_THAT(Text(), AllOf(HasSubstr("Invalid credentials"),
                            HasSubstr("sasl.password")));
}

TEST_F(MemberHealthTest, TheCauseOfAConnectionErrorIsFound) {
  EXPECT_EQ(ConnectionCause("h:1/1: Connect to ipv6#[::1]:1 failed: Connection "
                            "refused (after 0ms in state CONNECT, 9 identical "
                            "error(s) suppressed)"),
            "Connection refused");
  EXPECT_EQ(ConnectionCause("h:1/bootstrap: Failed to resolve 'h:1': Name or "
                            "service not known (after 3ms in state CONNECT)"),
            "Failed to resolve 'h:1': Name or service not known");
  EXPECT_EQ(ConnectionCause("GroupCoordinator: h:1: Connect to ipv4#1.2.3.4:1 "
                            "failed: No route to host (after 1ms in state X)"),
            "No route to host");
  EXPECT_EQ(ConnectionCause(""), "");
}

TEST_F(MemberHealthTest, WhoIsFencedAgainAndAgainIsNotReadyMeanwhile) {
  for (int i = 0; i < 5; ++i) {
    health_.OnFenced(now_);
    health_.OnReconnect();
    Join();
    now_ += absl::Seconds(20);
    EXPECT_THAT(Text(),
                AllOf(HasSubstr("group.instance.id"), HasSubstr("\"node-0\""),
                      HasSubstr("desk"), HasSubstr("of its own")));
  }
  now_ += absl::Seconds(10);
  EXPECT_THAT(Text(), IsEmpty());
}

TEST_F(MemberHealthTest, APartitionWithoutAPositionIsNamed) {
  Join();
  health_.OnNoPosition("articles", 1, "no previously committed offset");
  EXPECT_THAT(Text(), AllOf(HasSubstr("articles[1]"), HasSubstr("desk"),
                            HasSubstr("no previously committed offset"),
                            HasSubstr("auto.offset.reset")));
  health_.OnNoPosition("articles", 0, "no previously committed offset");
  EXPECT_THAT(Text(), HasSubstr("1 more"));
  health_.OnAssignment(true, {{"articles", 0}});
  EXPECT_THAT(Text(), AllOf(HasSubstr("articles[0]"), Not(HasSubstr("more"))));
  health_.OnAssignment(true, {});
  EXPECT_THAT(Text(), IsEmpty());
}

TEST_F(MemberHealthTest, CommitsThatAreNotConfirmedAreNamedAfterTheirTime) {
  Join();
  WaitForCommits(now_);
  EXPECT_THAT(Text(), IsEmpty());
  now_ += absl::Seconds(10);
  EXPECT_THAT(Text(),
              AllOf(HasSubstr("articles[3]"), HasSubstr("5001"),
                    HasSubstr("3692"), HasSubstr("2026-01-02T03:04:05Z")));
  health_.OnCommits(std::nullopt);
  EXPECT_THAT(Text(), IsEmpty());
}

TEST_F(MemberHealthTest, TheFirstCauseIsNamed) {
  Join();
  WaitForCommits(now_ - absl::Minutes(5));
  health_.OnNoPosition("articles", 1, "none");
  EXPECT_EQ(health_.FindKind(now_), MemberProblem::kNoPosition);
  health_.OnConnectionError(RD_KAFKA_RESP_ERR__TRANSPORT, "x failed: refused",
                            now_);
  health_.OnAllBrokersDown(now_);
  EXPECT_EQ(health_.FindKind(now_), MemberProblem::kNoBroker);
  health_.OnFenced(now_);
  EXPECT_EQ(health_.FindKind(now_), MemberProblem::kFenced);
}

TEST_F(MemberHealthTest, AClientThatWaitsForItsOwnRequestsIsMadeAnew) {
  Join();
  WaitForCommits(now_);
  now_ += absl::Seconds(59);
  SayCoordinatorIsUp();
  EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());
  now_ += absl::Seconds(1);
  EXPECT_THAT(health_.WhyReconnect(now_), HasSubstr("commit"));
  // Each time it has more patience, until a commit is confirmed.
  health_.OnGivenUp();
  health_.OnReconnect();
  Join();
  WaitForCommits(now_);
  now_ += absl::Seconds(119);
  SayCoordinatorIsUp();
  EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());
  now_ += absl::Seconds(1);
  EXPECT_THAT(health_.WhyReconnect(now_), Not(IsEmpty()));
  health_.OnCommitAnswer(/*confirmed=*/true, now_);
  WaitForCommits(now_);
  now_ += absl::Seconds(60);
  SayCoordinatorIsUp();
  EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());  // It was answered.
}

TEST_F(MemberHealthTest, AClientThatStaysWithoutAConnectionIsMadeAnew) {
  Join();
  health_.OnAllBrokersDown(now_);
  now_ += absl::Seconds(59);
  EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());
  now_ += absl::Seconds(1);
  EXPECT_THAT(health_.WhyReconnect(now_), HasSubstr("no connection"));
  // A cluster that is gone is asked by a new client less and less often.
  health_.OnGivenUp();
  health_.OnReconnect();
  EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());
  now_ += absl::Minutes(1);
  EXPECT_THAT(health_.WhyReconnect(now_), HasSubstr("no connection"));
  health_.OnBrokerAnswered();
  EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());
}

TEST_F(MemberHealthTest, APartitionThatIsNotLetGoIsAReasonForANewClient) {
  for (int i = 0; i < 12; ++i) {
    health_.OnGroupState(true, "wait-incr-unassign-to-complete", now_);
    EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());
    now_ += absl::Seconds(5);
  }
  health_.OnGroupState(true, "wait-incr-unassign-to-complete", now_);
  EXPECT_THAT(health_.WhyReconnect(now_), HasSubstr("let go"));
  health_.OnGroupState(true, "steady", now_);
  EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());
}

TEST_F(MemberHealthTest, NoNewClientHelpsWhereTheGroupRefusesOrIsGone) {
  Join();
  const absl::Time begin = now_;
  WaitForCommits(begin);
  now_ += absl::Minutes(10);
  // The coordinator is gone.
  health_.OnGroupState(false, "steady", now_);
  EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());
  // It is there, and refuses.
  SayCoordinatorIsUp();
  health_.OnCommitAnswer(/*confirmed=*/false, now_);
  EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());
  // Nothing is known of it.
  health_.OnReconnect();
  Join();
  WaitForCommits(now_ - absl::Minutes(10));
  EXPECT_THAT(health_.WhyReconnect(now_), IsEmpty());
}

}  // namespace
}  // namespace presshawk
