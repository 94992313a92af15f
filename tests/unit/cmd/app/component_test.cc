// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/component.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class NotingComponent : public Component {
 public:
  NotingComponent(std::string name, std::vector<std::string>* notes)
      : name_(std::move(name)), notes_(notes) {}
  ~NotingComponent() override { notes_->push_back("destroy " + name_); }
  absl::Status Start() override {
    notes_->push_back("start " + name_);
    return fails ? absl::UnavailableError(name_ + " cannot start")
                 : absl::OkStatus();
  }
  void AppendProblems(std::vector<std::string>* problems) const override {
    if (!problem.empty()) {
      problems->push_back(problem);
    }
  }
  void Stop(absl::Time /*deadline*/) override {
    notes_->push_back("stop " + name_);
  }

  bool fails = false;
  std::string problem;

 private:
  const std::string name_;
  std::vector<std::string>* const notes_;
};

class ComponentListTest : public ::testing::Test {
 protected:
  NotingComponent* Add(ComponentList* list, std::string name) {
    return list->Add(
        std::make_unique<NotingComponent>(std::move(name), &notes_));
  }
  std::vector<std::string> notes_;
};

TEST_F(ComponentListTest, StopsAndDestroysInTheReverseOfTheStart) {
  {
    ComponentList list;
    Add(&list, "sinks");
    Add(&list, "workers");
    ASSERT_TRUE(list.Start().ok());
    list.Stop(absl::Now());
    list.Stop(absl::Now());
  }
  EXPECT_THAT(notes_,
              ElementsAre("start sinks", "start workers", "stop workers",
                          "stop sinks", "destroy workers", "destroy sinks"));
}

TEST_F(ComponentListTest, AFailedStartStopsWhatDidStart) {
  ComponentList list;
  Add(&list, "sinks");
  Add(&list, "http")->fails = true;
  Add(&list, "workers");
  EXPECT_EQ(list.Start().message(), "http cannot start");
  EXPECT_THAT(notes_, ElementsAre("start sinks", "start http", "stop sinks"));
}

TEST_F(ComponentListTest, ProblemsOfTheLastComponentComeFirst) {
  ComponentList list;
  NotingComponent* const sinks = Add(&list, "sinks");
  NotingComponent* const lists = Add(&list, "lists");
  EXPECT_THAT(list.Problems(), IsEmpty());
  sinks->problem = "alerts to kafka: no answer";
  lists->problem = "watch-lists: none is active";
  EXPECT_THAT(list.Problems(), ElementsAre("watch-lists: none is active",
                                           "alerts to kafka: no answer"));
}

}  // namespace
}  // namespace presshawk
