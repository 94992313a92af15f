// SPDX-License-Identifier: Apache-2.0
#include "matchers/subscriptions/subscription_lint.h"

#include "core/base/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "matchers/subscriptions/subscription_files.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "file:line:column message" of each warning about these subscriptions, beside
// the receivers crm and ops (machines) and anna (a person), and lists.
std::vector<std::string> WarningsOf(std::string_view yaml,
                                    bool knows_lists = true) {
  SubscriptionList list;
  ParseSubscriptions("s.yaml", yaml, "Europe/Berlin", &list);
  EXPECT_THAT(list.diagnostics, IsEmpty());
  std::vector<ReceiverOptions> receivers(3);
  receivers[0].name = "crm";
  receivers[0].place = {7, 3};
  receivers[1].name = "ops";
  receivers[2].name = "anna";
  receivers[2].kind = ReceiverKind::kEmail;
  receivers[2].place = {9, 3};
  std::vector<WatchList> lists(2);
  lists[0].id = "kremlin-us";
  lists[0].labels = {{"desk", "politics"}};
  lists[1].id = "oil";
  std::vector<std::string> texts;
  for (const Diagnostic& d : LintSubscriptions(
           list.subscriptions, {.receivers = receivers,
                               .configuration = "p.yaml",
                               .operator_receiver = "ops",
                               .lists = knows_lists ? &lists : nullptr,
                               .now = absl::FromUnixSeconds(1'780'000'000)})) {
    EXPECT_EQ(d.severity, Diagnostic::Severity::kWarning);
    texts.push_back(StrCat(d.file, ":", d.line, ":", d.column, " ", d.message));
  }
  return texts;
}

TEST(SubscriptionLintTest, AGoodFileGetsNoWarning) {
  EXPECT_THAT(
      WarningsOf(
          "subscriptions:\n- {id: a, match: {watchlists: [\"kremlin*\"], "
          "labels: {desk: politics}}, to: [crm, anna], max: 3 per 1h, "
          "quiet: {from: \"22:00\", to: \"07:00\"}, when: {digest: {at: "
          "[\"08:00\"]}}}\n"),
      IsEmpty());
}

TEST(SubscriptionLintTest, WarnsOfReceiversThatAreMissingOrUnused) {
  EXPECT_THAT(
      WarningsOf("subscriptions:\n- {id: a, match: {watchlists: [oil]}, to: "
                 "[crn]}\n"),
      ElementsAre("s.yaml:2:4 there is no receiver `crn`: what is owed to it "
                  "waits until there is",
                  "p.yaml:7:3 no subscription names the receiver `crm`",
                  "p.yaml:9:3 no subscription names the receiver `anna`"));
}

TEST(SubscriptionLintTest, WarnsOfWhatIsForPeopleWithMachinesOnly) {
  EXPECT_THAT(
      WarningsOf("subscriptions:\n"
                 "- {id: p, match: {watchlists: [oil]}, to: [anna]}\n"
                 "- {id: a, match: {watchlists: [oil]}, to: [crm], max: 3 per "
                 "1h, quiet: {from: \"22:00\", to: \"07:00\"}}\n"),
      ElementsAre(
          "s.yaml:3:4 max is for people's receivers, and it names none",
          "s.yaml:3:4 quiet is for people's receivers, and it names none"));
}

TEST(SubscriptionLintTest, WarnsOfListsThatDoNotExist) {
  constexpr char kText[] =
      "subscriptions:\n"
      "- {id: a, match: {watchlists: [gas]}, to: [crm, anna]}\n"
      "- {id: b, match: {watchlists: [oil, gas]}, to: [crm]}\n"
      "- {id: c, match: {watchlists: [oil], labels: {desk: politics}}, to: "
      "[crm]}\n"
      "- {id: d, match: {labels: {desk: sports}}, to: [crm]}\n";
  constexpr char kNothing[] =
      " it matches nothing: no list has such an id and such labels";
  EXPECT_THAT(WarningsOf(kText),
              ElementsAre(StrCat("s.yaml:2:4", kNothing),
                          "s.yaml:3:4 no list has the id `gas`",
                          StrCat("s.yaml:4:4", kNothing),
                          StrCat("s.yaml:5:4", kNothing)));
  EXPECT_THAT(WarningsOf(kText, /*knows_lists=*/false), IsEmpty());
}

TEST(SubscriptionLintTest, WarnsOfTimesThatADayDoesNotHave) {
  EXPECT_THAT(
      WarningsOf(
          "subscriptions:\n- {id: a, match: {watchlists: [oil]}, to: "
          "[crm, anna], when: {digest: {at: [\"02:30\", \"08:00\"]}}}\n"),
      ElementsAre("s.yaml:2:4 2027-03-28 02:30 does not exist in "
                  "Europe/Berlin: on that day a digest is told at the "
                  "transition"));
}

}  // namespace
}  // namespace presshawk
