// SPDX-License-Identifier: Apache-2.0
#include "cmd/subscriptions/alert_player.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cmd/article_feed.h"
#include "cmd/delivery/incoming_alert.h"
#include "cmd/progress_bar.h"
#include "core/alerts/retraction.h"
#include "core/base/str_cat.h"
#include "ingest/json/alert_reader.h"

namespace presshawk {
namespace {

constexpr uint32_t kPage = 1000;

}  // namespace

void AlertPlayer::Play(const Alert& alert, std::string json,
                       const std::string& story) {
  IncomingAlert incoming = IncomingOf(alert, std::move(json));
  incoming.record.story = story;
  incoming.story.id = story;
  latest_ = std::max(latest_, incoming.record.detected_at);
  if (IsCanceled(alert.article.status)) {
    simulation_.Retract({.id = alert.article.id,
                         .version = alert.article.version,
                         .detected_at = incoming.record.detected_at},
                        latest_);
  }
  simulation_.Accept(incoming, set_.Match(alert, latest_), latest_);
  ++alerts_;
}

absl::Status AlertPlayer::PlayFile(const std::string& file) {
  const std::vector<std::string> files = {file};
  ProgressBar progress(files);
  FileFeed feed(files, &progress);
  LineBatch batch;
  ArticleFeed::Ticket ticket;
  while (feed.Next(&batch, &ticket)) {
    for (const Line& line : batch.lines) {
      const absl::StatusOr<Alert> alert = ReadAlert(line.text);
      if (!alert.ok()) {
        return absl::InvalidArgumentError(StrCat(
            file, ":", line.number,
            ": this is no alert: ", std::string(alert.status().message())));
      }
      Play(*alert, std::string(line.text), /*story=*/"");
    }
  }
  progress.Clear();
  return feed.status();
}

absl::Status AlertPlayer::PlayLedger(LedgerStore* store, absl::Time since) {
  // Pages are the last first: ids are remembered, and texts read again.
  std::vector<std::string> ids;
  AlertFilter filter;
  filter.limit = kPage;
  do {
    const auto page = store->Alerts(filter);
    if (!page.ok()) {
      return page.status();
    }
    filter.after = page->next;
    for (const AlertRecord& record : page->rows) {
      if (record.accepted_at < since) {
        filter.after.clear();
        break;
      }
      ids.push_back(record.id);
    }
  } while (!filter.after.empty());
  std::reverse(ids.begin(), ids.end());
  for (const std::string& id : ids) {
    const auto record = store->FindAlert(id);
    if (!record.ok()) {
      return record.status();
    }
    if (!record->has_value()) {
      continue;
    }
    // One that was forgotten or could not be read has no text.
    const absl::StatusOr<Alert> alert = ReadAlert((*record)->json);
    if (alert.ok()) {
      Play(*alert, (*record)->json, (*record)->story);
    }
  }
  return absl::OkStatus();
}

}  // namespace presshawk
