// SPDX-License-Identifier: Apache-2.0
#include "core/config/environment.h"

#include "gtest/gtest.h"

namespace presshawk {
namespace {

std::optional<std::string> Lookup(const std::string& name) {
  if (name == "HOST") {
    return "kafka-1";
  }
  if (name == "EMPTY") {
    return "";
  }
  if (name == "TRICK") {
    return "${HOST}: [}";
  }
  return std::nullopt;
}

std::string Substituted(std::string_view written) {
  const Substitution result = SubstituteEnvironment(written, Lookup);
  EXPECT_EQ(result.error, "");
  return result.text;
}

TEST(SubstituteEnvironment, PutsInValuesAndDefaults) {
  EXPECT_EQ(Substituted("a ${HOST}:9092"), "a kafka-1:9092");
  EXPECT_EQ(Substituted("${HOST}${HOST}"), "kafka-1kafka-1");
  EXPECT_EQ(Substituted("${HOST:-other}"), "kafka-1");
  EXPECT_EQ(Substituted("${NOT_SET:-a:b-c}"), "a:b-c");
  EXPECT_EQ(Substituted("${NOT_SET:-}"), "");
}

TEST(SubstituteEnvironment, TakesTheDefaultForAnEmptyVariableAsAShellDoes) {
  EXPECT_EQ(Substituted("${EMPTY:-x}"), "x");
  EXPECT_EQ(Substituted("${EMPTY}"), "");
}

TEST(SubstituteEnvironment, LeavesOtherDollarsAlone) {
  EXPECT_EQ(Substituted("$HOST 5$ $${HOST} $$"), "$HOST 5$ ${HOST} $$");
}

TEST(SubstituteEnvironment, DoesNotLookAtValuesAgain) {
  EXPECT_EQ(Substituted("${TRICK}"), "${HOST}: [}");
}

TEST(SubstituteEnvironment, SaysWhatIsWrong) {
  EXPECT_EQ(SubstituteEnvironment("${MISSING}", Lookup).error,
            "the environment variable MISSING is not set");
  EXPECT_NE(SubstituteEnvironment("${HOST", Lookup).error, "");
  EXPECT_NE(SubstituteEnvironment("${}", Lookup).error, "");
  EXPECT_NE(SubstituteEnvironment("${1A}", Lookup).error, "");
  EXPECT_NE(SubstituteEnvironment("${HOST-x}", Lookup).error, "");
  EXPECT_NE(SubstituteEnvironment("${HOST:?must be set}", Lookup).error, "");
}

TEST(SubstituteEnvironment, RefusesADefaultWithAnotherVariable) {
  for (const char* written : {"${MISSING:-${HOST}}", "${HOST:-${HOST}}",
                              "${MISSING:-a${HOST:-b}c}"}) {
    const Substitution result = SubstituteEnvironment(written, Lookup);
    EXPECT_NE(result.error.find("another ${…}"), std::string::npos) << written;
    EXPECT_NE(result.fix, "") << written;
  }
}

}  // namespace
}  // namespace presshawk
