// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/config/config_section.h"
#include "core/config/topic_uses.h"
#include "core/delivery/receiver.h"

namespace presshawk {

// receivers: by name, in the order of the file. Slack, Teams and email are
// read and judged, and are then an error, because nothing sends to them yet.
void ReadReceivers(ConfigSection* file, TopicUses* topics,
                   std::vector<ReceiverOptions>* receivers);
void DumpReceivers(const std::vector<ReceiverOptions>& receivers,
                   std::string* dump);

}  // namespace presshawk
