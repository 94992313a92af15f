// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace presshawk {

// How much of some files is read, on standard error when that is a terminal;
// else nothing. NOT thread-safe but for what its users' locks order:
// SetConsumed by the reader, Show and Clear by the writer.
class ProgressBar {
 public:
  explicit ProgressBar(const std::vector<std::string>& files);

  void SetConsumed(size_t file, uint64_t bytes);
  // At most ten times a second.
  void Show();
  void Clear();

 private:
  bool enabled_ = false;
  bool shown_ = false;
  std::vector<uint64_t> begins_;  // Of each file, in the sum of all.
  uint64_t total_bytes_ = 0;
  std::atomic<uint64_t> consumed_bytes_ = 0;
  absl::Time next_show_;
};

}  // namespace presshawk
