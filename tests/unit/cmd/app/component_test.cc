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
  ASSERT_TRUE(list.Start().ok());
  EXPECT_THAT(list.Problems(), IsEmpty());
  sinks->problem = "alerts to kafka: no answer";
  lists->problem = "watch-lists: none is active";
  EXPECT_THAT(list.Problems(), ElementsAre("watch-lists: none is active",
                                           "alerts to kafka: no answer"));
}

TEST_F(ComponentListTest, WhileItStartsItSaysWhatIsWaitedFor) {
  class Asking : public Component {
   public:
    explicit Asking(ComponentList* list) : list_(list) {}
    absl::Status Start() override {
      problems = list_->Problems();
      waits_for_ = "no broker answers";
      problems_later = list_->Problems();
      return absl::OkStatus();
    }
    std::string WaitsFor() const override { return waits_for_; }
    void Stop(absl::Time /*deadline*/) override {
      problems_at_end = list_->Problems();
    }
    std::vector<std::string> problems, problems_later, problems_at_end;

   private:
    ComponentList* const list_;
    std::string waits_for_;
  };
  ComponentList list;
  NotingComponent* const first = Add(&list, "first");
  Asking* const asking = list.Add(std::make_unique<Asking>(&list));
  first->problem = "disk full";
  ASSERT_TRUE(list.Start().ok());
  EXPECT_THAT(asking->problems, ElementsAre("starting", "disk full"));
  EXPECT_THAT(asking->problems_later,
              ElementsAre("starting: no broker answers", "disk full"));
  EXPECT_THAT(list.Problems(), ElementsAre("disk full"));
  list.Stop(absl::Now());
  EXPECT_THAT(asking->problems_at_end, ElementsAre("stopping", "disk full"));
  EXPECT_THAT(list.Problems(), ElementsAre("stopping"));
}

}  // namespace
}  // namespace presshawk
