// SPDX-License-Identifier: Apache-2.0
// What is told of an article's story, and its JSON (ALERTS: the member `story`).
#pragma once

#include <cstdint>
#include <string>

namespace presshawk {

struct StoryUpdate;

// The id is empty where the article has no story.
struct StoryFacts {
  std::string id;
  uint64_t size = 0;
  uint64_t sites = 0;
  std::string first_article, first_site, first_published_at;
  std::string relation;  // "copy"
};

// A copy: an update's texts last only until the index takes the next article.
StoryFacts FactsOf(const StoryUpdate& update);

// `{"id":…,"size":3,…}`
void AppendStory(const StoryFacts& story, std::string* json);

}  // namespace presshawk
