// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/options.h"
#include "ingest/kafka/client/topic_limits.h"

namespace presshawk {

struct BrokerJudgement {
  // What a service would not start with, or could not work with.
  std::vector<ConfigError> errors;
  // What would break later.
  std::vector<ConfigError> warnings;
};

// `check --connect`: asks the brokers of the configuration `path`, and says
// what their settings mean for it. Changes nothing there.
BrokerJudgement JudgeBrokers(const Options& options, const std::string& path);

// The same of what the brokers said; no I/O.
BrokerJudgement JudgeLimits(const Options& options, const std::string& path,
                            const ClusterLimits& limits);

}  // namespace presshawk
