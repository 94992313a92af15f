// SPDX-License-Identifier: Apache-2.0
// Topics that a client subscribed to and that may be gone: deleted, or no longer
// for this client to see.
//
//   error of the client ─Suspect()─► Ask() ─► broker ─► answers, until it is there
//
// librdkafka reports a missing topic once, and never that it is back.
// NOT thread-safe.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/handles.h"

namespace presshawk {

class MissingTopics {
 public:
  // How often the broker is asked about each.
  static constexpr absl::Duration kInterval = absl::Seconds(2);
  // A topic is missing when the broker has said so as often in a row: one that
  // is starting, or that has just made the topic, may not know it yet.
  static constexpr int kMissesMin = 2;
  // How long one answer is waited for.
  static constexpr absl::Duration kTimeout = absl::Milliseconds(500);

  // Whether this error of a client may mean that its topic is gone.
  static bool MayBeMissing(int error);

  // It is asked about at the next Ask(), and then until the topic is there.
  void Suspect(std::string topic, absl::Time now);

  struct Answer {
    std::string topic;
    absl::Status status;  // OK: it is there. Else that, and what to do.
  };
  // Asks by `handle` about what is due, and waits for the answers. What is not
  // certain yet is left out.
  std::vector<Answer> Ask(rd_kafka_s* handle, absl::Time now);

 private:
  std::map<std::string, int> misses_;  // By topic, in a row.
  absl::Time next_ = absl::InfiniteFuture();
};

}  // namespace presshawk
