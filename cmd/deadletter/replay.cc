// SPDX-License-Identifier: Apache-2.0
#include "cmd/deadletter/replay.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Why a letter must not be replayed; empty where it may.
std::string Refusal(const DeadLetter& letter, uint64_t replays,
                    const ReplayOptions& options, const ReplayTarget& target) {
  if (!letter.problem.empty()) {
    return letter.problem;
  }
  if (letter.truncated()) {
    return StrCat("truncated: only ", letter.value.size(), " of ",
                  letter.size(),
                  " bytes were kept; produce the whole article from where it "
                  "came from: ",
                  letter.Origin());
  }
  if (!letter.has_value) {
    return "it has no value";
  }
  if (replays >= options.replays_max && !options.force) {
    return StrCat("was replayed ", replays, " times and died each time (",
                  letter.Header(kReplayReasonsHeader),
                  letter.Header(kReplayReasonsHeader).empty() ? "" : ",",
                  letter.reason(),
                  "): correct the cause, then --force or --max-replays");
  }
  return target.Refusal(letter);
}

// Reads the letters of one feed. False where `take` wants no more.
absl::StatusOr<bool> ReadFeed(
    LetterFeed* feed, const LetterFilter& filter,
    const std::function<absl::StatusOr<bool>(const DeadLetter&)>& take,
    bool* found) {
  DeadLetter letter;
  while (true) {
    const absl::StatusOr<bool> more = feed->Next(&letter);
    if (!more.ok()) {
      return more.status();
    }
    if (!*more) {
      return true;
    }
    *found = true;
    if (!filter.Matches(letter)) {
      continue;
    }
    const absl::StatusOr<bool> go_on = take(letter);
    if (!go_on.ok() || !*go_on) {
      return go_on;
    }
  }
}

}  // namespace

absl::Status ReadLetters(
    const LetterPlace& from, const std::vector<std::string>& places,
    const LetterFilter& filter, KafkaEvents* events, LetterEnd* end,
    const std::function<absl::StatusOr<bool>(const DeadLetter&)>& take) {
  std::vector<std::optional<std::string>> feeds(places.begin(), places.end());
  if (feeds.empty()) {
    feeds.emplace_back(std::nullopt);
  }
  for (const std::optional<std::string>& place : feeds) {
    auto feed = LetterFeed::Open(from, place, *end, events);
    if (!feed.ok()) {
      return feed.status();
    }
    bool found = false;
    const absl::StatusOr<bool> go_on =
        ReadFeed(feed->get(), filter, take, &found);
    if (!go_on.ok()) {
      return go_on.status();
    }
    if (place.has_value() && !found) {
      return absl::OutOfRangeError(StrCat("no dead letter ", *place, " in ",
                                          from.Name(),
                                          ": gone by retention, or not written "
                                          "yet"));
    }
    if (!place.has_value()) {
      *end = (*feed)->end();
    }
    if (!*go_on) {
      break;
    }
  }
  return absl::OkStatus();
}

absl::Status Replay(const ReplayOptions& options, ReplayTarget* target,
                    KafkaEvents* events, const ReplayObserver& observer,
                    ReplayReport* report) {
  LetterEnd end;
  absl::Time oldest = absl::InfiniteFuture();
  if (absl::Status status = ReadLetters(
          options.from, options.places, options.filter, events, &end,
          [&](const DeadLetter& letter) -> absl::StatusOr<bool> {
            ++report->selected;
            oldest = std::min(oldest, letter.Time());
            return true;
          });
      !status.ok() || report->selected == 0) {
    return status;
  }
  if (absl::Status status = target->Open(); !status.ok()) {
    return status;
  }
  Replayed replayed;
  if (!options.again) {
    if (absl::Status status = target->FindReplayed(oldest, &replayed);
        !status.ok()) {
      return status;
    }
  }
  using Decision = ReplayReport::Decision;
  const auto take = [&](const DeadLetter& letter) -> absl::StatusOr<bool> {
    const uint64_t replays = replayed.ReplaysOf(letter);
    const std::string refusal = Refusal(letter, replays, options, *target);
    if (!refusal.empty()) {
      ++report->refused;
      observer(letter, Decision::kRefused, refusal, *report);
      return true;
    }
    // Also: one input that died twice because it was delivered twice.
    if (!replayed.ids.insert(letter.Id()).second) {
      ++report->skipped;
      observer(letter, Decision::kSkipped, "was replayed already", *report);
      return true;
    }
    if (!options.dry_run) {
      if (absl::Status status = target->Send(
              letter, HeadersOfReplay(letter, replays, absl::Now()));
          !status.ok()) {
        return status;
      }
    }
    ++report->sent;
    observer(letter, Decision::kSent, target->DestinationOf(letter), *report);
    return report->sent < options.limit;
  };
  return ReadLetters(options.from, options.places, options.filter, events, &end,
                     take);
}

}  // namespace presshawk
