// SPDX-License-Identifier: Apache-2.0
// Alerts as NDJSON at the end of a file. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/matching/sinks.h"
#include "ingest/file/line_writer.h"

namespace presshawk {

class FileAlertSink : public AlertSink {
 public:
  // Told of each alert that is durable, and how long after Deliver() that was.
  using DeliveryObserver = std::function<void(bool delivered, absl::Duration)>;

  static absl::StatusOr<std::unique_ptr<FileAlertSink>> Open(
      const std::string& path, DeliveryObserver observer = nullptr,
      FileChangeObserver file_observer = nullptr);

  std::string_view name() const override { return "file"; }
  bool Deliver(const AlertBatch& batch, WhileBlocked while_blocked) override;
  absl::Status Health() const override { return writer_->health(); }
  void Flush(absl::Time deadline) override { writer_->Flush(deadline); }
  size_t pending() const { return writer_->pending(); }
  void LookNow() { writer_->LookNow(); }

 private:
  FileAlertSink(std::unique_ptr<LineWriter> writer, DeliveryObserver observer)
      : observer_(std::move(observer)), writer_(std::move(writer)) {}

  const DeliveryObserver observer_;
  const std::unique_ptr<LineWriter> writer_;
};

}  // namespace presshawk
