// SPDX-License-Identifier: Apache-2.0
#include "cmd/match/alert_stories.h"

#include <string_view>

#include "core/base/json_text.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

void AppendStoryJson(const StoryUpdate& update, std::string* json) {
  const StoryView& story = update.story;
  StrAppend(json, "\"story\":{\"id\":\"", story.id.ToString(),
            "\",\"size\":", story.size, ",\"sites\":", story.sites,
            ",\"first\":{\"article\":");
  AppendJsonString(story.first_article, json);
  if (!story.first_site.empty()) {
    *json += ",\"site\":";
    AppendJsonString(story.first_site, json);
  }
  if (!story.first_published_at.empty()) {
    *json += ",\"published_at\":";
    AppendJsonString(story.first_published_at, json);
  }
  StrAppend(json, "},\"relation\":\"", StoryRelationName(update.relation),
            "\"}");
}

}  // namespace

void AlertStories::AddTo(const std::vector<AlertingArticle>& articles,
                         std::string* alerts) {
  lines_.clear();
  for (const AlertingArticle& article : articles) {
    const StoryUpdate update = grouping_.Add(article.View());
    // More of an article whose alerts are many counts once.
    if (!update.repeated) {
      ++articles_;
      joined_ += update.relation != StoryRelation::kNew ? 1 : 0;
      corrections_ += update.relation == StoryRelation::kCorrection ? 1 : 0;
      united_ += update.united.size();
    }
    story_json_.clear();
    AppendStoryJson(update, &story_json_);
    std::string_view rest = std::string_view(*alerts).substr(
        article.begin, article.end - article.begin);
    while (!rest.empty()) {
      const size_t end = rest.find('\n');
      // Before the closing brace.
      StrAppend(&lines_, rest.substr(0, end - 1), ",", story_json_, "}\n");
      rest.remove_prefix(end + 1);
    }
  }
  alerts->swap(lines_);
}

std::string AlertStories::Summary() const {
  std::string text =
      StrCat(articles_, " articles alerted, of ", articles_ - joined_ - united_,
             " stories: ", joined_, " were copies, cuts or updates");
  if (corrections_ > 0) {
    StrAppend(&text, ", ", corrections_, " of them corrections");
  }
  if (grouping_.closed_early() > 0) {
    StrAppend(&text, "; ", grouping_.closed_early(),
              " stories ended early, as memory was full");
  }
  return text;
}

}  // namespace presshawk
