// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/file_courier.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

class FileCourierTest : public ::testing::Test {
 protected:
  ReceiverOptions To(const std::string& name) const {
    ReceiverOptions receiver;
    receiver.name = "archive";
    receiver.kind = ReceiverKind::kFile;
    receiver.path = (folder_.path() / name).string();
    return receiver;
  }
  // Returns when nothing is on its way.
  void Send(const ReceiverOptions& receiver, const std::string& id) {
    courier_.Send(receiver,
                  {.delivery = id,
                   .subscription = "s",
                   .type = "presshawk.alert.v1",
                   .body = StrCat("{\"delivery\":\"", id, "\"}"),
                   .at = absl::Now()},
                  [this](AttemptResult result) {
                    MutexLock lock(&mutex_);
                    results_.push_back(std::move(result));
                  });
    courier_.Stop(absl::InfiniteFuture());
  }
  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryFolder folder_;
  Mutex mutex_;
  std::vector<AttemptResult> results_;
  FileCourier courier_;
};

TEST_F(FileCourierTest, WritesOneLinePerDelivery) {
  Send(To("a.ndjson"), "1");
  Send(To("b.ndjson"), "2");
  Send(To("a.ndjson"), "3");
  EXPECT_EQ(Read(To("a.ndjson").path),
            "{\"delivery\":\"1\"}\n{\"delivery\":\"3\"}\n");
  EXPECT_EQ(Read(To("b.ndjson").path), "{\"delivery\":\"2\"}\n");
  ASSERT_EQ(results_.size(), 3U);
  for (const AttemptResult& result : results_) {
    EXPECT_EQ(result.outcome, AttemptOutcome::kDelivered);
  }
}

TEST_F(FileCourierTest, AFileThatCannotBeOpenedIsTriedAgain) {
  const ReceiverOptions receiver = To("missing/notifications.ndjson");
  Send(receiver, "1");
  ASSERT_EQ(results_.size(), 1U);
  EXPECT_EQ(results_[0].outcome, AttemptOutcome::kTransient);
  EXPECT_THAT(results_[0].why, ::testing::HasSubstr(receiver.path));
  std::filesystem::create_directory(folder_.path() / "missing");
  Send(receiver, "1");
  ASSERT_EQ(results_.size(), 2U);
  EXPECT_EQ(results_[1].outcome, AttemptOutcome::kDelivered);
  EXPECT_EQ(Read(receiver.path), "{\"delivery\":\"1\"}\n");
}

TEST_F(FileCourierTest, AFileOfAnotherProcessIsLeftAlone) {
  const ReceiverOptions receiver = To("taken.ndjson");
  auto owner = LineWriter::Open(receiver.path);
  ASSERT_TRUE(owner.ok()) << owner.status();
  Send(receiver, "1");
  ASSERT_EQ(results_.size(), 1U);
  EXPECT_EQ(results_[0].outcome, AttemptOutcome::kTransient);
  EXPECT_EQ(Read(receiver.path), "");
}

}  // namespace
}  // namespace presshawk
