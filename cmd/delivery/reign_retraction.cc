// SPDX-License-Identifier: Apache-2.0
// Articles that were taken back (SPEC RETRACT-2).
#include <utility>

#include "cmd/delivery/incoming_alert.h"
#include "cmd/delivery/reign.h"
#include "core/delivery/retracted_alerts.h"
#include "core/model/published_time.h"
#include "core/stories/story_facts.h"
#include "ingest/json/alert_reader.h"
#include "ingest/json/retraction_reader.h"

namespace presshawk {
namespace {

RetractedArticle RetractedOf(std::string id, std::string version,
                             const std::string& detected_at) {
  return {.id = std::move(id),
          .version = std::move(version),
          .detected_at = ParsePublishedTime(detected_at, absl::InfiniteFuture())
                             .value_or(absl::UnixEpoch())};
}

}  // namespace

absl::StatusOr<Alert> Accepting::Reign::Read(
    const IntakeItem& item, std::vector<RetractedArticle>* retracted) {
  if (item.is_retraction) {
    absl::StatusOr<Retraction> retraction = ReadRetraction(item.json);
    if (!retraction.ok()) {
      return retraction.status();
    }
    retracted->push_back(RetractedOf(std::move(retraction->article),
                                     std::move(retraction->version),
                                     retraction->detected_at));
    return absl::CancelledError();
  }
  absl::StatusOr<Alert> alert = ReadAlert(item.json);
  // It says itself what its retraction will say, which may come later.
  if (alert.ok() && IsCanceled(alert->article.status)) {
    retracted->push_back(RetractedOf(alert->article.id, alert->article.version,
                                     alert->detected_at));
  }
  return alert;
}

absl::Status Accepting::Reign::Retract(
    const std::vector<RetractedArticle>& articles) {
  for (const RetractedArticle& article : articles) {
    if (absl::Status status = RetractArticle(
            article, parts_.store,
            [this](AlertRecord record) { return Recalled(std::move(record)); },
            [this](const std::string& id) { return set_->Find(id); },
            decider_.get());
        !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

IncomingAlert Accepting::Reign::Recalled(AlertRecord record) {
  IncomingAlert recalled;
  recalled.record = std::move(record);
  const absl::StatusOr<Alert> alert = ReadAlert(recalled.record.json);
  if (!alert.ok()) {
    recalled.record.json.clear();
    return recalled;
  }
  recalled.article_version = alert->article.version;
  recalled.labels = alert->watchlist.labels;
  if (const auto known = stories_.Known(StoryArticleOf(*alert));
      known.has_value()) {
    recalled.story = FactsOf(*known);
  }
  return recalled;
}

}  // namespace presshawk
