// SPDX-License-Identifier: Apache-2.0
// From the JSON object that a machine would get (SPEC DELIVERY-1) to what people
// read.
//
//   absl::StatusOr<PeopleMessage> message =
//       ReadMessage(envelope, {.zone = berlin, .public_url = "https://w.example"});
//
// Pure functions. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/messages/people_message.h"

namespace presshawk {

struct MessageOptions {
  absl::TimeZone zone = absl::UTCTimeZone();  // Times are shown in it.
  std::string public_url = {};                // Of presshawk; links lead there.
  std::string subscription_name = {};  // Empty: the subscription's id stands.
  bool snippets = true;
  bool is_repeat = false;  // The receiver may have it already.
};

inline constexpr std::string_view kRepeatMark =
    "This may be a repeat: the first attempt got no answer.";
inline constexpr std::string_view kReplayMark = "Sent again on request.";
inline constexpr std::string_view kRebuiltMark =
    "This may be a repeat: the record of what was sent was lost and is built "
    "anew.";

// Whether `body` is such an object, and not a message that was made of one.
bool IsEnvelope(std::string_view body);

// An error where `envelope` is no such object. What is missing in it is left
// out, and a type that is not known shows its `text` and its alerts.
absl::StatusOr<PeopleMessage> ReadMessage(std::string_view envelope,
                                          const MessageOptions& options);

}  // namespace presshawk
