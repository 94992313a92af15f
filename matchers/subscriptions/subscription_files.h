// SPDX-License-Identifier: Apache-2.0
// Subscriptions as people and programs write them (SPEC SUB-1): YAML, NDJSON,
// and records of a topic.
//
//   SubscriptionList list;
//   absl::Status status = LoadSubscriptions({"subscriptions/*.yaml"},
//                                           "Europe/Berlin", &list);
//   for (const Diagnostic& d : list.diagnostics) Print(FormatText(d));
//
// A bad subscription is left out and takes no other down.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/delivery/subscription.h"
#include "matchers/diagnostic.h"

namespace presshawk {

struct SubscriptionList {
  // The good ones, in the order of files.
  std::vector<Subscription> subscriptions;
  // The ids of bad ones, as far as they could be read: they keep their last
  // good condition.
  std::vector<std::string> rejected;
  // Errors of the bad ones and warnings, in the order of files. `watchlist` is
  // the id of the subscription; empty if it is not known.
  std::vector<Diagnostic> diagnostics;
};

// Appends the subscriptions of one file to *list. `file` names it in messages,
// and its suffix tells the format: `.ndjson` is one JSON object per line, all
// else is YAML with `subscriptions:`. `zone` is for schedules that name none.
void ParseSubscriptions(std::string_view file, std::string_view content,
                        const std::string& zone, SubscriptionList* list);

// The same for one JSON object: a record of the topic, or one line.
void ParseSubscriptionJson(std::string_view file, uint32_t line,
                           std::string_view json, const std::string& zone,
                           SubscriptionList* list);

// Reads files, folders and glob patterns in their order, as those of
// watch-lists (SPEC LIST-8). An id that occurs twice is an error of the later
// one. Returns an error only for a path that is named and cannot be read, and
// for a pattern that matches nothing.
absl::Status LoadSubscriptions(const std::vector<std::string>& patterns,
                               const std::string& zone, SubscriptionList* list);

// "subscriptions/politics.yaml" of the subscription.
std::string FileOf(const Subscription& subscription);

// Rejects what this release reads and judges, but does not tell yet: digests and
// spikes. Nobody is to believe that he is told.
void RejectUnbuilt(SubscriptionList* list);

// Rejects every subscription whose id an earlier one has.
void RejectTakenIds(SubscriptionList* list);

}  // namespace presshawk
