// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/config/config_section.h"
#include "core/config/topic_uses.h"
#include "core/delivery/delivery_options.h"

namespace presshawk {

// delivery: who is told about alerts. What depends on other sections, such as
// the default of from:, is settled by delivery_rules.cc.
void ReadDelivery(ConfigSection* file, TopicUses* topics,
                  std::optional<DeliveryOptions>* options);
void DumpDelivery(const std::optional<DeliveryOptions>& options,
                  std::string* dump);

}  // namespace presshawk
