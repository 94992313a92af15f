// SPDX-License-Identifier: Apache-2.0
// Deliveries to files, one line each (SPEC SEND-12). A delivery is delivered
// when its line is on the disk.
#pragma once

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "core/delivery/courier.h"
#include "core/delivery/open_attempts.h"
#include "ingest/file/line_writer.h"

namespace presshawk {

// THREAD SAFETY. All of it. `done` is called on the thread of the file's
// writer, or at once where the file cannot be opened (transient).
class FileCourier : public Courier {
 public:
  // To `receiver.path`, which is opened at its first delivery and stays open.
  void Send(const ReceiverOptions& receiver, AttemptRequest request,
            Done done) override;
  void Stop(absl::Time deadline) override;

 private:
  absl::StatusOr<LineWriter*> WriterOf(const std::string& path)
      ABSL_LOCKS_EXCLUDED(mutex_);

  OpenAttempts attempts_;
  Mutex mutex_;
  // Writers stay until the end. They come last, as they use the attempts.
  absl::flat_hash_map<std::string, std::unique_ptr<LineWriter>> writers_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
