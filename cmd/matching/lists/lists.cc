// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/lists.h"

#include <memory>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/matching/lists/file_list_feed.h"
#include "cmd/matching/metrics/kafka_metrics.h"
#include "cmd/program_forms.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

QuerySet::Engine ToEngine(EngineOption engine) {
  switch (engine) {
    case EngineOption::kAuto:
      return QuerySet::Engine::kAuto;
    case EngineOption::kHyperscan:
      return QuerySet::Engine::kHyperscan;
    case EngineOption::kTokens:
      return QuerySet::Engine::kTokens;
  }
  return QuerySet::Engine::kAuto;
}

}  // namespace

Lists::Lists(Parts parts)
    : parts_(std::move(parts)),
      metrics_(parts_.metrics),
      keeper_(KeeperOptions(*parts_.options), KeeperParts()) {
  topic_metrics_ = parts_.metrics->Register([this](MetricWriter* writer) {
    const auto status = topic_status();
    WriteListTopicMetrics(status.has_value() ? status->rejected : 0, writer);
  });
}

Lists::~Lists() { topic_metrics_ = {}; }  // It asks the keeper's feed.

ListKeeper::Options Lists::KeeperOptions(const Options& options) {
  ListKeeper::Options keeper;
  keeper.lists.compile.engine = ToEngine(options.engine);
  keeper.lists.compile.forms = ProgramForms();
  keeper.lists.default_forms = options.watchlists.forms;
  if (!options.cache.path.empty()) {
    keeper.lists.state_path = StrCat(options.cache.path, "/last-good");
    keeper.lists.cache_path = StrCat(options.cache.path, "/generations");
  }
  keeper.allow_empty = options.watchlists.allow_empty;
  return keeper;
}

ListKeeper::Parts Lists::KeeperParts() {
  const WatchListOptions& options = parts_.options->watchlists;
  ListKeeper::Parts keeper = {.generations = parts_.generations};
  if (!options.files.empty()) {
    keeper.feeds.push_back(std::make_unique<FileListFeed>(options.files));
  }
  if (!options.topic.empty()) {
    auto feed = std::make_unique<TopicListFeed>(
        WatchlistTopicReader::Options{.client = *parts_.client_options,
                                      .topic = options.topic},
        parts_.events);
    topic_feed_ = feed.get();
    keeper.feeds.push_back(std::move(feed));
  }
  keeper.on_reload = [this](bool success, absl::Duration took) {
    metrics_.ObserveReload(success, took);
  };
  keeper.on_update = [this](const LiveLists::Update& update,
                            std::string_view id) { OnUpdate(update, id); };
  keeper.on_published = [this](const LiveLists::Update& update) {
    OnPublished(update);
  };
  keeper.on_generation = parts_.on_generation;
  keeper.on_failure = parts_.on_failure;
  return keeper;
}

void Lists::OnUpdate(const LiveLists::Update& update,
                     std::string_view generation) {
  parts_.board->Take(update, generation);
  metrics_.SetLists(update.active, update.stale, update.rejected);
  const bool has_bad = update.stale + update.rejected > 0;
  if (had_bad_ && !has_bad) {
    spdlog::info("watch-lists: none is stale or rejected any more");
  }
  had_bad_ = has_bad;
}

void Lists::OnPublished(const LiveLists::Update& update) {
  if (update.generation != nullptr) {
    metrics_.SetGenerationTime(absl::Now());
  }
  parts_.on_published(update);
}

void Lists::AppendProblems(std::vector<std::string>* problems) const {
  if (std::string waiting = keeper_.state().waiting_for; !waiting.empty()) {
    problems->push_back(std::move(waiting));
  }
}

std::optional<WatchlistTopicReader::Status> Lists::topic_status() const {
  if (topic_feed_ == nullptr) {
    return std::nullopt;
  }
  return topic_feed_->status();
}

}  // namespace presshawk
