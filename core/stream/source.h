// SPDX-License-Identifier: Apache-2.0
// Where messages come from. ingest/kafka and ingest/file implement it.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/stream/message.h"

namespace presshawk {

// Each worker has a source of its own and is the only thread that calls it.
class Source {
 public:
  virtual ~Source() = default;
  // Waits up to `timeout` for messages and returns null when none came. It also
  // commits what the tracker has released (commit_interval), serves rebalances
  // (a revoke waits up to 5 s for what is in flight) and keeps the group
  // membership alive. Errors that pass by themselves are logged and counted; an
  // error status means that this source cannot go on.
  virtual absl::StatusOr<std::unique_ptr<MessageBatch>> Poll(
      absl::Duration timeout) = 0;
  // Keeps the membership alive while the worker is blocked. Fetches nothing.
  virtual void KeepAlive() = 0;
  // True when no message will ever come again (a file without `follow`).
  virtual bool exhausted() const = 0;
  // Ok once partitions are assigned (Kafka) or files are open; else the reason,
  // which /readyz shows.
  virtual absl::Status Ready() const = 0;
  // Commits what is resolved and leaves the group. What is not resolved counts
  // as abandoned. Poll() must not be called afterwards.
  virtual absl::Status Close() = 0;
};

}  // namespace presshawk
