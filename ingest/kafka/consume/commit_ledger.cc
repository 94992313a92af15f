// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/commit_ledger.h"

#include <algorithm>

namespace presshawk {

CommitLedger::State* CommitLedger::Find(std::string_view topic,
                                        int32_t partition) {
  const auto it = partitions_.find(std::pair(topic, partition));
  return it == partitions_.end() ? nullptr : &it->second;
}

void CommitLedger::Add(std::string_view topic, int32_t partition) {
  partitions_.insert_or_assign(Key(topic, partition), State());
}

void CommitLedger::Remove(std::string_view topic, int32_t partition) {
  const auto it = partitions_.find(std::pair(topic, partition));
  if (it != partitions_.end()) {
    partitions_.erase(it);
  }
}

void CommitLedger::Resolve(std::string_view topic, int32_t partition,
                           int64_t offset, absl::Time now) {
  State* const state = Find(topic, partition);
  if (state == nullptr) {
    return;
  }
  const bool was_behind = state->behind();
  state->resolved = offset;
  if (state->behind() && !was_behind) {
    state->behind_since = now;
  }
}

PartitionOffset CommitLedger::Ask(const Key& key, State* state,
                                  absl::Time now) {
  state->asked = state->resolved;
  state->requests.push_back({*state->resolved, now});
  return {
      .topic = key.first, .partition = key.second, .offset = *state->resolved};
}

// A clock that was set back must not hold anything up.
bool CommitLedger::IsLost(const Request& request, absl::Time now) const {
  return now - request.at >= lost_after_ || now < request.at;
}

std::vector<PartitionOffset> CommitLedger::TakeDue(absl::Time now) {
  std::vector<PartitionOffset> due;
  for (auto& [key, state] : partitions_) {
    std::erase_if(state.requests,
                  [&](const Request& request) { return IsLost(request, now); });
    if (state.behind() && (state.requests.empty() ||
                           now - state.requests.back().at >= answer_wait_)) {
      repeats_ += state.asked == state.resolved ? 1 : 0;
      due.push_back(Ask(key, &state, now));
    }
  }
  return due;
}

std::vector<PartitionOffset> CommitLedger::TakeAll(absl::Time now) {
  std::vector<PartitionOffset> all;
  for (auto& [key, state] : partitions_) {
    if (state.resolved.has_value()) {
      all.push_back(Ask(key, &state, now));
    }
  }
  return all;
}

void CommitLedger::Answer(std::string_view topic, int32_t partition,
                          int64_t offset, bool confirmed, absl::Time now) {
  State* const state = Find(topic, partition);
  // Higher than what is resolved: asked for before the partition was added.
  if (state == nullptr || !state->asked.has_value() ||
      offset > *state->resolved) {
    return;
  }
  const auto request =
      std::find_if(state->requests.begin(), state->requests.end(),
                   [&](const Request& one) { return one.offset == offset; });
  if (request != state->requests.end()) {
    state->requests.erase(request);
  }
  if (!confirmed) {
    return;
  }
  const bool was_behind = state->behind();
  const bool is_progress =
      !state->confirmed.has_value() || offset > *state->confirmed;
  state->confirmed = offset;
  if (is_progress || !was_behind) {
    state->behind_since = now;
  }
}

bool CommitLedger::AwaitsAnswers(absl::Time now) const {
  for (const auto& [key, state] : partitions_) {
    for (const Request& request : state.requests) {
      if (!IsLost(request, now)) {
        return true;
      }
    }
  }
  return false;
}

std::optional<CommitLedger::Waiting> CommitLedger::LongestWaiting() const {
  std::optional<Waiting> longest;
  for (const auto& [key, state] : partitions_) {
    if (state.behind() &&
        (!longest.has_value() || state.behind_since < longest->since)) {
      longest = {.topic = key.first,
                 .partition = key.second,
                 .resolved = *state.resolved,
                 .confirmed = state.confirmed.value_or(-1),
                 .since = state.behind_since};
    }
  }
  return longest;
}

size_t CommitLedger::CountWaitingSince(absl::Time time) const {
  size_t count = 0;
  for (const auto& [key, state] : partitions_) {
    count += state.behind() && state.behind_since <= time ? 1 : 0;
  }
  return count;
}

}  // namespace presshawk
