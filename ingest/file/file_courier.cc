// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/file_courier.h"

#include <utility>
#include <vector>

#include "core/base/str_cat.h"

namespace presshawk {

absl::StatusOr<LineWriter*> FileCourier::WriterOf(const std::string& path) {
  MutexLock lock(&mutex_);
  std::unique_ptr<LineWriter>& writer = writers_[path];
  if (writer == nullptr) {
    absl::StatusOr<std::unique_ptr<LineWriter>> opened = LineWriter::Open(path);
    if (!opened.ok()) {
      return opened.status();
    }
    writer = *std::move(opened);
  }
  return writer.get();
}

void FileCourier::Send(const ReceiverOptions& receiver, AttemptRequest request,
                       Done done) {
  const std::string id = request.delivery;
  if (!attempts_.Begin(id, std::move(done))) {
    return;
  }
  const absl::StatusOr<LineWriter*> writer = WriterOf(receiver.path);
  if (!writer.ok()) {
    attempts_.End(id, {.outcome = AttemptOutcome::kTransient,
                       .why = std::string(writer.status().message())});
    return;
  }
  request.body += '\n';
  const bool is_queued = (*writer)->Write(
      std::move(request.body),
      [this, id] {
        attempts_.End(id, {.outcome = AttemptOutcome::kDelivered});
      },
      [] { return false; });
  if (!is_queued) {
    attempts_.End(
        id, {.outcome = AttemptOutcome::kTransient,
             .why = StrCat(receiver.path, ": too much waits to be written: ",
                           std::string((*writer)->health().message()))});
  }
}

void FileCourier::Stop(absl::Time deadline) {
  std::vector<LineWriter*> writers;
  {
    MutexLock lock(&mutex_);
    for (const auto& [path, writer] : writers_) {
      writers.push_back(writer.get());
    }
  }
  for (LineWriter* const writer : writers) {
    if (writer != nullptr) {
      writer->Flush(deadline);
    }
  }
  attempts_.Stop();
}

}  // namespace presshawk
