// SPDX-License-Identifier: Apache-2.0
// Gives a client its brokers again when it has forgotten them all.
//
// PITFALL 20: a broker that is shutting down may answer with a list of brokers
// that is empty. librdkafka then lets go of every broker that it knows, those of
// bootstrap.servers too. What it does about that can come too early, while the
// old ones are still on their way out, and it never connects again. A client
// that is asked for its brokers by hand in that state connects, and goes on
// where it was.
//
// TIME is an argument. NOT thread-safe: one client's, on its polling thread.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "ingest/kafka/client/handles.h"

namespace presshawk {

class Rebootstrap {
 public:
  // How long a client is given to connect by itself, and at most between two
  // attempts of this; each wait is twice the one before.
  static constexpr absl::Duration kWaitMin = absl::Seconds(5);
  static constexpr absl::Duration kWaitMax = absl::Minutes(10);

  // `servers` as in bootstrap.servers.
  explicit Rebootstrap(std::string servers) : servers_(std::move(servers)) {}

  // The client has a connection, or needs none.
  void Answered() {
    since_.reset();
    wait_ = kWaitMin;
  }
  // The client waits for a broker, as it may well do: brokers that it knows are
  // left alone.
  void NoAnswer(rd_kafka_s* handle, absl::Time now);

 private:
  const std::string servers_;
  std::optional<absl::Time> since_;  // No answer, or the last attempt.
  absl::Duration wait_ = kWaitMin;
};

}  // namespace presshawk
