// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/rebootstrap.h"

#include <algorithm>

#include <librdkafka/rdkafka.h>

namespace presshawk {

void Rebootstrap::NoAnswer(rd_kafka_s* handle, absl::Time now) {
  if (!since_.has_value()) {
    since_ = now;
  }
  if (now - *since_ >= wait_) {
    rd_kafka_brokers_add(handle, servers_.c_str());
    since_ = now;
    wait_ = std::min(wait_ * 2, kWaitMax);
  }
}

}  // namespace presshawk
