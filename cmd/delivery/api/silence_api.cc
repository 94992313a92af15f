// SPDX-License-Identifier: Apache-2.0
// The part of DeliveryApi that is about silences.
#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "cmd/delivery/api/answers.h"
#include "cmd/delivery/api/delivery_api.h"
#include "cmd/delivery/api/delivery_json.h"
#include "core/base/json_writer.h"
#include "core/base/random_hex.h"
#include "core/base/str_cat.h"
#include "ingest/json/alert_reader.h"

namespace presshawk {
namespace {

constexpr absl::Duration kPreview = absl::Hours(24 * 7);
constexpr absl::Duration kSilenceMax = absl::Hours(24 * 90);
constexpr size_t kSilenceIdBytes = 8;

}  // namespace

JsonAnswer DeliveryApi::Silences(const Parameters& parameters) const {
  if (MaybeProblem problem = NoParameters(parameters)) {
    return *std::move(problem);
  }
  auto silences = parts_.store->Silences();
  if (!silences.ok()) {
    return OfStore(silences.status());
  }
  return PageJson("silences",
                  Page<SilenceRecord>{.rows = *std::move(silences), .next = ""},
                  WriteSilence);
}

absl::StatusOr<uint64_t> DeliveryApi::WouldHide(
    const SilenceRecord& silence) const {
  const auto set = SubscriptionSet::Make({}, {silence});
  if (!set.ok()) {
    return set.status();
  }
  const absl::Time since = parts_.now() - kPreview;
  uint64_t hidden = 0;
  AlertFilter filter;
  filter.limit = kLimitMax;
  do {
    const auto page = parts_.store->Alerts(filter);
    if (!page.ok()) {
      return page.status();
    }
    for (const AlertRecord& record : page->rows) {
      if (record.accepted_at < since) {
        return hidden;
      }
      const absl::StatusOr<Alert> alert = ReadAlert(record.json);
      hidden += alert.ok() && (*set)->IsSilenced(*alert) ? 1 : 0;
    }
    filter.after = page->next;
  } while (!filter.after.empty());
  return hidden;
}

JsonAnswer DeliveryApi::AddSilence(const std::string& body) {
  const auto request = nlohmann::json::parse(body, nullptr,
                                             /*allow_exceptions=*/false);
  const auto bad = [](std::string what, std::string fix) {
    return Problem{400, std::move(what), "body", std::move(fix)};
  };
  if (!request.is_object() || !request.contains("match")) {
    return bad("there is no `match`",
               R"(write {"match":{"watchlists":["…"]},"ends_at":TIME,)"
               R"("author":…,"comment":…})");
  }
  SilenceRecord silence;
  bool dry_run = false;
  const absl::Time now = parts_.now();
  for (const auto& [name, value] : request.items()) {
    if (name == "match" && value.is_object()) {
      silence.matchers = value.dump();
    } else if (name == "dry_run" && value.is_boolean()) {
      dry_run = value.get<bool>();
    } else if (name == "ends_at" && value.is_string()) {
      std::optional<absl::Time> time;
      if (MaybeProblem problem =
              ReadTime(name, value.get<std::string>(), &time)) {
        problem->where = "body";
        return *std::move(problem);
      }
      silence.ends_at = *time;
    } else if (name == "author" && value.is_string()) {
      silence.author = value.get<std::string>();
    } else if (name == "comment" && value.is_string()) {
      silence.comment = value.get<std::string>();
    } else if (name == "tell" && value.is_string()) {
      silence.tell = value.get<std::string>();
    } else {
      return bad(StrCat("`", name, "` is not understood"),
                 "use match, ends_at, author, comment, tell and dry_run");
    }
  }
  if (std::string mistake = SubscriptionSet::JudgeMatch(silence.matchers);
      !mistake.empty()) {
    return bad(std::move(mistake), "write `match` as a subscription has it");
  }
  if (!dry_run && (silence.author.empty() || silence.ends_at <= now ||
                   silence.ends_at > now + kSilenceMax)) {
    return bad("a silence needs an author and an end within 90 days",
               "set `author`, and `ends_at` as 2026-01-02T03:04:05Z");
  }
  const absl::StatusOr<uint64_t> hidden = WouldHide(silence);
  if (!hidden.ok()) {
    return OfStore(hidden.status());
  }
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject().Member("would_have_hidden", *hidden).Key("silence");
  if (dry_run) {
    writer.Null();
  } else {
    silence.id = RandomHex(kSilenceIdBytes);
    silence.starts_at = now;
    if (absl::Status status = parts_.store->PutSilence(silence); !status.ok()) {
      return OfStore(status);
    }
    WriteSilence(silence, &writer);
  }
  writer.EndObject();
  return json + "\n";
}

JsonAnswer DeliveryApi::ActOnSilence(const std::string& id,
                                     const std::string& verb) {
  const auto silences = parts_.store->Silences();
  if (!silences.ok()) {
    return OfStore(silences.status());
  }
  if (verb != "end") {
    return Problem{404, "a silence can only be ended", "path",
                   "POST /api/v1/silences/ID:end"};
  }
  for (SilenceRecord silence : *silences) {
    if (silence.id != id) {
      continue;
    }
    silence.ends_at = std::min(silence.ends_at, parts_.now());
    if (absl::Status status = parts_.store->PutSilence(silence); !status.ok()) {
      return OfStore(status);
    }
    std::string json;
    JsonWriter writer(&json);
    WriteSilence(silence, &writer);
    return json + "\n";
  }
  return Missing("silence", id, "/api/v1/silences");
}

}  // namespace presshawk
