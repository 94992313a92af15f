// SPDX-License-Identifier: Apache-2.0
// Is the librdkafka that the program found the one that it was built for?
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace presshawk {

// An error where the library is older, by its first two numbers, than the
// headers were: functions are missing in it, and the process would die in the
// middle of its work. With librdkafka inside the program it is always good.
absl::Status CheckKafkaLibrary();

// Of versions as RD_KAFKA_VERSION has them (0x020e02ff is 2.14.2), and the file
// that was found.
absl::Status JudgeKafkaLibrary(int built_for, int found, std::string_view path);

}  // namespace presshawk
