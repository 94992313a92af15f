// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/json_file.h"

#include "gtest/gtest.h"

namespace presshawk {
namespace {

TEST(JsonFileTest, IsTheTreeOfTheSameYaml) {
  const YamlFile file =
      ReadJsonTree(R"({"id":"\u00e9\n","list":[7,true,null,"x"],"map":{}})", 3);
  ASSERT_TRUE(file.whole);
  EXPECT_TRUE(file.mistakes.empty());
  const YamlNode& id = *file.root.Find("id");
  EXPECT_EQ(id.text, "\xC3\xA9\n");
  EXPECT_FALSE(id.verbatim);
  EXPECT_EQ(id.place, (YamlPlace{3, 7}));
  const YamlNode& list = *file.root.Find("list");
  ASSERT_EQ(list.children.size(), 4U);
  EXPECT_EQ(list.children[0].text, "7");
  EXPECT_TRUE(list.children[1].is_scalar());
  EXPECT_TRUE(list.children[2].is_null());
  EXPECT_TRUE(list.children[3].verbatim);
  EXPECT_EQ(list.children[3].text_column(), list.children[3].place.column + 1);
  EXPECT_TRUE(file.root.Find("map")->is_map());
}

TEST(JsonFileTest, ARepeatedKeyIsAMistakeAtItsPlace) {
  const YamlFile file = ReadJsonTree(R"({"a":1,"b":{"c":1,"c":2}})", 1);
  ASSERT_EQ(file.mistakes.size(), 1U);
  EXPECT_EQ(file.mistakes[0].message, "`c` is given twice");
  EXPECT_EQ(file.mistakes[0].place, (YamlPlace{1, 19}));
  EXPECT_TRUE(file.whole);
}

TEST(JsonFileTest, WhatIsNoJsonHasNoTree) {
  std::string deep(40, '[');
  deep += std::string(40, ']');
  for (const std::string& text :
       {std::string("{\"a\":"), std::string("\xFF"), std::string(""), deep}) {
    const YamlFile file = ReadJsonTree(text, 1);
    EXPECT_FALSE(file.whole) << text;
    EXPECT_EQ(file.mistakes.size(), 1U) << text;
  }
}

}  // namespace
}  // namespace presshawk
