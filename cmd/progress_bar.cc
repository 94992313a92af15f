// SPDX-License-Identifier: Apache-2.0
#include "cmd/progress_bar.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "absl/time/clock.h"

namespace presshawk {
namespace {

constexpr int kWidth = 40;

}  // namespace

ProgressBar::ProgressBar(const std::vector<std::string>& files)
    : enabled_(isatty(STDERR_FILENO) != 0), next_show_(absl::InfinitePast()) {
  for (const std::string& file : files) {
    begins_.push_back(total_bytes_);
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    total_bytes_ += error ? 0 : static_cast<uint64_t>(size);
  }
}

void ProgressBar::SetConsumed(size_t file, uint64_t bytes) {
  consumed_bytes_ = begins_[file] + bytes;
}

void ProgressBar::Show() {
  if (!enabled_ || total_bytes_ == 0) {
    return;
  }
  const absl::Time now = absl::Now();
  if (now < next_show_) {
    return;
  }
  next_show_ = now + absl::Milliseconds(100);
  const double share = std::min(1.0, static_cast<double>(consumed_bytes_) /
                                         static_cast<double>(total_bytes_));
  const int filled = static_cast<int>(share * kWidth);
  const std::string bar =
      std::string(static_cast<size_t>(filled), '#') +
      std::string(static_cast<size_t>(kWidth - filled), '.');
  std::fprintf(stderr, "\r[%s] %3.0f %%", bar.c_str(), share * 100);
  shown_ = true;
}

void ProgressBar::Clear() {
  if (shown_) {
    std::fprintf(stderr, "\r\x1b[K");
    shown_ = false;
  }
}

}  // namespace presshawk
