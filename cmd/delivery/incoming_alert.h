// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/alerts/alert.h"
#include "core/delivery/decider.h"
#include "core/stories/story_index.h"

namespace presshawk {

// What the ledger takes in of an alert, without its story. `json` is its text.
IncomingAlert IncomingOf(const Alert& alert, std::string json);

// Its article, as stories know it: without a signature. Views of `alert`.
StoryArticle StoryArticleOf(const Alert& alert);

}  // namespace presshawk
