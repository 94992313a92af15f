// SPDX-License-Identifier: Apache-2.0
// `story` in the alerts of `presshawk match --stories`: which story an article
// belongs to at the moment of its alert (SPEC STORY-1).
//
// Workers match in any order; stories depend on the order of the input. So a
// worker leaves each article's signature beside its alerts, and whoever writes
// the alerts in order adds the stories.
//
// THREAD SAFETY. None: the writer's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cmd/story_grouping.h"
#include "core/model/article.h"
#include "core/stories/story_index.h"

namespace presshawk {

// An article that alerts.
struct AlertingArticle : KeptArticle {
  // Its alerts in the worker's output: whole lines of JSON, in bytes.
  size_t begin = 0, end = 0;
};

class AlertStories {
 public:
  explicit AlertStories(StoryIndex::Options options) : grouping_(options) {}

  // Replaces *alerts by the same lines with `story`. `articles` come in the
  // order of the input, and cover *alerts.
  void AddTo(const std::vector<AlertingArticle>& articles, std::string* alerts);

  // What folded, in one line without a line feed.
  std::string Summary() const;

 private:
  StoryGrouping grouping_;
  uint64_t articles_ = 0;
  uint64_t joined_ = 0;       // Articles of a story that was there.
  uint64_t united_ = 0;       // Stories that turned out to be another one.
  uint64_t corrections_ = 0;  // Among the joined.
  std::string story_json_;
  std::string lines_;
};

}  // namespace presshawk
