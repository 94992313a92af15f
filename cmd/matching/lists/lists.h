// SPDX-License-Identifier: Apache-2.0
// The watch-lists of the service: the feeds that the configuration names, the
// keeper that makes generations of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/matching/lists/list_board.h"
#include "cmd/matching/lists/list_keeper.h"
#include "cmd/matching/lists/list_metrics.h"
#include "cmd/matching/lists/topic_list_feed.h"
#include "core/config/options.h"
#include "core/matching/generation_slot.h"
#include "core/metrics/metrics_registry.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

class Lists : public Component {
 public:
  // All must outlive the lists. The functions are called as those of
  // ListKeeper::Parts are.
  struct Parts {
    const Options* options = nullptr;
    const KafkaClientOptions* client_options = nullptr;
    KafkaEvents* events = nullptr;
    MetricsRegistry* metrics = nullptr;
    GenerationSlot* generations = nullptr;
    ListBoard* board = nullptr;
    std::function<absl::Status(bool can_work)> on_generation;
    std::function<void(const LiveLists::Update& update)> on_published;
    std::function<void(const absl::Status&)> on_failure;
  };
  explicit Lists(Parts parts);
  ~Lists() override;

  // Reads the files, and calls on_generation() where the lists are complete
  // without a topic.
  absl::Status Start() override { return keeper_.Start(); }
  std::string WaitsFor() const override { return keeper_.state().waiting_for; }
  void AppendProblems(std::vector<std::string>* problems) const override;
  void Stop(absl::Time /*deadline*/) override { RequestStop(); }
  // Changes nothing any longer. Does not wait for a compile that is running:
  // the destructor does.
  void RequestStop() { keeper_.RequestStop(); }

  // See ListKeeper.
  absl::Status Reload() { return keeper_.Reload(); }
  void RequestReload() { keeper_.RequestReload(); }
  bool compiles() const { return keeper_.working(); }

  ListKeeper::State state() const { return keeper_.state(); }
  // Nothing without a topic.
  std::optional<WatchlistTopicReader::Status> topic_status() const;

 private:
  static ListKeeper::Options KeeperOptions(const Options& options);
  ListKeeper::Parts KeeperParts();
  void OnUpdate(const LiveLists::Update& update, std::string_view generation);
  void OnPublished(const LiveLists::Update& update);

  const Parts parts_;
  ListMetrics metrics_;
  bool had_bad_ = false;  // Stale or rejected lists; the keeper's thread's.
  TopicListFeed* topic_feed_ = nullptr;  // The keeper's; null without a topic.
  MetricsRegistry::Registration topic_metrics_;
  ListKeeper keeper_;  // Last: its thread uses all of the above.
};

}  // namespace presshawk
