// Where alerts and dead letters go: the sinks of the configuration, and the one
// Kafka producer that they share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cmd/service/delivery_metrics.h"
#include "cmd/service/file_metrics.h"
#include "core/config/options.h"
#include "core/matching/sinks.h"
#include "core/metrics/metrics_registry.h"
#include "ingest/file/file_alert_sink.h"
#include "ingest/file/file_dead_letter_sink.h"
#include "ingest/kafka/client_config.h"
#include "ingest/kafka/kafka_events.h"
#include "ingest/kafka/kafka_producer.h"

namespace presshawk {

class Outputs {
 public:
  // `extra_sink` may be null. What is given must outlive the outputs.
  static absl::StatusOr<std::unique_ptr<Outputs>> Open(
      const Options& options, const KafkaClientOptions& client_options,
      KafkaEvents* events, AlertSink* extra_sink, MetricsRegistry* metrics);
  ~Outputs();

  const std::vector<AlertSink*>& sinks() const { return sinks_; }
  DeadLetterSink* dead_letters() const { return dead_letters_.get(); }
  // Null without Kafka.
  KafkaProducer* producer() const { return producer_.get(); }
  // Records handed to Kafka and not acknowledged; 0 without Kafka.
  size_t unacknowledged() const;
  // Looks soon whether the paths of the file sinks still name their files:
  // after a rotation.
  void LookAtFiles();
  // Appends why a sink cannot deliver at the moment.
  void AppendProblems(std::vector<std::string>* problems) const;
  // Returns when everything was acknowledged, or at `deadline`.
  void Flush(absl::Time deadline);

 private:
  explicit Outputs(MetricsRegistry* metrics)
      : metrics_(metrics), file_metrics_(metrics) {}
  absl::Status AddSink(const SinkOptions& sink, const Options& options);
  absl::Status OpenDeadLetters(const SinkOptions& sink);

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
