// SPDX-License-Identifier: Apache-2.0
#include "cmd/match/alert_stories.h"

#include <string_view>

#include "core/base/str_cat.h"
#include "core/stories/story_facts.h"

namespace presshawk {
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
    AppendStory(FactsOf(update), &story_json_);
    std::string_view rest = std::string_view(*alerts).substr(
        article.begin, article.end - article.begin);
    while (!rest.empty()) {
      const size_t end = rest.find('\n');
      // Before the closing brace.
      StrAppend(&lines_, rest.substr(0, end - 1), ",\"story\":", story_json_,
                "}\n");
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
