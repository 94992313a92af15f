// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/readiness_log.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/app/log_text.h"
#include "cmd/app/logging.h"
#include "core/base/deadline.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr absl::Duration kInterval = absl::Milliseconds(250);
// A look that comes so much too late was kept from it by the whole process.
constexpr absl::Duration kGap = absl::Seconds(5);

bool Contains(std::string_view text, std::string_view piece) {
  return text.find(piece) != std::string_view::npos;
}

// What every start and every rebalance has for a moment.
bool IsProgress(std::string_view reason) {
  return reason == "starting" || Contains(reason, "waits for its partitions") ||
         Contains(reason, "not loaded yet") || reason.ends_with("so far");
}

std::string_view WhatOf(std::string_view reason) {
  return reason.substr(0, reason.find(" since "));
}

std::string KeyOf(std::string_view reason) {
  std::string_view what = WhatOf(reason);
  if (what.starts_with("worker")) {
    what.remove_prefix(std::min(what.find(": ") + 1, what.size()));
  }
  return MessageKey(what);
}

}  // namespace

std::vector<std::string> ToldOnce(const std::vector<std::string>& reasons) {
  std::vector<std::string> told;
  for (size_t i = 0; i < reasons.size(); ++i) {
    const std::string_view what = WhatOf(reasons[i]);
    bool is_within = false;
    for (size_t j = 0; j < reasons.size() && !is_within; ++j) {
      // Of two with the same words the first one is told.
      is_within = j != i && Contains(reasons[j], what) &&
                  (WhatOf(reasons[j]) != what || j < i);
    }
    if (!is_within) {
      told.push_back(reasons[i]);
    }
  }
  return told;
}

std::vector<ReasonHistory::Change> ReasonHistory::Update(
    const std::vector<std::string>& reasons, absl::Time now) {
  std::vector<Change> changes;
  std::vector<std::string> keys;
  for (const std::string& reason : reasons) {
    keys.push_back(KeyOf(reason));
    const auto known = std::find_if(
        entries_.begin(), entries_.end(),
        [&](const Entry& entry) { return entry.key == keys.back(); });
    if (known == entries_.end()) {
      entries_.push_back({.key = keys.back(), .reason = reason, .begin = now});
    } else if (!known->told) {
      known->reason = reason;
    }
  }
  std::erase_if(entries_, [&](const Entry& entry) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) {
      return false;
    }
    if (entry.told) {
      changes.push_back({.is_begin = false,
                         .reason = entry.reason,
                         .lasted = now - entry.begin});
    }
    return true;
  });
  for (Entry& entry : entries_) {
    const absl::Duration patience =
        IsProgress(entry.reason) ? kProgressPatience : kPatience;
    if (!entry.told && entry.reason != "stopping" &&
        now - entry.begin >= patience) {
      entry.told = true;
      changes.push_back({.reason = entry.reason, .lasted = {}});
    }
  }
  return changes;
}

ReadinessLog::~ReadinessLog() { Stop(absl::InfinitePast()); }

absl::Status ReadinessLog::Start() {
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void ReadinessLog::Stop(absl::Time /*deadline*/) {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void ReadinessLog::Run() {
  absl::Time last = absl::Now();
  while (true) {
    {
      MutexLock lock(&mutex_);
      const Deadline next = Deadline::After(kInterval);
      while (!stop_ && lock.WaitUntil(&stopped_, next)) {
      }
      if (stop_) {
        return;
      }
    }
    const absl::Time now = absl::Now();
    if (now - last >= kGap) {
      LogEach(spdlog::level::warn, "",
              StrCat("this process did not run for ",
                     absl::ToInt64Seconds(now - last),
                     " s: it was stopped (SIGSTOP, a debugger), or its machine "
                     "was, or the clock was set"));
    }
    last = now;
    Look(now);
  }
}

void ReadinessLog::Look(absl::Time now) {
  const std::vector<std::string> reasons = reasons_();
  for (const ReasonHistory::Change& change : history_.Update(reasons, now)) {
    const std::string begin = StrCat("not ready: ", change.reason);
    if (change.is_begin) {
      LogEach(spdlog::level::warn, "", begin);
      continue;
    }
    ResolveLogLine(begin, now);
    LogEach(spdlog::level::info, "",
            StrCat("over after ", absl::ToInt64Seconds(change.lasted),
                   " s: ", change.reason));
  }
  if (reasons.empty() && !was_ready_) {
    spdlog::info("ready");
  }
  was_ready_ = reasons.empty();
}

}  // namespace presshawk
