// SPDX-License-Identifier: Apache-2.0
#include "core/zones/article_zones.h"

#include <map>
#include <string>

#include "gtest/gtest.h"

namespace presshawk {
namespace {

// An article as it really arrives: captions with credits, said twice, a
// subheading, a fund-raising footer and what is left of a payment form.
constexpr std::string_view kTitle = "Minsk watches the vote in Warsaw";
constexpr std::string_view kBody =
    R"(Belarus’s leadership follows the Polish campaign closely, three officials and two people from the business elite told NW7.

Officials in Minsk hope that Jan Nowak — whose first term was marked by rows with Brussels — will return to office in Warsaw.

All of NW7’s sources asked not to be named.

“Minsk is pleased with the debate and with what Nowak said about the border,” a person close to the presidency told NW7.

Last week’s debate gave officials a reason to hope, the sources said, although few of them watched it as it happened.

Former president Jan Nowak greets supporters at a rally in Gdynia.            Ewa Mazur (CC BY-SA 2.0)

Former president Jan Nowak greets supporters at a rally in Gdynia.
Ewa Mazur (CC BY-SA 2.0)

Weighing Nowak against Zielinska

“It will be easier to talk to Nowak than to his rival,” a diplomat said.

President Anna Zielinska leaves the stage during a break in the debate in Lodz.            Piotr Wrona / AP / TASS

President Anna Zielinska leaves the stage during a break in the debate in Lodz.
Piotr Wrona / AP / TASS

Nowak’s advantage for Minsk is his openness, said a lecturer at a university in Moscow.

… we have a small favor to ask. As you may have heard, NW7 has been called a “foreign agent” by Minsk.

We, the journalists of NW7, will go on reporting about Minsk.

Your support makes a difference. It is quick to set up.

payment methods

Not ready to support today?
Remind me later.)";

// Fills the lead, so that what follows is not in it.
std::string Lead() {
  std::string lead = "The story begins.";
  for (int i = 0; i < 20; ++i) {
    lead += " It goes on.";
  }
  return lead + "\n\nIt goes on for another paragraph.\n\n";
}

class ArticleZonesTest : public testing::Test {
 protected:
  // The zones of all places of `word` in the body, in order.
  std::string ZonesOf(std::string_view word, std::string_view body,
                      std::string_view title = "") {
    zones_.Assign(title, body);
    std::string all;
    for (size_t at = body.find(word); at != std::string_view::npos;
         at = body.find(word, at + 1)) {
      all += all.empty() ? "" : " ";
      const auto offset = static_cast<uint32_t>(at);
      const Zone zone = zones_.At(Field::kBody, offset);
      EXPECT_EQ(zones_.InStory(Field::kBody, offset), IsEditorial(zone));
      all += ZoneName(zone);
    }
    return all;
  }

  ArticleZones zones_;
};

TEST_F(ArticleZonesTest, AnArticleAsItReallyArrives) {
  EXPECT_EQ(ZonesOf("Nowak", kBody, kTitle),
            "lead quote caption caption main quote main");
  EXPECT_EQ(ZonesOf("Minsk", kBody, kTitle),
            "lead lead main footer_promo footer_promo");
  EXPECT_EQ(ZonesOf("AP / TASS", kBody, kTitle), "caption caption");
  EXPECT_EQ(ZonesOf("Zielinska", kBody, kTitle), "main caption caption");
  EXPECT_EQ(ZonesOf("payment methods", kBody, kTitle), "footer_promo");
  EXPECT_EQ(ZonesOf("Remind me later", kBody, kTitle), "footer_promo");
  EXPECT_EQ(ZonesOf("sources said", kBody, kTitle), "main");
}

TEST_F(ArticleZonesTest, FieldsHaveZones) {
  zones_.Assign("A title", "A body.");
  EXPECT_EQ(zones_.At(Field::kTitle, 2), Zone::kTitle);
  EXPECT_EQ(zones_.At(Field::kSummary, 0), Zone::kLead);
  EXPECT_EQ(zones_.At(Field::kAuthor, 0), Zone::kBioByline);
  EXPECT_EQ(zones_.At(Field::kBody, 2), Zone::kLead);
}

TEST_F(ArticleZonesTest, AnEmptyBodyHasNoBlocks) {
  zones_.Assign("", "");
  EXPECT_TRUE(zones_.blocks().empty());
  EXPECT_TRUE(zones_.lines().empty());
  EXPECT_EQ(zones_.lead_end(), 0);
}

TEST_F(ArticleZonesTest, TheLeadLeavesOutBlocksAndARepeatedHeadline) {
  std::string body = "A headline\n\nPhoto: Ann Lee in KYIV\n\nOne KYIV.\n\n";
  for (int i = 0; i < 60; ++i) {
    body += "Two KYIV. ";
  }
  const std::string zones = ZonesOf("KYIV", body, "A headline");
  EXPECT_TRUE(zones.starts_with("caption lead lead")) << zones;
  EXPECT_TRUE(zones.ends_with("main")) << zones;
  EXPECT_EQ(zones_.At(Field::kBody, 3), Zone::kLead);
}

TEST_F(ArticleZonesTest, TheLeadHasSixtyWords) {
  std::string body;
  for (int i = 0; i < 130; ++i) {
    body += i == 59 || i == 60 ? "KYIV " : "word ";
  }
  EXPECT_EQ(ZonesOf("KYIV", body), "lead main");
}

TEST_F(ArticleZonesTest, NamesInQuotationMarksAreNoQuotations) {
  const std::string lead = Lead();
  EXPECT_EQ(
      ZonesOf("Газпром", lead + "Это «Газпром» и «мы считаем, что Газпром "
                                "не прав», сказал он."),
      "main quote");
  EXPECT_EQ(
      ZonesOf("Kyiv", lead + "„Wir fahren morgen alle nach Kyiv“, sagt sie "
                             "in Kyiv."),
      "quote main");
  EXPECT_EQ(ZonesOf("Kyiv", lead + "\"We all go back to Kyiv"), "quote");
}

TEST_F(ArticleZonesTest, BlocksOfEveryKindAreFound) {
  const std::string story = Lead();
  const std::map<std::string, std::string> kinds = {
      {"JUST WATCHED The KYIV fire Replay More Videos ... MUST WATCH The KYIV "
       "fire 02:17",
       "related_links related_links"},
      {"Image copyright AFP Image caption A street in KYIV", "caption"},
      {"A street in KYIV, 5 May. (Ann Lee/Reuters)", "caption"},
      {"FIRE IN KYIV KILLS TWO AFTER STORM", "related_links"},
      {"Читайте также: Пожар в KYIV", "related_links"},
      {"Lire aussi : Incendie à KYIV", "related_links"},
      {"اقرأ أيضا: حريق KYIV", "related_links"},
      {"Leia mais: incêndio em KYIV", "related_links"},
      {"来源：KYIV日报", "bio_byline"},
      {"By Ann Lee, KYIV correspondent", "bio_byline"},
      {"Sign up for our KYIV newsletter", "footer_promo"},
      {"Story Continued Below", ""},
  };
  for (const auto& [line, zones] : kinds) {
    EXPECT_EQ(ZonesOf("KYIV", story + line + "\n\nThe last paragraph."), zones)
        << line;
  }
}

TEST_F(ArticleZonesTest, WhatOnlyLooksLikeABlockIsTheStory) {
  const std::string story = Lead();
  for (const char* line :
       {"Read more books, KYIV said.", "By the time it ended, KYIV was dark.",
        "The agency quoted KYIV (Reuters) and others on the same long day, as "
        "it had done the day before when nobody else was in the city at all.",
        "AP said KYIV was quiet.", "KYIV IS FREE", "Photography in KYIV."}) {
    EXPECT_EQ(ZonesOf("KYIV", story + line + "\n\nThe last paragraph."), "main")
        << line;
  }
}

TEST_F(ArticleZonesTest, LinksBehindANameAreCutOut) {
  EXPECT_EQ(
      ZonesOf("KYIV",
              Lead() +
                  "When President Lee Ann Mary LeeKYIV talks stall "
                  "Senators want answers MORE visits KYIV, he will speak."),
      "related_links main");
}

TEST_F(ArticleZonesTest, AStoryOfOneLineIsNoBlock) {
  std::string body = "Photo: ";
  for (int i = 0; i < 40; ++i) {
    body += "The KYIV story goes on. ";
  }
  EXPECT_EQ(ZonesOf("KYIV", body).find("caption"), std::string::npos);
}

}  // namespace
}  // namespace presshawk
