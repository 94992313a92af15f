// SPDX-License-Identifier: Apache-2.0
#include "core/http/event_feed.h"

#include <charconv>
#include <utility>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kReadBytes = 64 << 10;

}  // namespace

EventFeed::EventFeed(size_t bytes_max)
    : bytes_max_(bytes_max), epoch_(StrCat(absl::GetCurrentTimeNanos())) {}

std::string EventFeed::EventText(uint64_t at, std::string_view type,
                                 std::string_view data) const {
  return StrCat("id: ", epoch_, "-", at, "\nevent: ", type, "\ndata: ", data,
                "\n\n");
}

void EventFeed::Publish(std::string_view type, std::string_view data) {
  {
    MutexLock lock(&mutex_);
    ++newest_;
    ring_.push_back(
        std::make_shared<const std::string>(EventText(newest_, type, data)));
    bytes_ += ring_.back()->size();
    while (bytes_ > bytes_max_ && ring_.size() > 1) {
      bytes_ -= ring_.front()->size();
      ring_.pop_front();
    }
  }
  MutexLock lock(&followers_mutex_);
  for (const auto& [follower, published] : followers_) {
    published();
  }
}

uint64_t EventFeed::newest() const {
  MutexLock lock(&mutex_);
  return newest_;
}

std::optional<uint64_t> EventFeed::Resume(
    std::string_view last_event_id) const {
  if (!last_event_id.starts_with(StrCat(epoch_, "-"))) {
    return std::nullopt;
  }
  last_event_id.remove_prefix(epoch_.size() + 1);
  uint64_t at = 0;
  const char* const text_end = last_event_id.data() + last_event_id.size();
  const auto [end, error] = std::from_chars(last_event_id.data(), text_end, at);
  MutexLock lock(&mutex_);
  const bool is_there = error == std::errc() && end == text_end &&
                        at <= newest_ && newest_ - at <= ring_.size();
  return is_there ? std::optional<uint64_t>(at) : std::nullopt;
}

bool EventFeed::Read(uint64_t* at, Events* events) const {
  MutexLock lock(&mutex_);
  if (newest_ - *at > ring_.size()) {
    return false;
  }
  size_t bytes = 0;
  while (*at < newest_ && bytes < kReadBytes) {
    events->push_back(ring_[ring_.size() - (newest_ - *at)]);
    bytes += events->back()->size();
    ++*at;
  }
  return true;
}

void EventFeed::Follow(const void* follower, std::function<void()> published) {
  MutexLock lock(&followers_mutex_);
  followers_[follower] = std::move(published);
}

void EventFeed::Ignore(const void* follower) {
  MutexLock lock(&followers_mutex_);
  followers_.erase(follower);
}

}  // namespace presshawk
