// SPDX-License-Identifier: Apache-2.0
// Where alerts and dead letters go: the sinks of the configuration, and the one
// Kafka producer that they share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/matching/metrics/delivery_metrics.h"
#include "cmd/matching/metrics/file_metrics.h"
#include "core/config/options.h"
#include "core/matching/sinks.h"
#include "core/metrics/metrics_registry.h"
#include "ingest/file/file_alert_sink.h"
#include "ingest/file/file_dead_letter_sink.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/produce/kafka_producer.h"

namespace presshawk {

class Outputs : public Component {
 public:
  // `extra_sinks` acknowledge beside the configured ones. All must outlive the
  // outputs.
  Outputs(const Options* options, const KafkaClientOptions* client_options,
          KafkaEvents* events, std::vector<AlertSink*> extra_sinks,
          MetricsRegistry* metrics);
  ~Outputs() override;

  // Opens the sinks. Until then there are none.
  absl::Status Start() override;
  // Appends why a sink cannot deliver at the moment.
  void AppendProblems(std::vector<std::string>* problems) const override;
  // Waits until everything was acknowledged, or until `deadline`, and closes
  // the sinks. Nothing resolves a message afterwards.
  void Stop(absl::Time deadline) override;

  const std::vector<AlertSink*>& sinks() const { return sinks_; }
  DeadLetterSink* dead_letters() const { return dead_letters_.get(); }
  // Null without Kafka.
  KafkaProducer* producer() const { return producer_.get(); }
  // Checks soon whether the paths of the file sinks still name their files, as
  // they may not after a rotation.
  void LookAtFiles();

 private:
  absl::Status AddSink(const SinkOptions& sink);
  absl::Status OpenDeadLetters(const SinkOptions& sink);
  void Close();

  const Options& options_;
  const KafkaClientOptions& client_options_;
  KafkaEvents* const events_;
  const std::vector<AlertSink*> extra_sinks_;
  MetricsRegistry* const metrics_;
  // What sinks report to: it goes after them.
  SinkFileMetrics file_metrics_;
  std::vector<std::unique_ptr<SinkMetrics>> sink_metrics_;

  std::vector<std::unique_ptr<AlertSink>> owned_sinks_;
  std::vector<FileAlertSink*> file_sinks_;           // Among them.
  FileDeadLetterSink* file_dead_letters_ = nullptr;  // In dead_letters_.
  std::unique_ptr<DeadLetterSink> dead_letters_;
  std::vector<AlertSink*> sinks_;
  // Goes before the sinks, which its thread calls until then.
  std::unique_ptr<KafkaProducer> producer_;
  // Of what asks producer and sinks: it goes before them.
  std::vector<MetricsRegistry::Registration> outboxes_;
};

}  // namespace presshawk
