// SPDX-License-Identifier: Apache-2.0
// Subscriptions for people at a terminal, and as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "core/alerts/alert.h"
#include "core/delivery/receiver.h"
#include "core/delivery/subscription.h"
#include "core/delivery/subscription_matcher.h"
#include "matchers/diagnostic.h"

namespace presshawk {

// What becomes of an alert for one subscription.
struct AlertVerdict {
  bool told = false;
  std::string text;  // "at once to crm", "no: the labels do not match".
};

// Judges as if the alert came at `now`. `receivers` are those of the
// configuration.
AlertVerdict JudgeAlert(const Subscription& subscription,
                        const MatchParts& parts, const Alert& alert,
                        const std::vector<ReceiverOptions>& receivers,
                        absl::Time now);

// A line for the subscription, and one for each of the next three slots of its
// digest; without a line feed at the end.
std::string SubscriptionText(const Subscription& subscription, absl::Time now);
// The same as one JSON object.
std::string SubscriptionJson(const Subscription& subscription, absl::Time now);
std::string VerdictJson(const Subscription& subscription,
                        const MatchParts& parts, const AlertVerdict& verdict);
// As FormatJson() of a Diagnostic, with the key `subscription`.
std::string SubscriptionDiagnosticJson(const Diagnostic& diagnostic);

}  // namespace presshawk
