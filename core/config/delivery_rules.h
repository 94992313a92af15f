// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/config_section.h"
#include "core/config/options.h"

namespace presshawk {

// What spans `store`, `delivery`, `receivers` and the other sections: delivery
// needs a store, its operator is a receiver, a file has one writer, and the
// topic it reads is by default that of the Kafka sink.
void ApplyDeliveryRules(ConfigSection* file, Options* options);

}  // namespace presshawk
