// SPDX-License-Identifier: Apache-2.0
#include "core/model/trace_context.h"

#include <string>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr char kGood[] =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceParentTest, WhatTheSpecificationShowsIsGood) {
  EXPECT_TRUE(IsTraceParent(kGood));
  EXPECT_TRUE(
      IsTraceParent("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  EXPECT_TRUE(IsTraceParent(
      "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes"));
}

TEST(TraceParentTest, EverythingElseIsNot) {
  for (const std::string& text : {
           std::string(),
           std::string("00"),
           StrCat(kGood, "-more"),  // Not in version 00.
           StrCat(kGood, "0"),
           std::string(
               "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
           std::string(
               "00-00000000000000000000000000000000-b7ad6b7169203331-01"),
           std::string(
               "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"),
           std::string(
               "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"),
           std::string(
               "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
           std::string(
               "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n"),
           std::string(
               "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-\n"),
       }) {
    EXPECT_FALSE(IsTraceParent(text)) << text;
  }
}

TEST(TraceParentTest, NoChangedByteOfAGoodOneSlipsThrough) {
  for (size_t i = 0; i < sizeof(kGood) - 1; ++i) {
    for (const char c : {'G', ' ', '\0', '\n', '\xff'}) {
      std::string changed = kGood;
      changed[i] = c;
      EXPECT_FALSE(IsTraceParent(changed)) << i;
    }
  }
}

TEST(TraceStateTest, MembersWithCommasBetween) {
  EXPECT_TRUE(IsTraceState("congo=t61rcWkgMzE"));
  EXPECT_TRUE(IsTraceState("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"));
  EXPECT_TRUE(IsTraceState("a=1 ,, tenant@system=x y"));
  for (const std::string_view text :
       {"", ",", "a", "=1", "a=", "A=1", "a=1=2", "a=\xc3\xa9", "a=1\n"}) {
    EXPECT_FALSE(IsTraceState(text)) << text;
  }
}

TEST(TraceStateTest, LimitsOfTheSpecification) {
  std::string members = "a=1";
  for (int i = 1; i < 32; ++i) {
    members += ",a=1";
  }
  EXPECT_TRUE(IsTraceState(members));
  EXPECT_FALSE(IsTraceState(members + ",a=1"));
  EXPECT_FALSE(IsTraceState(StrCat("a=", std::string(511, 'x'))));
}

}  // namespace
}  // namespace presshawk
