// SPDX-License-Identifier: Apache-2.0
// list, show and replay, once their options were read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace presshawk {

// The options of all three, as the command line has them; cmd/deadletter.cc
// says what each means.
struct DeadLetterArguments {
  std::string config;
  std::string file;
  std::vector<std::string> reasons;
  std::string topic;
  int partition = -1;
  std::string offsets;
  std::string since, until;
  std::string key, id;
  uint64_t limit = UINT64_MAX;
  std::vector<std::string> places;
  bool json = false;
  bool raw = false;
  bool hex = false;
  bool replayed = false;  // list: ask the destination.
  bool all = false;       // replay without a filter.
  std::string to, to_file;
  bool dry_run = false;
  uint64_t replays_max = 3;
  bool force = false;
  bool again = false;
  std::string timeout = "30s";
};

// The exit status of the program.
int ListDeadLetters(const DeadLetterArguments& arguments);
int ShowDeadLetters(const DeadLetterArguments& arguments);
int ReplayDeadLetters(const DeadLetterArguments& arguments);

}  // namespace presshawk
