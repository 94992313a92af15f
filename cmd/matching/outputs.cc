// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/outputs.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "core/base/str_cat.h"
#include "ingest/kafka/produce/kafka_alert_sink.h"
#include "ingest/kafka/produce/kafka_dead_letter_sink.h"

namespace presshawk {
namespace {

bool NeedsProducer(const Options& options) {
  bool needed = std::holds_alternative<KafkaSinkOptions>(options.deadletter) ||
                !options.watchlists.status_topic.empty();
  for (const SinkOptions& sink : options.sinks) {
    needed |= std::holds_alternative<KafkaSinkOptions>(sink);
  }
  return needed;
}

std::string GroupOf(const Options& options) {
  const auto* kafka = std::get_if<KafkaSourceOptions>(&options.source);
  return kafka != nullptr ? kafka->group : "presshawk";
}

// A renamed file is as it should be; all else may have cost something.
void OnFileChange(SinkFileMetrics* metrics, const FileChange& change) {
  if (change.kind == FileChange::Kind::kRefused) {
    spdlog::error("file sink: {}", change.text);
    return;
  }
  if (change.kind == FileChange::Kind::kTaken) {
    spdlog::info("file sink: {}", change.text);
    return;
  }
  metrics->CountChange(FileChangeName(change.kind), change.lost_bytes);
  if (change.kind == FileChange::Kind::kRenamed) {
    spdlog::info("file sink: {}", change.text);
  } else if (change.lost_bytes > 0) {
    spdlog::error("file sink: {}", change.text);
  } else {
    spdlog::warn("file sink: {}", change.text);
  }
}

// Counts what it passes on: also the dead letters that other sinks make.
class CountingDeadLetters : public DeadLetterSink {
 public:
  CountingDeadLetters(std::unique_ptr<DeadLetterSink> sink,
                      MetricsRegistry* metrics)
      : metrics_(metrics), sink_(std::move(sink)) {}

  bool Deliver(const std::shared_ptr<InFlightBatch>& origin, uint32_t message,
               RejectReason reason, std::string_view detail,
               WhileBlocked while_blocked) override {
    const bool delivered =
        sink_->Deliver(origin, message, reason, detail, while_blocked);
    if (delivered) {
      metrics_.Count(reason);
    }
    return delivered;
  }
  absl::Status Health() const override { return sink_->Health(); }
  void Flush(absl::Time deadline) override { sink_->Flush(deadline); }

 private:
  DeadLetterMetrics metrics_;
  const std::unique_ptr<DeadLetterSink> sink_;
};

}  // namespace

Outputs::Outputs(const Options* options,
                 const KafkaClientOptions* client_options, KafkaEvents* events,
                 std::vector<AlertSink*> extra_sinks, MetricsRegistry* metrics)
    : options_(*options),
      client_options_(*client_options),
      events_(events),
      extra_sinks_(std::move(extra_sinks)),
      metrics_(metrics),
      file_metrics_(metrics) {}

absl::Status Outputs::Start() {
  if (NeedsProducer(options_)) {
    auto producer = KafkaProducer::Create(client_options_, events_);
    if (!producer.ok()) {
      return producer.status();
    }
    producer_ = *std::move(producer);
    outboxes_.push_back(RegisterOutbox(
        "kafka",
        [producer = producer_.get()] { return producer->unacknowledged(); },
        metrics_));
  }
  for (const SinkOptions& sink : options_.sinks) {
    if (absl::Status status = AddSink(sink); !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = OpenDeadLetters(options_.deadletter);
      !status.ok()) {
    return status;
  }
  for (const auto& sink : owned_sinks_) {
    sinks_.push_back(sink.get());
  }
  sinks_.insert(sinks_.end(), extra_sinks_.begin(), extra_sinks_.end());
  return absl::OkStatus();
}

void Outputs::Stop(absl::Time deadline) {
  for (AlertSink* sink : sinks_) {
    sink->Flush(deadline);
  }
  dead_letters_->Flush(deadline);
  Close();
}

void Outputs::Close() {
  outboxes_.clear();
  producer_.reset();  // Its thread calls the sinks until then.
  sinks_.clear();
  dead_letters_.reset();
  file_dead_letters_ = nullptr;
  file_sinks_.clear();
  owned_sinks_.clear();
}

absl::Status Outputs::AddSink(const SinkOptions& sink) {
  const auto* kafka = std::get_if<KafkaSinkOptions>(&sink);
  SinkMetrics* const counts =
      sink_metrics_
          .emplace_back(std::make_unique<SinkMetrics>(
              kafka != nullptr ? "kafka" : "file", metrics_))
          .get();
  const auto on_answer = [counts](bool delivered, absl::Duration delay) {
    counts->OnAnswer(delivered, delay);
  };
  if (kafka != nullptr) {
    owned_sinks_.push_back(std::make_unique<KafkaAlertSink>(
        producer_.get(), kafka->topic, GroupOf(options_), on_answer));
    return absl::OkStatus();
  }
  auto file =
      FileAlertSink::Open(std::get<FileSinkOptions>(sink).path, on_answer,
                          [this, counts](const FileChange& change) {
                            if (change.kind == FileChange::Kind::kRefused) {
                              counts->OnAnswer(false, absl::ZeroDuration());
                            }
                            OnFileChange(&file_metrics_, change);
                          });
  if (!file.ok()) {
    return file.status();
  }
  outboxes_.push_back(RegisterOutbox(
      "file", [sink = file->get()] { return sink->pending(); }, metrics_));
  file_sinks_.push_back(file->get());
  owned_sinks_.push_back(*std::move(file));
  return absl::OkStatus();
}

absl::Status Outputs::OpenDeadLetters(const SinkOptions& sink) {
  std::unique_ptr<DeadLetterSink> opened;
  if (const auto* kafka = std::get_if<KafkaSinkOptions>(&sink)) {
    opened =
        std::make_unique<KafkaDeadLetterSink>(producer_.get(), kafka->topic);
  } else {
    auto file = FileDeadLetterSink::Open(std::get<FileSinkOptions>(sink).path,
                                         [this](const FileChange& change) {
                                           OnFileChange(&file_metrics_, change);
                                         });
    if (!file.ok()) {
      return file.status();
    }
    file_dead_letters_ = file->get();
    opened = *std::move(file);
  }
  dead_letters_ =
      std::make_unique<CountingDeadLetters>(std::move(opened), metrics_);
  return absl::OkStatus();
}

void Outputs::LookAtFiles() {
  for (FileAlertSink* sink : file_sinks_) {
    sink->LookNow();
  }
  if (file_dead_letters_ != nullptr) {
    file_dead_letters_->LookNow();
  }
}

Outputs::~Outputs() { Close(); }

void Outputs::AppendProblems(std::vector<std::string>* problems) const {
  for (const AlertSink* sink : sinks_) {
    if (const absl::Status health = sink->Health(); !health.ok()) {
      problems->push_back(StrCat("alerts to ", sink->name(), ": ",
                                 std::string(health.message())));
    }
  }
  if (dead_letters_ == nullptr) {
    return;
  }
  if (const absl::Status health = dead_letters_->Health(); !health.ok()) {
    problems->push_back(
        StrCat("dead letters: ", std::string(health.message())));
  }
}

}  // namespace presshawk
