// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/process_metrics.h"

#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

namespace presshawk {
namespace {

constexpr MetricName kCpu = {"process_cpu_seconds_total",
                             "User and system time of the process."};
constexpr MetricName kResident = {"process_resident_memory_bytes",
                                  "Memory of the process that is in RAM."};
constexpr MetricName kStart = {"process_start_time_seconds",
                               "Start of the process, Unix time."};
constexpr MetricName kOpenFiles = {"process_open_fds",
                                   "File descriptors that are open."};

struct ProcessStats {
  std::optional<double> cpu_seconds;
  std::optional<double> resident_bytes;
  std::optional<double> start_unix_seconds;
  std::optional<double> open_files;
};

// Not from /proc/stat, which a systemd unit with ProcSubset=pid does not see.
// Once: the two clocks drift, and a start that moves looks like a restart.
double BootUnixSeconds() {
  static const double seconds = [] {
    timespec now = {}, since_boot = {};
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_BOOTTIME, &since_boot);
    return static_cast<double>(now.tv_sec - since_boot.tv_sec) +
           static_cast<double>(now.tv_nsec - since_boot.tv_nsec) * 1e-9;
  }();
  return seconds;
}

ProcessStats ReadProcessStats() {
  ProcessStats stats;
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  // The second field is the program's name in brackets, which may hold blanks;
  // proc(5) numbers the fields from 1.
  if (const size_t bracket = line.rfind(')'); bracket != std::string::npos) {
    std::istringstream fields(line.substr(bracket + 1));
    const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    std::string word;
    for (int field = 3; fields >> word; ++field) {
      const double value = field == 3 ? 0 : std::strtod(word.c_str(), nullptr);
      if (field == 14) {  // utime
        stats.cpu_seconds = value / ticks;
      } else if (field == 15) {  // stime
        *stats.cpu_seconds += value / ticks;
      } else if (field == 22) {  // starttime, since boot
        stats.start_unix_seconds = BootUnixSeconds() + value / ticks;
      } else if (field == 24) {  // rss, in pages
        stats.resident_bytes =
            value * static_cast<double>(sysconf(_SC_PAGESIZE));
      }
    }
  }
  std::error_code error;
  std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (!error) {
    double count = -1;  // The iterator has one open itself.
    for (; files != std::filesystem::directory_iterator();
         files.increment(error)) {
      ++count;
    }
    stats.open_files = count;
  }
  return stats;
}

}  // namespace

void WriteProcessMetrics(MetricWriter* writer) {
  const ProcessStats stats = ReadProcessStats();
  if (stats.cpu_seconds.has_value()) {
    writer->Counter(kCpu, *stats.cpu_seconds);
  }
  const auto gauge = [writer](const MetricName& metric,
                              std::optional<double> value) {
    if (value.has_value()) {
      writer->Gauge(metric, *value);
    }
  };
  gauge(kResident, stats.resident_bytes);
  gauge(kStart, stats.start_unix_seconds);
  gauge(kOpenFiles, stats.open_files);
}

}  // namespace presshawk
