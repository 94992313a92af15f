// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/incoming_alert.h"

#include <utility>

#include "core/model/published_time.h"

namespace presshawk {

IncomingAlert IncomingOf(const Alert& alert, std::string json) {
  IncomingAlert incoming;
  AlertRecord& record = incoming.record;
  record.id = alert.id;
  record.watchlist = alert.watchlist.id;
  record.article = alert.article.id;
  record.site =
      alert.article.site.empty() ? alert.article.source : alert.article.site;
  record.detected_at =
      ParsePublishedTime(alert.detected_at, absl::InfiniteFuture())
          .value_or(absl::UnixEpoch());
  record.json = std::move(json);
  incoming.article_version = alert.article.version;
  incoming.labels = alert.watchlist.labels;
  if (!alert.article.embargo.empty()) {
    incoming.embargo =
        ParsePublishedTime(alert.article.embargo, absl::InfiniteFuture())
            .value_or(absl::InfinitePast());
  }
  return incoming;
}

StoryArticle StoryArticleOf(const Alert& alert) {
  return {.id = alert.article.id,
          .version = alert.article.version,
          .site = alert.article.site.empty() ? alert.article.source
                                             : alert.article.site,
          .published_at = alert.article.published_at};
}

}  // namespace presshawk
