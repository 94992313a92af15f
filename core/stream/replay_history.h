// SPDX-License-Identifier: Apache-2.0
// What a record that `presshawk deadletter replay` wrote says of its past, in
// headers. When it dies again its dead letter keeps them, and the next replay
// extends them: so nothing is replayed for ever.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace presshawk {

// Name and value, as Kafka headers have them.
using ReplayHistory = std::vector<std::pair<std::string, std::string>>;

// How often it was replayed; 1 for the first time.
inline constexpr const char* kReplaysHeader = "replays";
// Why it died each time, oldest first: "not_json,engine_failure".
inline constexpr const char* kReplayReasonsHeader = "replay-reasons";
// Which dead letter was replayed last, and when.
inline constexpr const char* kReplayOfHeader = "replay-of";
inline constexpr const char* kReplayTimeHeader = "replay-time";

inline constexpr std::array<const char*, 10> kReplayHeaders = {
    kReplaysHeader,
    kReplayReasonsHeader,
    // Where it came from when it died first, and when that was.
    "replay-first-topic",
    "replay-first-partition",
    "replay-first-offset",
    "replay-first-file",
    "replay-first-line",
    "replay-first-time",
    kReplayOfHeader,
    kReplayTimeHeader,
};

// A longer value was not written by presshawk, and is not passed on.
inline constexpr size_t kReplayHeaderBytesMax = 4096;

}  // namespace presshawk
