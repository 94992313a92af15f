// SPDX-License-Identifier: Apache-2.0
// What is sent for the envelopes in golden/: NAME.in.json gives NAME.slack.json
// and NAME.teams.json. After an intended change, run with PRESSHAWK_UPDATE=1 and
// read the diff.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/messages/people_body.h"
#include "tests/unit/core/messages/chat_limits.h"

namespace presshawk {
namespace {

std::string Content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Pretty(const std::string& body) {
  return nlohmann::ordered_json::parse(body).dump(1) + "\n";
}

MessageOptions Options() {
  MessageOptions options = {.public_url = "https://watch.example/",
                            .subscription_name = "Politics & Desk"};
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &options.zone));
  return options;
}

void ExpectGolden(const std::string& path, const std::string& body) {
  const std::string pretty = Pretty(body);
  if (std::getenv("PRESSHAWK_UPDATE") != nullptr) {
    std::ofstream(path, std::ios::binary) << pretty;
  }
  EXPECT_EQ(pretty, Content(path)) << path;
}

TEST(GoldenMessagesTest, EveryKindOfMessageIsAsItIsKept) {
  std::vector<std::string> cases;
  for (const auto& file :
       std::filesystem::directory_iterator(PRESSHAWK_GOLDEN)) {
    const std::string name = file.path().filename();
    if (name.ends_with(".in.json")) {
      cases.push_back(name.substr(0, name.size() - 8));
    }
  }
  std::sort(cases.begin(), cases.end());
  EXPECT_GE(cases.size(), 10U);
  for (const std::string& name : cases) {
    SCOPED_TRACE(name);
    const std::string front = std::string(PRESSHAWK_GOLDEN) + "/" + name;
    const std::string envelope = Content(front + ".in.json");
    const auto slack =
        PeopleBody(MessageForm::kSlack, envelope, Options(), 20'000);
    ASSERT_TRUE(slack.ok()) << slack.status();
    ExpectSlackTakesIt(*slack);
    ExpectGolden(front + ".slack.json", *slack);
    const auto teams =
        PeopleBody(MessageForm::kTeams, envelope, Options(), 20'000);
    ASSERT_TRUE(teams.ok()) << teams.status();
    ExpectTeamsTakesIt(*teams);
    ExpectGolden(front + ".teams.json", *teams);
  }
}

}  // namespace
}  // namespace presshawk
