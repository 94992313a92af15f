// SPDX-License-Identifier: Apache-2.0
// What every YAML file of ours has in common (SPEC A3).
#include "core/yaml/yaml_file.h"

#include <string>
#include <vector>

#include "core/base/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A node as text: null as `!text`, scalars in quotes.
std::string Show(const YamlNode& node) {
  std::string shown;
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return StrCat("!", node.text);
    case YamlNode::Kind::kScalar:
      return StrCat("'", node.text, "'");
    case YamlNode::Kind::kSequence:
    case YamlNode::Kind::kMap:
      for (size_t i = 0; i < node.children.size(); ++i) {
        StrAppend(&shown,
                  i == 0                        ? ""
                  : node.is_map() && i % 2 == 1 ? ": "
                                                : ", ",
                  Show(node.children[i]));
      }
      return StrCat(node.is_map() ? "{" : "[", shown,
                    node.is_map() ? "}" : "]");
  }
  return "?";
}

std::vector<std::string> Mistakes(const YamlFile& file) {
  std::vector<std::string> all;
  for (const YamlMistake& mistake : file.mistakes) {
    all.push_back(StrCat(mistake.place.line, ":", mistake.place.column, " ",
                         mistake.message));
  }
  return all;
}

TEST(YamlFileTest, ScalarsAreAsTheyAreWritten) {
  const YamlFile file = ReadYaml(
      "a: 007\nb: no\nc: 1.50\nd: 'x''y'\ne: \"\\u00e9\"\nf: >-\n  g\n  h\n"
      "g: NULL\nh: Null\ni: !!str null\nj: ! ~\n");
  EXPECT_THAT(Mistakes(file), IsEmpty());
  EXPECT_EQ(Show(file.root),
            "{'a': '007', 'b': 'no', 'c': '1.50', 'd': 'x'y', 'e': 'é', "
            "'f': 'g h', 'g': 'NULL', 'h': 'Null', 'i': 'null', 'j': '~'}");
}

TEST(YamlFileTest, NullTildeAndNothingAreNullAndTellHowTheyAreWritten) {
  EXPECT_EQ(Show(ReadYaml("a: null\nb: ~\nc:\nd: [null, ~, 'null', , x]\n"
                          "e:\nnull: x\nf: {a: , null: y}\n")
                     .root),
            "{'a': !null, 'b': !~, 'c': !, 'd': [!null, !~, 'null', !, 'x'], "
            "'e': !, !null: 'x', 'f': {'a': !, !null: 'y'}}");
}

TEST(YamlFileTest, AliasesAreResolved) {
  const YamlFile file = ReadYaml(
      "a: &a {x: &x 1}\nb: *a\nc: [*x, *x]\n? &k key\n: v\nd: *k\n"
      "e: &n null\nf: *n\n");
  EXPECT_THAT(Mistakes(file), IsEmpty());
  EXPECT_EQ(Show(file.root),
            "{'a': {'x': '1'}, 'b': {'x': '1'}, 'c': ['1', '1'], 'key': 'v', "
            "'d': 'key', 'e': !null, 'f': !null}");
}

TEST(YamlFileTest, PlacesAreInCodePoints) {
  const YamlFile file = ReadYaml("é: {ö: \"x\", ü: &a y}\r\nb: \"a\\tb\"\n");
  const YamlNode& map = file.root.children[1];
  EXPECT_EQ(map.children[0].place, (YamlPlace{1, 5}));
  EXPECT_EQ(map.children[1].place, (YamlPlace{1, 8}));
  EXPECT_EQ(map.children[1].text_column(), 9U);  // Behind the quote.
  EXPECT_TRUE(map.children[1].verbatim);
  EXPECT_EQ(map.children[3].place, (YamlPlace{1, 19}));
  EXPECT_EQ(map.children[3].text_column(), 19U);
  EXPECT_TRUE(map.children[3].plain);
  EXPECT_FALSE(file.root.children[3].verbatim);
  EXPECT_EQ(file.root.children[3].place, (YamlPlace{2, 4}));
}

TEST(YamlFileTest, EachMistakeHasItsPlace) {
  EXPECT_THAT(Mistakes(ReadYaml("a: 1\nb: {c: 1, c: 2}\na: 3\n")),
              ElementsAre("2:11 `c` is given twice (first in line 2)",
                          "3:1 `a` is given twice (first in line 1)"));
  EXPECT_THAT(Mistakes(ReadYaml("a: 1\n---\na: 2\n")),
              ElementsAre("2:1 a further YAML document begins here"));
  EXPECT_THAT(Mistakes(ReadYaml("a: 1\n...\nb: 2\n")),
              ElementsAre("3:1 a further YAML document begins here"));
  EXPECT_THAT(Mistakes(ReadYaml("a: 1\n---\n")),
              ElementsAre("2:1 a further YAML document begins here"));
  EXPECT_THAT(Mistakes(ReadYaml("a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n")),
              ElementsAre("3:3 merge keys (`<<`) are not read"));
  EXPECT_THAT(Mistakes(ReadYaml("a: !env B\n")),
              ElementsAre("1:9 the tag `!env` is not read"));
  EXPECT_THAT(Mistakes(ReadYaml("a: !!int 5\nb: !!set {x}\n")),
              ElementsAre(HasSubstr("1:10 the tag `tag:yaml.org,2002:int`"),
                          HasSubstr("2:10 the tag")));
  EXPECT_THAT(Mistakes(ReadYaml("%TAG ! tag:x.example:\n---\na: !b c\n")),
              ElementsAre("3:7 the tag `tag:x.example:b` is not read"));
  EXPECT_THAT(Mistakes(ReadYaml("%YAML 2.0\n---\na: b\n")),
              ElementsAre(HasSubstr("1:1 not YAML: ")));
  EXPECT_THAT(Mistakes(ReadYaml("? [a]\n: b\n: c\n")),
              ElementsAre("1:3 a key must be a single value",
                          "3:1 a key must be a single value"));
  EXPECT_THAT(Mistakes(ReadYaml("a: &a [*a]\n")),
              ElementsAre("1:8 this alias stands in what it is an alias of"));
  EXPECT_THAT(Mistakes(ReadYaml("a: b\nc: \"\xFF\"\n")),
              ElementsAre(HasSubstr("2:5 this is no text")));
  // yaml-cpp takes it for the end of the file.
  EXPECT_THAT(Mistakes(ReadYaml("a: b\nc: \x04\nd: e\n")),
              ElementsAre(HasSubstr("2:4 this is no text")));
}

TEST(YamlFileTest, OneDocumentMayHaveItsMarks) {
  const YamlFile file =
      ReadYaml("\xEF\xBB\xBF%YAML 1.2\n--- # x\na: b\n...\n# end\n");
  EXPECT_THAT(Mistakes(file), IsEmpty());
  EXPECT_EQ(Show(file.root), "{'a': 'b'}");
}

TEST(YamlFileTest, AfterAMistakeOfSyntaxWhatStandsAboveIsThere) {
  const YamlFile file = ReadYaml("a: b\nc: [d, {e: f}, g\n}\n");
  EXPECT_FALSE(file.whole);
  EXPECT_THAT(Mistakes(file), ElementsAre(HasSubstr("not YAML: ")));
  EXPECT_EQ(Show(file.root), "{'a': 'b', 'c': ['d', {'e': 'f'}]}");
}

TEST(YamlFileTest, AliasesAreBounded) {
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    StrAppend(&laughs, "a", i, ": &a", i, " [");
    for (int k = 0; k < 10; ++k) {
      StrAppend(&laughs, k > 0 ? ", " : "", "*a", i - 1);
    }
    laughs += "]\n";
  }
  EXPECT_THAT(Mistakes(ReadYaml(laughs)),
              ElementsAre(HasSubstr("aliases repeat too much")));
  const std::string deep =
      StrCat("a: &a ", std::string(300, '['), std::string(300, ']'),
             "\nb: ", std::string(300, '['), "*a", std::string(300, ']'), "\n");
  EXPECT_THAT(Mistakes(ReadYaml(deep)),
              ::testing::Contains(HasSubstr("nested too deeply")));
  EXPECT_THAT(Mistakes(ReadYaml(std::string(100'000, '['))),
              ElementsAre(HasSubstr("nested too deeply")));
}

TEST(YamlFileTest, AnythingAtAllIsRead) {
  for (const char* text : {"",  "\n", "---", "# only",    "[]", "word",  "{",
                           "}", ",",  ",,",  ": ",        "- ", "a: *b", "&a",
                           "!", "%",  "? ",  "a\n: b: c", "*",  "@",     "`"}) {
    ReadYaml(text);
  }
}

class Elements : public YamlElementReader {
 public:
  bool OnElement(const YamlNode& element,
                 absl::Span<const YamlMistake> mistakes,
                 std::string_view /*content*/) override {
    seen.push_back(StrCat(Show(element), " ", mistakes.size()));
    return seen.size() < most;
  }
  std::vector<std::string> seen;
  size_t most = 100;
};

TEST(YamlFileTest, ElementsComeOneByOneWithTheirMistakes) {
  Elements elements;
  const YamlFile file = ReadYamlElements(
      "x: !t 1\nlists:\n  - {a: 1}\n  - {a: 1, a: 2}\n  - b\n  - &c [d]\n"
      "  - *c\nx: 2\n",
      "lists", &elements);
  EXPECT_THAT(elements.seen,
              ElementsAre("{'a': '1'} 0", "{'a': '1', 'a': '2'} 1", "'b' 0",
                          "['d'] 0", "['d'] 0"));
  EXPECT_EQ(Show(file.root), "{'x': '1', 'lists': [], 'x': '2'}");
  EXPECT_THAT(Mistakes(file),
              ElementsAre("1:7 the tag `!t` is not read",
                          "8:1 `x` is given twice (first in line 1)"));
}

TEST(YamlFileTest, ElementsOfAnAliasAndTheWayOut) {
  Elements elements;
  elements.most = 2;
  ReadYamlElements("x: &x [a, b, c]\nlists: *x\n", "lists", &elements);
  EXPECT_THAT(elements.seen, ElementsAre("'a' 0", "'b' 0"));
}

}  // namespace
}  // namespace presshawk
