// SPDX-License-Identifier: Apache-2.0
// The one JSON object that a machine gets for a delivery (SPEC DELIVERY-1):
//
//   {"type":"presshawk.alert.v1","timestamp":"…","data":{
//     "delivery":"…","subscription":"…","sequence":42,"ledger":"…",
//     "replay":false,"story":{…},"alert":{…}}}
//
// It is written in pieces, because the alert is kept once and the delivery's id
// is the only thing that differs between the receivers of an event.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "core/ledger/ledger_records.h"
#include "core/stories/story_facts.h"

namespace presshawk {

inline constexpr std::string_view kAlertType = "presshawk.alert.v1";
inline constexpr std::string_view kGrowthType = "presshawk.growth.v1";
inline constexpr std::string_view kCorrectionType = "presshawk.correction.v1";
inline constexpr std::string_view kDigestType = "presshawk.digest.v1";
inline constexpr std::string_view kCatchupType = "presshawk.catchup.v1";
inline constexpr std::string_view kOperatorType = "presshawk.operator.v1";
inline constexpr std::string_view kTestType = "presshawk.test.v1";

// The members of `data` that all types of events share.
struct EnvelopeFacts {
  std::string_view type;
  absl::Time at;
  std::string_view subscription;
  uint64_t sequence = 0;
  std::string_view ledger;  // The epoch.
  bool replay = false;
  bool rebuilt = false;               // SPEC DELIVERY-6
  const StoryFacts* story = nullptr;  // Null for none.
  // More members, each `"key":value`, with commas between them: what only this
  // type has. May be empty.
  std::string_view extra;
};

// The envelope of an event about one alert, whose JSON goes between `middle`
// and `tail`.
SealedBody SealAlert(const EnvelopeFacts& facts);
// The envelope of an event without an alert; all is in `head` and `middle`.
SealedBody SealOther(const EnvelopeFacts& facts);

// Stands for the id of a delivery where only the size of a body is asked for.
inline constexpr std::string_view kNoDelivery =
    "00000000000000000000000000000000";

// The bytes that are sent.
std::string ComposeBody(const SealedBody& body, std::string_view delivery,
                        std::string_view alert_json);

// `2026-01-02T03:04:05.678Z`
std::string EnvelopeTime(absl::Time time);

}  // namespace presshawk
