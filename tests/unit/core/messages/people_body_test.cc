// SPDX-License-Identifier: Apache-2.0
#include "core/messages/people_body.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/core/messages/chat_limits.h"

namespace presshawk {
namespace {

using Json = nlohmann::json;

constexpr char kDelivery[] = "5f0c6a62c0d54a3bb8a3b1a2f1a0f9d1";

Json Alert(const std::string& title) {
  return {{"watchlist", {{"id", "kremlin"}, {"name", "Kremlin"}}},
          {"article", {{"title", title}, {"url", "https://a.example/1"}}},
          {"detected_at", "2026-01-02T12:05:01.000Z"},
          {"snippets",
           {{{"field", "body"},
             {"text", "the Kremlin said"},
             {"highlights", {{4, 11}}}}}}};
}

std::string Envelope(const std::string& type, Json extra) {
  Json data = {{"delivery", kDelivery},
               {"subscription", "desk"},
               {"sequence", 7},
               {"replay", false}};
  data.update(extra);
  return Json({{"type", "presshawk." + type + ".v1"}, {"data", data}}).dump();
}

std::string Digest(const std::vector<std::string>& titles) {
  Json entries = Json::array();
  for (const std::string& title : titles) {
    entries.push_back(
        {{"watchlist", "kremlin"}, {"copies", 0}, {"alert", Alert(title)}});
  }
  return Envelope("digest", {{"slot", "2026-01-02T13:30+01:00 Europe/Berlin"},
                             {"alerts", titles.size()},
                             {"total", titles.size()},
                             {"more", "/api/v1/alerts?digest=desk:7"},
                             {"entries", entries}});
}

std::string Body(MessageForm form, const std::string& envelope,
                 size_t bytes_max = 20'000) {
  auto body = PeopleBody(form, envelope,
                         {.public_url = "https://watch.example/w/"}, bytes_max);
  EXPECT_TRUE(body.ok()) << body.status();
  return body.value_or("");
}

constexpr MessageForm kForms[] = {MessageForm::kSlack, MessageForm::kTeams};

TEST(PeopleBodyTest, HitsAreBoldAlsoWhereLettersTouch) {
  Json alert = Alert("x");
  alert["snippets"] = {{{"field", "body"},
                        {"text", "看克里姆林宫的 声明"},
                        {"highlights", {{1, 6}, {8, 10}}}}};
  const std::string body =
      Body(MessageForm::kSlack, Envelope("alert", {{"alert", alert}}));
  EXPECT_NE(body.find("看\u200b*克里姆林宫*\u200b的 *声明*"), std::string::npos)
      << body;
}

TEST(PeopleBodyTest, SpansThatAreWrongAreLeftOut) {
  Json alert = Alert("x");
  alert["snippets"][0]["highlights"] =
      Json::array({{-1, 3}, {9, 4}, {4, 999}, "x", {1}, {2, 3}});
  for (const MessageForm form : kForms) {
    EXPECT_NE(Body(form, Envelope("alert", {{"alert", alert}})).find("Kremlin"),
              std::string::npos);
  }
}

TEST(PeopleBodyTest, SnippetsAreLeftOutWhereTheLicenceSaysSo) {
  const std::string envelope = Envelope("alert", {{"alert", Alert("A title")}});
  for (const MessageForm form : kForms) {
    const auto body = PeopleBody(form, envelope, {.snippets = false}, 20'000);
    ASSERT_TRUE(body.ok());
    EXPECT_EQ(body->find("said"), std::string::npos) << *body;
    EXPECT_NE(body->find("A title"), std::string::npos);
  }
}

TEST(PeopleBodyTest, RowsThatDoNotFitAreCounted) {
  std::vector<std::string> titles;
  for (int i = 0; i < 5'000; ++i) {
    titles.push_back("headline " + std::to_string(i));
  }
  const std::string digest = Digest(titles);
  for (const MessageForm form : kForms) {
    const std::string body = Body(form, digest);
    form == MessageForm::kSlack ? ExpectSlackTakesIt(body)
                                : ExpectTeamsTakesIt(body);
    EXPECT_NE(body.find("headline 20"), std::string::npos);
    EXPECT_EQ(body.find("headline 4999"), std::string::npos);
    EXPECT_NE(body.find(" of 5000."), std::string::npos);
    EXPECT_NE(body.find("https://watch.example/w/api/v1/alerts?digest=desk:7"),
              std::string::npos);
    EXPECT_NE(body.find(kDelivery), std::string::npos);
  }
}

TEST(PeopleBodyTest, OneMoreByteOfRoomNeverShowsLess) {
  const std::string digest = Digest(std::vector<std::string>(40, "a headline"));
  for (const MessageForm form : kForms) {
    size_t before = 0;
    for (size_t bytes = 2'000; bytes < 20'000; bytes += 700) {
      const std::string body = Body(form, digest, bytes);
      EXPECT_LE(body.size(), bytes);
      size_t rows = 0;
      const std::string wanted =
          form == MessageForm::kSlack ? "|a headline> — " : "\"a headline\"";
      for (size_t at = body.find(wanted); at != std::string::npos;
           at = body.find(wanted, at + 1)) {
        ++rows;
      }
      EXPECT_GE(rows, before) << bytes;
      before = rows;
    }
    EXPECT_GT(before, 20U);
  }
}

TEST(PeopleBodyTest, WhatIsNoEnvelopeIsAnError) {
  for (const char* const bad :
       {"", "{}", "null", "[1]", R"({"type":"presshawk.alert.v1"})",
        R"({"type":"other","data":{}})", R"({"type":"presshawk.alert.v1")"}) {
    EXPECT_FALSE(PeopleBody(MessageForm::kSlack, bad, {}, 20'000).ok()) << bad;
  }
  // Of a type to come it shows what it can.
  const std::string body =
      Body(MessageForm::kSlack, Envelope("weather", {{"text", "It rains."}}));
  EXPECT_NE(body.find("It rains."), std::string::npos);
  // Members of other kinds are as if they were absent.
  for (const MessageForm form : kForms) {
    Body(form, Envelope("alert", {{"alert",
                                   {{"article", 7},
                                    {"watchlist", "x"},
                                    {"snippets", 3},
                                    {"relevance", {1}}}},
                                  {"story", "x"},
                                  {"sequence", "y"}}));
    Body(form, Envelope("digest", {{"entries", {1, "x", Json::object()}},
                                   {"slot", 5},
                                   {"stands_for", "x"}}));
    Body(form,
         Envelope("catchup", {{"entries", Json::array()}, {"covers", {1, 2}}}));
  }
}

TEST(PeopleBodyTest, TheReducedFormIsShorterAndComesOnce) {
  std::vector<std::string> titles(30, "A headline of the usual length");
  for (const std::string& envelope :
       {Digest(titles), Envelope("alert", {{"alert", Alert("A title")}})}) {
    for (const MessageForm form : kForms) {
      const std::string body = Body(form, envelope);
      const auto reduced = ReducedPeopleBody(body);
      ASSERT_TRUE(reduced.has_value());
      EXPECT_LT(reduced->size(), body.size());
      EXPECT_NE(reduced->find(kDelivery), std::string::npos);
      form == MessageForm::kSlack ? ExpectSlackTakesIt(*reduced)
                                  : ExpectTeamsTakesIt(*reduced);
      EXPECT_FALSE(ReducedPeopleBody(*reduced).has_value());
    }
  }
  EXPECT_FALSE(ReducedPeopleBody(Digest(titles)).has_value());
  EXPECT_FALSE(ReducedPeopleBody("{\"text\":5}").has_value());
  EXPECT_FALSE(ReducedPeopleBody("").has_value());
}

TEST(PeopleBodyTest, AMarkStandsAboveAndComesOnce) {
  // A title cannot pretend that the mark is there.
  const std::string envelope =
      Envelope("alert", {{"alert", Alert(std::string(kRepeatMark))}});
  for (const MessageForm form : kForms) {
    for (std::string body :
         {Body(form, envelope), *ReducedPeopleBody(Body(form, envelope))}) {
      for (const std::string_view mark : {kReplayMark, kRepeatMark}) {
        const auto marked = MarkedPeopleBody(body, mark);
        ASSERT_TRUE(marked.has_value()) << mark;
        const size_t texts =
            form == MessageForm::kSlack ? 0 : marked->find("\"body\"");
        EXPECT_LT(marked->find(mark, texts), marked->find("Kremlin", texts));
        EXPECT_FALSE(MarkedPeopleBody(*marked, mark).has_value());
        form == MessageForm::kSlack ? ExpectSlackTakesIt(*marked)
                                    : ExpectTeamsTakesIt(*marked);
        body = *marked;
      }
      EXPECT_FALSE(MarkedPeopleBody(body, kReplayMark).has_value());
    }
    // It is there from the start where the envelope says so.
    const auto repeat = PeopleBody(form, envelope, {.is_repeat = true}, 20'000);
    ASSERT_TRUE(repeat.ok());
    EXPECT_FALSE(MarkedPeopleBody(*repeat, kRepeatMark).has_value());
  }
  EXPECT_FALSE(MarkedPeopleBody(envelope, kRepeatMark).has_value());
}

// Texts of any kind, at every limit.
TEST(PeopleBodyTest, WhateverStandsInItIsTaken) {
  const std::vector<std::string> pieces = {"<!channel>",
                                           "<@U1>",
                                           "<https://e.example|x>",
                                           "&",
                                           "&lt;",
                                           "*",
                                           "_",
                                           "~",
                                           "`",
                                           "```",
                                           "@everyone",
                                           "@here",
                                           "\n",
                                           "\r\n> ",
                                           "|",
                                           "]",
                                           "(",
                                           "\u202e",
                                           "\u2067",
                                           "\u0000",
                                           "😀",
                                           "👨‍👩‍👧",
                                           "e\u0301",
                                           "السلام عليكم",
                                           "שלום",
                                           "克里姆林宫",
                                           "Кремль",
                                           "क्रेमलिन",
                                           "word ",
                                           "\\",
                                           "\"",
                                           "\x1b[2J",
                                           "\u2028",
                                           "{{x}}",
                                           "[a](http://b)",
                                           std::string(500, '&'),
                                           std::string(3'000, 'x'),
                                           "\xff",
                                           "<at>all</at>"};
  std::mt19937_64 random(20261128);
  const auto text = [&] {
    std::string made;
    for (size_t i = random() % 12; i > 0; --i) {
      made += pieces[random() % pieces.size()];
    }
    return made;
  };
  for (int round = 0; round < 400; ++round) {
    SCOPED_TRACE(round);
    const auto item = [&] {
      Json alert = Alert(text());
      alert["watchlist"]["name"] = text();
      alert["article"]["url"] = "https://a.example/" + text();
      alert["article"]["source"] = text();
      alert["article"]["author"] = text();
      alert["article"]["published_at"] = text();
      alert["relevance"] = {{"score", 5}, {"why", {text(), text()}}};
      const std::string snippet = text();
      alert["snippets"].push_back(
          {{"field", "body"},
           {"text", snippet},
           {"highlights", {{random() % 9, 4 + random() % 20}, {30, 40}}}});
      return alert;
    };
    Json data = {{"delivery", kDelivery},
                 {"subscription", "desk"},
                 {"sequence", 7},
                 {"rebuilt", round % 3 == 0}};
    if (round % 2 == 0) {
      data["alert"] = item();
      data["because"] = {{"sites", 20}, {"site", text()}};
    } else {
      data["entries"] = Json::array();
      data["total"] = 100;
      for (size_t i = random() % 60; i > 0; --i) {
        data["entries"].push_back({{"alert", item()}, {"copies", 2}});
      }
    }
    const std::string envelope =
        Json({{"type",
               round % 2 == 0 ? "presshawk.growth.v1" : "presshawk.digest.v1"},
              {"data", data}})
            .dump(-1, ' ', false, Json::error_handler_t::ignore);
    const size_t bytes = round % 5 == 0 ? 2'000 + random() % 4'000 : 20'000;
    for (const MessageForm form : kForms) {
      std::string body = Body(form, envelope, bytes);
      EXPECT_LE(body.size(), bytes);
      EXPECT_NE(body.find(kDelivery), std::string::npos);
      for (const std::string_view mark :
           {kRebuiltMark, kReplayMark, kRepeatMark}) {
        body = MarkedPeopleBody(body, mark).value_or(body);
      }
      const std::string reduced = ReducedPeopleBody(body).value_or(body);
      for (const std::string& one : {body, reduced}) {
        form == MessageForm::kSlack ? ExpectSlackTakesIt(one)
                                    : ExpectTeamsTakesIt(one);
      }
    }
    if (HasFailure()) {
      return;
    }
  }
}

}  // namespace
}  // namespace presshawk
