// SPDX-License-Identifier: Apache-2.0
// Prints slots and quiet hours for schedule_calendar.py. One question a line:
//
//   at ZONE DAYS 480,1050 FROM UNTIL      slots in (FROM, UNTIL], in seconds
//   every ZONE DAYS 60 FROM UNTIL
//   quiet ZONE DAYS 1320 420 TIME,TIME…   the end of the quiet hours, or 0
//
// An answer is one line for each slot, `SECONDS|NAME|NAME…`, or time, and ends
// with an empty line.
#include <iostream>
#include <sstream>
#include <string>

#include "absl/strings/str_split.h"
#include "core/delivery/schedule.h"

namespace presshawk {
namespace {

void PrintSlots(const Schedule& schedule, absl::Time from, absl::Time until) {
  for (Slot slot = schedule.Next(from); slot.at <= until;
       slot = schedule.Next(slot.at)) {
    std::cout << absl::ToUnixSeconds(slot.at) << '|' << slot.name;
    for (const std::string& other : slot.stands_for) {
      std::cout << '|' << other;
    }
    std::cout << '\n';
  }
}

int Run() {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string kind;
    std::string zone;
    int days = 0;
    words >> kind >> zone >> days;
    if (kind == "quiet") {
      QuietHours hours = {
          .days = static_cast<DaySet>(days), .zone = zone, .except_labels = {}};
      std::string times;
      words >> hours.from >> hours.to >> times;
      const auto clock = QuietClock::Create(hours);
      for (const auto& time : absl::StrSplit(times, ',')) {
        const auto until = clock->QuietUntil(
            absl::FromUnixSeconds(std::stoll(std::string(time))));
        std::cout << (until.has_value() ? absl::ToUnixSeconds(*until) : 0)
                  << '\n';
      }
    } else {
      DigestSchedule digest;
      digest.days = static_cast<DaySet>(days);
      digest.zone = zone;
      std::string times;
      int64_t from = 0;
      int64_t until = 0;
      words >> times >> from >> until;
      if (kind == "every") {
        digest.every = absl::Minutes(std::stoi(times));
      } else {
        for (const auto& time : absl::StrSplit(times, ',')) {
          digest.at.push_back(
              static_cast<uint32_t>(std::stoul(std::string(time))));
        }
      }
      PrintSlots(*Schedule::Create(digest), absl::FromUnixSeconds(from),
                 absl::FromUnixSeconds(until));
    }
    std::cout << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace presshawk

int main() { return presshawk::Run(); }
