// SPDX-License-Identifier: Apache-2.0
// Pointers with stars, against a slow reading of the rule.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/base/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ingest/json/article_decoder.h"
#include "ingest/json/pointer_tree.h"
#include "tests/unit/ingest/json/decoding.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Decodes with a mapping file's content.
class Mapped {
 public:
  explicit Mapped(const std::string& yaml)
      : decoder_(*ParseMapping("m.yaml", yaml)) {}

  std::vector<std::string> Tags(const std::string& json) {
    const std::string_view payload = json;
    decoder_.Decode({&payload, 1}, &articles_, &rejects_);
    std::vector<std::string> tags;
    for (const Article& article : articles_) {
      for (const std::string_view tag : article.meta_of(MetaField::kTag)) {
        tags.emplace_back(tag);
      }
    }
    return tags;
  }

 private:
  JsonArticleDecoder decoder_;
  std::vector<Article> articles_;
  std::vector<Reject> rejects_;
};

TEST(PointersTest, AStarIsEachElementOfAnArray) {
  Mapped mapped("title: /t\ntags: /a/*/n\n");
  EXPECT_THAT(mapped.Tags(R"({"t":"T","a":[{"n":"x"},{"m":0},{"n":"y"},1]})"),
              ElementsAre("x", "y"));
  EXPECT_THAT(mapped.Tags(R"({"t":"T","a":{"n":"x","*":{"n":"y"}}})"),
              IsEmpty());
}

TEST(PointersTest, AStepThatEndsInAStarIsEachKeyThatBeginsSo) {
  Mapped mapped("title: /t\ntags: /b_*\n");
  EXPECT_THAT(mapped.Tags(R"({"b_y":"1","t":"T","b":"2","b_x":"3","ab_":"4"})"),
              ElementsAre("1", "3"));
}

TEST(PointersTest, TildeTwoIsAStarThatIsOne) {
  Mapped mapped("title: /t\ntags: [/a~2, /~2/b~1~0]\n");
  EXPECT_THAT(mapped.Tags(R"({"t":"T","a*":"x","ab":"y"})"), ElementsAre("x"));
  EXPECT_THAT(mapped.Tags(R"({"t":"T","*":{"b/~":"x"}})"), ElementsAre("x"));
}

TEST(PointersTest, AListInTheListIsTakenTogetherInTheOrderOfTheArticle) {
  Mapped mapped("title: /t\ntags: [[/a, /b_*], /c]\n");
  EXPECT_THAT(mapped.Tags(R"({"b_1":"1","a":"2","t":"T","b_0":"3","c":"4"})"),
              ElementsAre("1", "2", "3"));
  EXPECT_THAT(mapped.Tags(R"({"t":"T","a":" ","c":"4"})"), ElementsAre("4"));
}

TEST(PointersTest, OfRepeatedKeysTheLastCountsUnderStarsToo) {
  Mapped mapped("title: /t\ntags: [[/a/*/n, /b_*, /b_x/n]]\n");
  EXPECT_THAT(mapped.Tags(R"({"t":"T","a":[{"n":"1"},{"n":"2"}],"b_x":"3",)"
                          R"("b_y":"4","a":[{"n":"5","n":"6"},{"n":"7"}],)"
                          R"("b_x":{"n":"8"}})"),
              ElementsAre("4", "6", "7", "8"));
}

TEST(PointersTest, AMillionKeysOfAPatternTakeLinearTime) {
  Mapped mapped("title: /t\ntags: /b_*\n");
  std::string json = R"({"t":"T")";
  for (int i = 0; i < 500'000; ++i) {
    StrAppend(&json, ",\"b_", i % 250'000, "\":", i);
  }
  json += '}';
  EXPECT_EQ(mapped.Tags(json).size(), 250'000U);
}

TEST(PointersTest, StarsThatMultiplyAreToldAndBounded) {
  std::string yaml = "title: /t\ntags:\n";
  for (int i = 0; i < 24; ++i) {
    yaml += "  - ";
    for (int step = 0; step < 24; ++step) {
      yaml += step == i ? "/ab" : "/a*";
    }
    yaml += "\n";
  }
  const auto mapping = ParseMapping("m.yaml", yaml);
  ASSERT_FALSE(mapping.ok());
  EXPECT_THAT(std::string(mapping.status().message()),
              ::testing::HasSubstr("stars"));
}

// --- The rule, read slowly on a tree of its own.

struct Tree {
  std::string text;  // Of a leaf.
  char kind = 's';   // s, o, a
  std::vector<std::pair<std::string, Tree>> children;
};

Tree RandomTree(std::mt19937* random, int depth) {
  Tree tree;
  const auto pick = [&](uint32_t n) {
    return static_cast<uint32_t>((*random)() % n);
  };
  if (depth == 0 || pick(4) == 0) {
    tree.text = StrCat("v", pick(1'000'000));
    return tree;
  }
  tree.kind = pick(2) == 0 ? 'o' : 'a';
  const uint32_t count = pick(5);
  for (uint32_t i = 0; i < count; ++i) {
    constexpr const char* kKeys[] = {"a", "ab", "abc", "b", "0", "1", "*"};
    tree.children.emplace_back(tree.kind == 'o' ? kKeys[pick(7)] : "",
                               RandomTree(random, depth - 1));
  }
  return tree;
}

void ToJson(const Tree& tree, std::string* json) {
  if (tree.kind == 's') {
    StrAppend(json, "\"", tree.text, "\"");
    return;
  }
  *json += tree.kind == 'o' ? '{' : '[';
  for (size_t i = 0; i < tree.children.size(); ++i) {
    *json += i > 0 ? "," : "";
    if (tree.kind == 'o') {
      StrAppend(json, "\"", tree.children[i].first, "\":");
    }
    ToJson(tree.children[i].second, json);
  }
  *json += tree.kind == 'o' ? '}' : ']';
}

// Marks the nodes that `pointer` names.
void Find(const Tree& tree, const std::vector<std::string>& steps, size_t step,
          std::vector<const Tree*>* found) {
  if (step == steps.size()) {
    found->push_back(&tree);
    return;
  }
  const std::string& wanted = steps[step];
  for (size_t i = 0; i < tree.children.size(); ++i) {
    const auto& [key, child] = tree.children[i];
    bool matches = false;
    if (tree.kind == 'a') {
      matches = wanted == "*" || wanted == StrCat(i);
    } else {
      bool is_last = true;
      for (size_t k = i + 1; k < tree.children.size(); ++k) {
        is_last &= tree.children[k].first != key;
      }
      const std::string plain = wanted == "~2" ? "*" : wanted;
      matches = is_last &&
                (wanted.ends_with('*')
                     ? wanted.size() > 1 &&
                           key.starts_with(wanted.substr(0, wanted.size() - 1))
                     : key == plain);
    }
    if (matches) {
      Find(child, steps, step + 1, found);
    }
  }
}

void InOrder(const Tree& tree, const std::vector<const Tree*>& found,
             std::vector<std::string>* values) {
  for (const Tree* const node : found) {
    if (node != &tree) {
      continue;
    }
    if (tree.kind == 's') {
      values->push_back(tree.text);
    }
    for (const auto& [key, child] : tree.children) {
      if (tree.kind == 'a' && child.kind == 's') {
        values->push_back(child.text);
      }
    }
    break;
  }
  for (const auto& [key, child] : tree.children) {
    InOrder(child, found, values);
  }
}

TEST(PointersTest, RandomPointersOnRandomArticlesAreReadByTheRule) {
  std::mt19937 random(20260101);
  constexpr const char* kSteps[] = {"a", "ab", "b",   "0", "1",
                                    "*", "a*", "ab*", "~2"};
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::vector<std::string>> pointers(1 + random() % 4);
    std::string yaml = "title: /title\ntags: [[";
    for (size_t i = 0; i < pointers.size(); ++i) {
      yaml += i > 0 ? ", '" : "'";
      for (size_t step = 1 + random() % 3; step > 0; --step) {
        pointers[i].push_back(kSteps[random() % 9]);
        StrAppend(&yaml, "/", pointers[i].back());
      }
      yaml += "'";
    }
    yaml += "]]\n";
    Mapped mapped(yaml);
    for (int article = 0; article < 5; ++article) {
      Tree root = RandomTree(&random, 4);
      root.kind = 'o';
      for (auto& [key, child] : root.children) {
        key = key.empty() ? "a" : key;
      }
      root.children.emplace_back("title", Tree{"T", 's', {}});
      std::string json;
      ToJson(root, &json);
      std::vector<const Tree*> found;
      for (const auto& pointer : pointers) {
        Find(root, pointer, 0, &found);
      }
      std::vector<std::string> expected;
      InOrder(root, found, &expected);
      ASSERT_EQ(mapped.Tags(json), expected) << yaml << json;
    }
  }
}

}  // namespace
}  // namespace presshawk
