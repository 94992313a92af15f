// SPDX-License-Identifier: Apache-2.0
// The delivery role: alerts in, messages to receivers out, and everything owed
// and told in the ledger. `presshawk deliver` is this and a port; `run` has it
// beside its matchers.
//
//   start: ledger ─► subscriptions ─► sending ─► accepting
//   stop:  the same backwards: nothing more is accepted, what is in flight ends,
//          and its outcome is written
//
// With a Kafka source alerts come from their topic, so that a ledger that is
// down never holds the matchers up. With a file source they come directly:
// sink() then acknowledges an alert once the ledger has it.
// THREAD SAFETY. Between Start() and Stop(), all of it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/delivery/accepting.h"
#include "cmd/delivery/api/delivery_api.h"
#include "cmd/delivery/api/delivery_routes.h"
#include "cmd/delivery/couriers.h"
#include "cmd/delivery/delivery_metrics.h"
#include "cmd/delivery/direct_intake.h"
#include "cmd/delivery/live_receivers.h"
#include "cmd/delivery/live_subscriptions.h"
#include "cmd/delivery/sending.h"
#include "cmd/delivery/topic_intake.h"
#include "core/base/mutex.h"
#include "core/config/options.h"
#include "core/http/access_tokens.h"
#include "core/http/http_server.h"
#include "core/ledger/ledger_store.h"
#include "core/metrics/metrics_registry.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

// The name under which an instance claims deliveries and holds the lease. It is
// the same after a restart, so that what it was sending is taken over at once.
std::string DeliveryInstance(const std::string& host, uint16_t port);

class DeliveryRole : public Component {
 public:
  // All must outlive the role.
  struct Parts {
    const Options* options = nullptr;  // With `store` and `delivery`.
    const KafkaClientOptions* client = nullptr;
    KafkaEvents* events = nullptr;
    MetricsRegistry* metrics = nullptr;
    AccessTokens* tokens = nullptr;  // Gets those of the ledger.
    std::string instance;  // Unique among those that share the ledger.
    bool rebuild = false;
    absl::Time rebuild_from = absl::InfinitePast();
  };
  explicit DeliveryRole(Parts parts);
  ~DeliveryRole() override;

  // An error where a file of subscriptions cannot be read, the Kafka client
  // cannot be made, or the ledger cannot be opened, but not where that may pass:
  // it is then tried again, and a problem meanwhile.
  absl::Status Start() override;
  void AppendProblems(std::vector<std::string>* problems) const override;
  void Stop(absl::Time deadline) override;

  // Where matchers hand their alerts over; null with a topic.
  DirectIntake* sink() { return direct_.get(); }
  // Registers the routes. They answer 503 until the ledger is open.
  void AddRoutes(HttpServer* server) { routes_.AddTo(server); }
  // Before the port stops, which waits for all answers.
  void EndWaits() { routes_.EndWaits(); }
  // Returns when everything that was handed over is in the ledger and nothing is
  // due, or at `deadline`. What waits for a time or for a receiver that fails is
  // not due.
  void WaitUntilIdle(absl::Time deadline) const;
  // SIGHUP: reads files of subscriptions and secrets again.
  absl::Status Reload();

 private:
  AlertIntake* intake() {
    return direct_ != nullptr ? static_cast<AlertIntake*>(direct_.get())
                              : topic_.get();
  }
  absl::Status Open();
  DeliveryMetrics::Parts MetricParts();
  void Run();
  void Care(absl::Time now);
  void SayWhatWaits() const;
  // Takes over what was made and revoked, and writes what was used.
  void ReadTokens(absl::Time now);
  absl::Time CountWaiting(absl::Time now);
  // False once the role is to stop.
  bool SleepUnlessStopping(absl::Duration duration);
  void SetProblem(const absl::Status& status);

  const Parts parts_;
  LiveReceivers receivers_;
  std::atomic<DeliveryApi*> api_ = nullptr;  // Null until the ledger is open.
  DeliveryRoutes routes_;
  std::unique_ptr<DirectIntake> direct_;  // Null with a topic.
  std::unique_ptr<TopicIntake> topic_;    // Null without one.
  std::unique_ptr<Couriers> couriers_;
  std::unique_ptr<LedgerStore> store_;
  std::unique_ptr<DeliveryApi> owned_api_;
  std::unique_ptr<ComponentList> components_;
  // Owned by components_; there while is_open_.
  LiveSubscriptions* subscriptions_ = nullptr;
  Sending* sending_ = nullptr;
  Accepting* accepting_ = nullptr;
  std::atomic<bool> is_open_ = false;
  absl::Time next_uses_ = absl::InfinitePast();  // Of tokens, to be written.
  std::unique_ptr<DeliveryMetrics> metrics_;

  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::string problem_ ABSL_GUARDED_BY(mutex_);
  std::vector<WaitingCount> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace presshawk
