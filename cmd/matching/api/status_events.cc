// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/api/status_events.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/json_writer.h"
#include "core/base/str_cat.h"
#include "nlohmann/json.hpp"

namespace presshawk {
namespace {

using nlohmann::json;

// They move with the clock, and a viewer has one of its own.
constexpr std::string_view kClocks[] = {"time", "uptime_seconds",
                                        "generation_age_seconds"};

json Parse(std::string_view text) {
  json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return parsed.is_object() ? parsed : json::object();
}

std::string OnOneLine(std::string text) {
  std::erase(text, '\n');
  return text;
}

std::string ListsJson(const LiveLists::Update& update,
                      std::string_view generation) {
  constexpr size_t kMax = StatusEvents::kListsMax;
  std::string text;
  JsonWriter writer(&text);
  writer.BeginObject().Key("changed").BeginArray();
  for (size_t i = 0; i < std::min(update.changed.size(), kMax); ++i) {
    const ListStatus& list = update.changed[i];
    writer.BeginObject()
        .Member("id", list.id)
        .Member("state", ListStateName(list.state))
        .Member("version", list.version)
        .Member("generation", generation)
        .EndObject();
  }
  writer.EndArray().Key("removed").BeginArray();
  for (size_t i = 0; i < std::min(update.removed.size(), kMax); ++i) {
    writer.Value(update.removed[i]);
  }
  writer.EndArray()
      .Member("more",
              update.changed.size() > kMax || update.removed.size() > kMax)
      .EndObject();
  return text;
}

}  // namespace

std::string StatusDelta(std::string_view before, std::string_view now) {
  const json old_status = Parse(before);
  json delta = Parse(now);
  for (const auto& [key, value] : old_status.items()) {
    const auto same = delta.find(key);
    if (same == delta.end()) {
      delta[key] = nullptr;
    } else if (*same == value) {
      delta.erase(same);
    }
  }
  for (const std::string_view clock : kClocks) {
    delta.erase(std::string(clock));
  }
  return delta.dump();
}

StatusEvents::StatusEvents(Parts parts)
    : parts_(std::move(parts)), thread_([this] { Run(); }) {}

StatusEvents::~StatusEvents() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

HttpResponse StatusEvents::Follow(const HttpRequest& request) const {
  HttpResponse response = {.content_type = "text/event-stream",
                           .body = "",
                           .headers = {{"X-Accel-Buffering", "no"}},
                           .feed = feed_};
  if (const std::optional<uint64_t> at =
          feed_->Resume(request.Header("Last-Event-ID"))) {
    response.feed_after = *at;
    return response;
  }
  // In this order: what happens in between comes twice, and is not lost.
  response.feed_after = feed_->newest();
  response.body = feed_->EventText(response.feed_after, "status",
                                   OnOneLine(parts_.status_json()));
  // After the snapshot: it may show what no tick sees, and the next delta must
  // correct that.
  snapshot_taken_ = true;
  return response;
}

void StatusEvents::OnPublished(const LiveLists::Update& update) {
  const std::string generation = parts_.board->generation();
  if (!update.changed.empty() || !update.removed.empty()) {
    feed_->Publish("lists", ListsJson(update, generation));
  }
  if (update.generation != nullptr) {
    std::string text;
    JsonWriter(&text)
        .BeginObject()
        .Member("generation", generation)
        .EndObject();
    feed_->Publish("generation", text);
  }
}

bool StatusEvents::WaitForTick() {
  const auto until = std::chrono::steady_clock::now() +
                     absl::ToChronoMilliseconds(parts_.interval);
  MutexLock lock(&mutex_);
  while (!stop_ && lock.WaitUntil(&changed_, until)) {
  }
  return !stop_;
}

void StatusEvents::Run() {
  std::string last = "{}";
  while (WaitForTick()) {
    if (feed_->viewers() == 0) {
      continue;
    }
    std::string now = OnOneLine(parts_.status_json());
    if (snapshot_taken_.exchange(false)) {
      last = "{}";  // All members are told.
    }
    if (const std::string delta = StatusDelta(last, now); delta != "{}") {
      feed_->Publish("delta", delta);
    }
    last = std::move(now);
  }
}

}  // namespace presshawk
