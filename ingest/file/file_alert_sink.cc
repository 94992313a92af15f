// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/file_alert_sink.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"

namespace presshawk {

absl::StatusOr<std::unique_ptr<FileAlertSink>> FileAlertSink::Open(
    const std::string& path, DeliveryObserver observer,
    FileChangeObserver file_observer) {
  absl::StatusOr<std::unique_ptr<LineWriter>> writer =
      LineWriter::Open(path, std::move(file_observer));
  if (!writer.ok()) {
    return writer.status();
  }
  return std::unique_ptr<FileAlertSink>(
      new FileAlertSink(*std::move(writer), std::move(observer)));
}

bool FileAlertSink::Deliver(const AlertBatch& batch,
                            WhileBlocked while_blocked) {
  std::string lines;
  std::vector<uint32_t> messages;
  for (const OutboundAlert& alert : batch.alerts) {
    lines += alert.json;
    lines += '\n';
    messages.push_back(alert.message);
  }
  return writer_->Write(
      std::move(lines),
      [this, origin = batch.origin, messages = std::move(messages),
       handed_over = absl::Now()] {
        const absl::Duration took = absl::Now() - handed_over;
        for (const uint32_t message : messages) {
          if (observer_ != nullptr) {
            observer_(true, took);
          }
          origin->Resolve(message);
        }
      },
      while_blocked);
}

}  // namespace presshawk
