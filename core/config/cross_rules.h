// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/config_section.h"
#include "core/config/options.h"
#include "core/config/topic_uses.h"

namespace presshawk {

// The rules that span several sections, once all of them were read: a topic has
// one use, topics need brokers, dead letters and sinks write different files.
// Gives dead letters their default, which depends on whether there are brokers.
void ApplyCrossRules(ConfigSection* file, const TopicUses& topics,
                     Options* options);

}  // namespace presshawk
