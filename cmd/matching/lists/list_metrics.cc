// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/list_metrics.h"

#include <algorithm>
#include <array>

#include "absl/time/clock.h"
#include "cmd/matching/lists/list_rates.h"

namespace presshawk {
namespace {

constexpr MetricName kLists = {
    "presshawk_watchlists",
    "Watch-lists: as defined (active), on their last good condition (stale), "
    "left out (rejected)."};
constexpr MetricName kReloads = {
    "presshawk_reloads_total", "Loads of the watch-lists, the first included."};
constexpr MetricName kReloadSeconds = {
    "presshawk_reload_seconds", "Time to read and compile the watch-lists."};
constexpr MetricName kGenerationAge = {
    "presshawk_generation_age_seconds",
    "Since the running generation became active."};

constexpr MetricName kListAlerts = {
    "presshawk_list_alerts_per_minute",
    "Alerts of a watch-list in the last minute, of the ten with the most."};
constexpr MetricName kSilentLists = {
    "presshawk_watchlists_silent",
    "Watch-lists that gave alerts again and again and then none for long."};

constexpr std::array<double, 16> kReloadBounds = {
    1e-3, 5e-3, 10e-3, 50e-3, 0.1, 0.25, 0.5, 1,
    2.5,  5,    10,    30,    60,  120,  300, 600};

}  // namespace

void WriteListRateMetrics(const ListRates& rates, MetricWriter* writer) {
  writer->DeclareGauge(kListAlerts);
  for (const ListRates::Rate& rate : rates.noisiest()) {
    writer->Gauge(kListAlerts, rate.alerts_per_minute,
                  {{"watchlist", rate.id}});
  }
  writer->Gauge(kSilentLists, rates.silent().count);
}

ListMetrics::ListMetrics(MetricsRegistry* registry)
    : reload_seconds_(kReloadBounds) {
  registration_ =
      registry->Register([this](MetricWriter* writer) { Write(writer); });
}

void ListMetrics::ObserveReload(bool success, absl::Duration took) {
  (success ? reload_successes_ : reload_failures_)
      .fetch_add(1, std::memory_order_relaxed);
  reload_seconds_.Observe(std::max(0.0, absl::ToDoubleSeconds(took)));
}

void ListMetrics::SetLists(size_t active, size_t stale, size_t rejected) {
  active_ = active;
  stale_ = stale;
  rejected_ = rejected;
}

void ListMetrics::SetGenerationTime(absl::Time active_since) {
  generation_unix_micros_ = absl::ToUnixMicros(active_since);
}

void ListMetrics::Write(MetricWriter* writer) const {
  writer->Gauge(kLists, active_.load(), {{"state", "active"}});
  writer->Gauge(kLists, stale_.load(), {{"state", "stale"}});
  writer->Gauge(kLists, rejected_.load(), {{"state", "rejected"}});
  writer->Counter(kReloads, reload_successes_.load(), {{"result", "success"}});
  writer->Counter(kReloads, reload_failures_.load(), {{"result", "failure"}});
  writer->Histogram(kReloadSeconds, reload_seconds_.snapshot());
  if (const int64_t since = generation_unix_micros_; since != 0) {
    writer->Gauge(
        kGenerationAge,
        absl::ToDoubleSeconds(absl::Now() - absl::FromUnixMicros(since)));
  }
}

}  // namespace presshawk
