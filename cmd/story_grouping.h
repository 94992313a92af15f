// What grouping articles of files into stories needs beside the index.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "core/model/article.h"
#include "core/model/published_time.h"

namespace presshawk {

// `published_at` as a clock that never goes back: articles of files have no time
// of acceptance. One without a date has the time of the one before.
class StoryClock {
 public:
  absl::Time Next(std::string_view published_at) {
    const std::optional<absl::Time> time =
        ParsePublishedTime(published_at, absl::InfiniteFuture());
    if (time.has_value()) {
      now_ = std::max(now_, *time);
    }
    return now_;
  }

 private:
  absl::Time now_ = absl::UnixEpoch();
};

// What copies of a story are counted by.
inline std::string_view StorySite(const Article& article) {
  return article.site.empty() ? article.source : article.site;
}

}  // namespace presshawk
