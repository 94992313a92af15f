#pragma once

#include <optional>

namespace presshawk {

// Of this process, from /proc. What cannot be read is left out.
struct ProcessStats {
  std::optional<double> cpu_seconds;
  std::optional<double> resident_bytes;
  std::optional<double> start_unix_seconds;
  std::optional<double> open_files;
};
ProcessStats ReadProcessStats();

}  // namespace presshawk
