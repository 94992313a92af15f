// SPDX-License-Identifier: Apache-2.0
#include "core/stories/story_index.h"

#include <deque>
#include <random>

#include <gtest/gtest.h>

#include "tests/unit/core/stories/story_texts.h"

namespace presshawk {
namespace {

// An index with a clock, whose articles are named by their number.
class Desk {
 public:
  explicit Desk(StoryIndex::Options options = {}) : index_(options) {}

  StoryUpdate Add(const TestArticle& article) {
    return AddAs(StrCat("a", ++count_), article);
  }
  StoryUpdate AddAs(std::string_view id, const TestArticle& article,
                    std::string_view version = "") {
    signatures_.push_back(SignatureOf(article));
    return index_.Add({.id = id,
                       .version = version,
                       .site = article.source,
                       .published_at = "2026-01-02",
                       .signature = &signatures_.back()},
                      now_);
  }
  void Wait(absl::Duration duration) { now_ += duration; }
  const StoryIndex& index() const { return index_; }

 private:
  StoryIndex index_;
  absl::Time now_ = absl::FromUnixSeconds(1'767'323'045);
  int count_ = 0;
  std::deque<Signature> signatures_;
};

TestArticle Copy(std::string source, int words = 400) {
  return {.title = "Ferry leaves harbour after storm",
          .body = Words("x", 0, words),
          .source = std::move(source)};
}

TestArticle Other(std::string name) {
  return {.title = "About " + name + " and nothing else",
          .body = Words(name, 0, 300),
          .source = "Paper"};
}

TEST(StoryIndexTest, CopiesFoldAndTheFirstIsNamed) {
  Desk desk;
  const StoryUpdate first = desk.Add(Copy("Agency"));
  EXPECT_EQ(first.relation, StoryRelation::kNew);
  EXPECT_EQ(first.story.size, 1U);
  const StoryId id = first.story.id;
  const StoryUpdate second = desk.Add(Copy("Paper"));
  EXPECT_EQ(second.relation, StoryRelation::kCopy);
  EXPECT_EQ(second.story.id, id);
  EXPECT_EQ(second.story.size, 2U);
  EXPECT_EQ(second.story.sites, 2U);
  EXPECT_EQ(second.story.first_article, "a1");
  EXPECT_EQ(second.story.first_site, "Agency");
  EXPECT_EQ(second.nearest, "a1");
  EXPECT_EQ(desk.Add(Copy("Paper")).story.sites, 2U);
  EXPECT_NE(desk.Add(Other("budget")).story.id, id);
}

TEST(StoryIndexTest, TheSameArticleAgainChangesNothing) {
  Desk desk;
  desk.AddAs("a", Copy("Agency"));
  desk.AddAs("b", Copy("Paper", 100));
  for (int i = 0; i < 3; ++i) {
    const StoryUpdate again = desk.AddAs("b", Copy("Paper", 100));
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.relation, StoryRelation::kCut);
    EXPECT_EQ(again.story.size, 2U);
  }
  EXPECT_FALSE(desk.AddAs("b", Copy("Paper", 100), "2").repeated);
}

TEST(StoryIndexTest, AStoryEndsAWindowAfterItsLastMember) {
  Desk desk;
  const StoryId id = desk.Add(Copy("A")).story.id;
  desk.Wait(absl::Hours(70));
  EXPECT_EQ(desk.Add(Copy("B")).story.id, id);
  desk.Wait(absl::Hours(70));
  EXPECT_EQ(desk.Add(Copy("C")).story.size, 3U);
  desk.Wait(absl::Hours(73));
  EXPECT_EQ(desk.Add(Copy("D")).relation, StoryRelation::kNew);
  EXPECT_EQ(desk.index().live_stories(), 1U);
}

TEST(StoryIndexTest, NoStoryLivesLongerThanItsAge) {
  Desk desk;
  desk.Add(Copy("A"));
  for (int day = 0; day < 14; ++day) {
    desk.Wait(absl::Hours(24));
    EXPECT_NE(desk.Add(Copy("B")).relation, StoryRelation::kNew) << day;
  }
  desk.Wait(absl::Hours(1));
  EXPECT_EQ(desk.Add(Copy("B")).relation, StoryRelation::kNew);
}

TEST(StoryIndexTest, ATextThatIsTwoStoriesUnitesThem) {
  Desk desk;
  // Two thirds of a text each, from either end: less than half in common.
  const auto part = [](int begin, int end, std::string source) {
    return TestArticle{.title = "Ferry leaves harbour after storm",
                       .body = Words("x", begin, end),
                       .source = std::move(source)};
  };
  const StoryId first = desk.Add(part(0, 260, "A")).story.id;
  const StoryId second = desk.Add(part(220, 500, "B")).story.id;
  ASSERT_NE(first, second);
  const StoryUpdate both = desk.Add(part(0, 500, "C"));
  EXPECT_EQ(both.story.id, first);
  ASSERT_EQ(both.united.size(), 1U);
  EXPECT_EQ(both.united[0], second);
  EXPECT_EQ(both.story.size, 3U);
  EXPECT_EQ(desk.Add(part(220, 500, "D")).story.id, first);
  EXPECT_EQ(desk.index().live_stories(), 1U);
}

TEST(StoryIndexTest, AnUrlThatNamesAnArticleIsOneStoryWhateverTheText) {
  Desk desk;
  TestArticle live = Other("morning");
  live.url = "https://x.example/news/live-blog-from-the-harbour";
  const StoryId id = desk.Add(live).story.id;
  live.body = Words("evening", 0, 300);
  EXPECT_EQ(desk.Add(live).story.id, id);
  TestArticle front = Other("first");
  front.url = "https://x.example/world/";
  TestArticle front_later = Other("second");
  front_later.url = front.url;
  EXPECT_NE(desk.Add(front).story.id, desk.Add(front_later).story.id);
}

// Also of an article that has nothing but a title.
TEST(StoryIndexTest, IdsAreTheSameInEveryProcess) {
  Desk desk;
  EXPECT_EQ(desk.Add({.title = "Ferry leaves harbour", .body = ""})
                .story.id.ToString(),
            "ad3be86aa12a383ef7dc36f2e89a9c7b");
  EXPECT_EQ(desk.Add(Copy("Agency")).story.id.ToString(),
            "95c952ae328581b834cd98c09f04b833");
}

TEST(StoryIndexTest, MemoryHasAnEndThatIsCounted) {
  Desk desk({.bytes_max = size_t{2} << 20});
  for (int i = 0; i < 3000; ++i) {
    desk.Add(Other(StrCat("n", i)));
    ASSERT_LE(desk.index().bytes(), size_t{2} << 20);
  }
  EXPECT_GT(desk.index().closed_early(), 0U);
  EXPECT_GT(desk.index().live_stories(), 100U);
}

// The same calls give the same stories, and stories that end leave nothing
// behind.
TEST(StoryIndexTest, RandomCallsGiveTheSameStoriesAndEndClean) {
  const auto run = [](std::vector<std::string>* ids) {
    std::mt19937 random(3);
    Desk desk;
    for (int i = 0; i < 1500; ++i) {
      desk.Wait(absl::Minutes(static_cast<int>(random() % 60)));
      const std::string text = StrCat("t", random() % 90);
      const int begin = static_cast<int>(random() % 5) * 20;
      ids->push_back(
          desk.Add(
                  {.title = "About " + text,
                   .body = Words(text, begin,
                                 begin + 60 + static_cast<int>(random() % 200)),
                   .source = StrCat("S", random() % 12)})
              .story.id.ToString());
    }
    desk.Wait(absl::Hours(24 * 30));
    desk.Add(Other("last"));
    EXPECT_EQ(desk.index().live_stories(), 1U);
  };
  std::vector<std::string> first, second;
  run(&first);
  run(&second);
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace presshawk
