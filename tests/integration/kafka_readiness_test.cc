// SPDX-License-Identifier: Apache-2.0
// A member that does no work is not ready, and says why: with a real Kafka.
#include <gmock/gmock.h>

#include "core/base/str_cat.h"
#include "ingest/kafka/client/topics.h"
#include "tests/support/kafka_fixture.h"
#include "tests/support/topic_admin.h"

namespace presshawk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class KafkaReadinessTest : public KafkaTest {
 protected:
  // Why a member is not ready; empty where it is.
  static std::string Why(const Member& member) {
    const absl::Status ready = member.source->Ready();
    return ready.ok() ? "" : std::string(ready.message());
  }
  static bool Says(const Member& member, std::string_view text) {
    return Why(member).find(text) != std::string::npos;
  }
};

TEST_F(KafkaReadinessTest, ADeadBrokerIsNamedWithItsCauseUntilItAnswers) {
  auto member = Join();
  ASSERT_TRUE(WaitFor([&] { return Why(*member).empty(); }));
  broker().Kill();
  ASSERT_TRUE(WaitFor([&] { return Says(*member, "no broker of"); }));
  EXPECT_THAT(Why(*member), AllOf(HasSubstr(broker().bootstrap_servers()),
                                  HasSubstr("answers since"),
                                  HasSubstr("Connection refused")));
  ASSERT_TRUE(broker().Restart().ok());
  ASSERT_TRUE(WaitFor([&] { return Why(*member).empty(); })) << Why(*member);
  member->worker->Stop();
}

TEST_F(KafkaReadinessTest, ADeadBrokerIsNamedToAMemberThatNeverJoinedToo) {
  broker().Kill();
  auto member = Join();
  ASSERT_TRUE(WaitFor([&] { return Says(*member, "Connection refused"); }));
  ASSERT_TRUE(broker().Restart().ok());
  ASSERT_TRUE(WaitFor([&] { return Why(*member).empty(); })) << Why(*member);
  member->worker->Stop();
}

TEST_F(KafkaReadinessTest, TwoMembersWithOneInstanceIdAreBothToldSo) {
  const KafkaPropertyMap properties = {{"group.instance.id", "node"}};
  auto one = Join(properties);
  ASSERT_TRUE(WaitFor([&] { return Why(*one).empty(); }));
  auto other = Join(properties);
  const std::string_view reason = "took the group.instance.id \"node-0\"";
  ASSERT_TRUE(WaitFor([&] {
    return Says(*one, reason) && Says(*other, reason);
  })) << Why(*one)
      << "; " << Why(*other);
  other->worker->Stop();
  // Alone it has its place, and is ready after a while without the other.
  ASSERT_TRUE(WaitFor([&] { return Why(*one).empty(); })) << Why(*one);
  one->worker->Stop();
}

TEST_F(KafkaReadinessTest, APartitionThatHasNoPositionIsNamed) {
  auto member = Join({{"auto.offset.reset", "error"}});
  ASSERT_TRUE(WaitFor([&] { return Says(*member, "has no position"); }));
  EXPECT_THAT(Why(*member),
              AllOf(HasSubstr(StrCat(articles_, "[")), HasSubstr(group_),
                    HasSubstr("auto.offset.reset to earliest")));
  member->worker->Stop();
}

TEST_F(KafkaReadinessTest, ATopicThatIsGoneIsNamedUntilItIsThereAndShared) {
  const KafkaPropertyMap properties = {
      {"topic.metadata.refresh.interval.ms", "500"},
      {"statistics.interval.ms", "500"}};
  auto one = Join(properties);
  auto other = Join(properties);
  ASSERT_TRUE(WaitFor([&] {
    return one->source->assigned_partitions() == 2 &&
           other->source->assigned_partitions() == 2;
  }));
  ASSERT_TRUE(DeleteTopic(broker().bootstrap_servers(), articles_).ok());
  const std::string reason = StrCat("\"", articles_, "\" does not exist");
  ASSERT_TRUE(WaitFor([&] {
    return Says(*one, reason) && Says(*other, reason) &&
           one->source->assigned_partitions() == 0 &&
           other->source->assigned_partitions() == 0;
  })) << Why(*one)
      << "; " << Why(*other);
  // Now the group has more members than partitions, which is no fault.
  ASSERT_TRUE(CreateTopics(client_, {{.name = articles_, .partitions = 1}},
                           absl::Seconds(30), &events_)
                  .ok());
  ASSERT_TRUE(WaitFor([&] {
    return Why(*one).empty() && Why(*other).empty() &&
           one->source->assigned_partitions() +
                   other->source->assigned_partitions() ==
               1;
  })) << Why(*one)
      << "; " << Why(*other);
  one->worker->Stop();
  other->worker->Stop();
}

TEST_F(KafkaReadinessTest, AddedPartitionsAreReadWithoutARestart) {
  auto member = Join({{"topic.metadata.refresh.interval.ms", "500"}});
  ASSERT_TRUE(
      WaitFor([&] { return member->source->assigned_partitions() == 4; }));
  ASSERT_TRUE(AddPartitions(broker().bootstrap_servers(), articles_, 7).ok());
  ASSERT_TRUE(
      WaitFor([&] { return member->source->assigned_partitions() == 7; }));
  member->worker->Stop();
}

}  // namespace
}  // namespace presshawk
