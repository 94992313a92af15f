// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/rows_body.h"

#include <algorithm>
#include <utility>

namespace presshawk {

absl::StatusOr<std::vector<IncomingAlert>> AlertsOfRows(
    const DigestPlan& plan, size_t count,
    absl::FunctionRef<absl::StatusOr<IncomingAlert>(const std::string& alert)>
        recall) {
  std::vector<IncomingAlert> alerts;
  alerts.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    auto alert = recall(plan.rows[i].alert);
    if (!alert.ok()) {
      return alert.status();
    }
    alerts.push_back(*std::move(alert));
  }
  return alerts;
}

RowsBody::RowsBody(DigestFacts facts, EnvelopeFacts envelope,
                   const DigestPlan& plan,
                   absl::Span<const IncomingAlert> shown)
    : facts_(std::move(facts)), envelope_(envelope) {
  for (size_t i = 0; i < std::min(shown.size(), plan.shown); ++i) {
    if (!shown[i].record.json.empty()) {
      rows_.push_back({.row = &plan.rows[i],
                       .story = &shown[i].story,
                       .alert_json = shown[i].record.json});
    }
  }
}

SealedBody RowsBody::Seal(const DigestFacts& facts,
                          absl::Span<const DigestEntry> rows) const {
  const std::string members = DigestMembers(facts, rows);
  EnvelopeFacts envelope = envelope_;
  envelope.extra = members;
  return SealOther(envelope);
}

std::string RowsBody::Shorter(
    const std::function<std::string(std::string_view json)>& shorten,
    std::string_view delivery, uint64_t max_body) const {
  DigestFacts facts = facts_;
  facts.truncated = true;
  std::vector<std::string> shortened;
  shortened.reserve(rows_.size());
  std::vector<DigestEntry> fewer = rows_;
  for (DigestEntry& row : fewer) {
    std::string& alert = shortened.emplace_back(shorten(row.alert_json));
    if (!alert.empty()) {
      row.alert_json = alert;
    }
  }
  std::string body = ComposeBody(Seal(facts, fewer), delivery, "");
  while (body.size() > max_body && !fewer.empty()) {
    fewer.resize(fewer.size() / 2);
    body = ComposeBody(Seal(facts, fewer), delivery, "");
  }
  return body;
}

}  // namespace presshawk
