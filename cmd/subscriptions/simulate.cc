// SPDX-License-Identifier: Apache-2.0
// `presshawk subscriptions simulate`: who would have been told what, and when
// (SPEC SUB-9).
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cmd/article_feed.h"
#include "cmd/delivery/incoming_alert.h"
#include "cmd/delivery/ledger_opening.h"
#include "cmd/delivery/subscription_set.h"
#include "cmd/exit_code.h"
#include "cmd/progress_bar.h"
#include "cmd/subscriptions/actions.h"
#include "cmd/subscriptions/command_input.h"
#include "cmd/time_argument.h"
#include "core/base/json_writer.h"
#include "core/base/str_cat.h"
#include "core/config/quantities.h"
#include "core/delivery/envelope.h"
#include "core/delivery/simulation.h"
#include "ingest/json/alert_reader.h"

namespace presshawk {
namespace {

constexpr uint32_t kPage = 1000;

void Print(const SimulatedDelivery& delivery) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject()
      .Member("at", EnvelopeTime(delivery.at))
      .Member("subscription", delivery.subscription)
      .Member("receiver", delivery.receiver)
      .Member("type", delivery.type)
      .Key("slot");
  if (delivery.slot.empty()) {
    json.Null();
  } else {
    json.Value(delivery.slot);
  }
  json.Key("alerts").BeginArray();
  for (const std::string& alert : delivery.alerts) {
    json.Value(alert);
  }
  json.EndArray()
      .Member("state", "delivered")
      .Member("why", delivery.why)
      .EndObject();
  std::puts(line.c_str());
}

// Gives alerts to a simulation, each at the time at which it was detected.
class Player {
 public:
  Player(const SubscriptionSet& set, Simulation* simulation)
      : set_(set), simulation_(*simulation) {}

  // `story` is what the ledger has; empty where nothing is known.
  void Play(const Alert& alert, std::string json, const std::string& story) {
    IncomingAlert incoming = IncomingOf(alert, std::move(json));
    incoming.record.story = story;
    incoming.story.id = story;
    latest_ = std::max(latest_, incoming.record.detected_at);
    simulation_.Accept(incoming, set_.Match(alert, latest_), latest_);
    ++alerts_;
  }

  size_t alerts() const { return alerts_; }
  absl::Time latest() const { return latest_; }

 private:
  const SubscriptionSet& set_;
  Simulation& simulation_;
  size_t alerts_ = 0;
  absl::Time latest_ = absl::InfinitePast();
};

absl::Status PlayFile(const std::string& file, Player* player) {
  const std::vector<std::string> files = {file};
  ProgressBar progress(files);
  FileFeed feed(files, &progress);
  LineBatch batch;
  ArticleFeed::Ticket ticket;
  while (feed.Next(&batch, &ticket)) {
    for (const Line& line : batch.lines) {
      const absl::StatusOr<Alert> alert = ReadAlert(line.text);
      if (!alert.ok()) {
        return absl::InvalidArgumentError(StrCat(
            file, ":", line.number,
            ": this is no alert: ", std::string(alert.status().message())));
      }
      player->Play(*alert, std::string(line.text), /*story=*/"");
    }
  }
  progress.Clear();
  return feed.status();
}

// The alerts of the ledger that were accepted at `since` or later.
absl::Status PlayLedger(const StoreOptions& options, absl::Time since,
                        absl::Time now, Player* player) {
  if (options.kind == StoreOptions::Kind::kSqlite &&
      !std::filesystem::exists(options.path)) {
    return absl::NotFoundError(StrCat("there is no ledger at ", options.path));
  }
  auto store = OpenLedger(options, now);
  if (!store.ok()) {
    return store.status();
  }
  // Pages are the last first: ids are remembered, and texts read again.
  std::vector<std::string> ids;
  AlertFilter filter;
  filter.limit = kPage;
  do {
    const auto page = (*store)->Alerts(filter);
    if (!page.ok()) {
      return page.status();
    }
    filter.after = page->next;
    for (const AlertRecord& record : page->rows) {
      if (record.accepted_at < since) {
        filter.after.clear();
        break;
      }
      ids.push_back(record.id);
    }
  } while (!filter.after.empty());
  std::reverse(ids.begin(), ids.end());
  for (const std::string& id : ids) {
    const auto record = (*store)->FindAlert(id);
    if (!record.ok()) {
      return record.status();
    }
    if (!record->has_value()) {
      continue;
    }
    // One that was forgotten or could not be read has no text.
    const absl::StatusOr<Alert> alert = ReadAlert((*record)->json);
    if (alert.ok()) {
      player->Play(*alert, (*record)->json, (*record)->story);
    }
  }
  return absl::OkStatus();
}

}  // namespace

int SimulateSubscriptions(const SubscriptionArguments& arguments) {
  int exit_code = kExitGood;
  std::optional<CommandInput> input = LoadInput(arguments, &exit_code);
  if (!input.has_value()) {
    return exit_code;
  }
  if (arguments.from.empty() == arguments.last.empty()) {
    return UsageError("write --from FILE, or --last 7d for the ledger");
  }
  const absl::StatusOr<absl::Time> until =
      ParseTimeArgument(arguments.until, absl::InfinitePast());
  if (!until.ok()) {
    return UsageError(
        StrCat("--until: ", std::string(until.status().message())));
  }
  auto set = SubscriptionSet::Make(std::move(input->list.subscriptions), {});
  if (!set.ok()) {
    return GiveUp(set.status());
  }
  size_t deliveries = 0;
  Simulation simulation((*set)->all(), input->options.receivers,
                        [&](const SimulatedDelivery& delivery) {
                          ++deliveries;
                          Print(delivery);
                        });
  Player player(**set, &simulation);
  absl::Status status;
  if (!arguments.from.empty()) {
    status = PlayFile(arguments.from, &player);
  } else {
    const auto last = ParseConfigDuration(arguments.last);
    if (!last.has_value()) {
      return UsageError(StrCat("--last: `", arguments.last,
                               "` is no duration: write 7d or 12h"));
    }
    status = PlayLedger(*input->options.store, input->now - *last, input->now,
                        &player);
  }
  if (!status.ok()) {
    return GiveUp(status);
  }
  if (const absl::Time end = std::max(*until, player.latest());
      end != absl::InfinitePast()) {
    simulation.RunUntil(end);
  }
  std::fprintf(stderr, "%zu deliveries of %zu alerts\n", deliveries,
               player.alerts());
  return kExitGood;
}

}  // namespace presshawk
