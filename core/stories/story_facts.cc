// SPDX-License-Identifier: Apache-2.0
#include "core/stories/story_facts.h"

#include "core/base/json_writer.h"
#include "core/stories/story_index.h"

namespace presshawk {

StoryFacts FactsOf(const StoryUpdate& update) {
  return {.id = update.story.id.ToString(),
          .size = update.story.size,
          .sites = update.story.sites,
          .first_article = std::string(update.story.first_article),
          .first_site = std::string(update.story.first_site),
          .first_published_at = std::string(update.story.first_published_at),
          .relation = std::string(StoryRelationName(update.relation))};
}

void AppendStory(const StoryFacts& story, std::string* json) {
  JsonWriter writer(json);
  writer.BeginObject()
      .Member("id", story.id)
      .Member("size", story.size)
      .Member("sites", story.sites)
      .Key("first")
      .BeginObject()
      .Member("article", story.first_article);
  if (!story.first_site.empty()) {
    writer.Member("site", story.first_site);
  }
  if (!story.first_published_at.empty()) {
    writer.Member("published_at", story.first_published_at);
  }
  writer.EndObject().Member("relation", story.relation).EndObject();
}

}  // namespace presshawk
