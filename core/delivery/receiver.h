// SPDX-License-Identifier: Apache-2.0
// A named place to send to, as it stands in the configuration.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "core/delivery/option_place.h"

namespace presshawk {

enum class ReceiverKind : uint8_t {
  kWebhook,
  kSlack,
  kTeams,
  kEmail,
  kKafka,
  kFile
};
std::string_view ReceiverKindName(ReceiverKind kind);  // "webhook"
// People read Slack, Teams and email; the others are machines.
bool IsForPeople(ReceiverKind kind);

// A text that may be the content of a file, which is read again when it changes.
struct Secret {
  std::string value;
  std::string file;  // Empty for a value that was written or came from ${VAR}.
  bool empty() const { return value.empty() && file.empty(); }
};

struct ReceiverOptions {
  std::string name;
  OptionPlace place;  // Of its name.
  ReceiverKind kind = ReceiverKind::kWebhook;

  Secret url;              // Webhook, Slack, Teams.
  Secret secret;           // Webhook: what bodies are signed with.
  Secret previous_secret;  // Signs, too, until `previous_until`.
  absl::Time previous_until = absl::InfinitePast();
  std::vector<std::string> to;  // Email.
  std::string topic;            // Kafka.
  std::string path;             // File.

  uint32_t rate = 0;  // At most so many per `rate_period`; 0 for any number.
  absl::Duration rate_period = absl::Seconds(1);
  uint32_t in_flight = 2;
  absl::Duration give_up = absl::Hours(24 * 7);
  uint64_t max_body = 20'000;  // In bytes; machines' Kafka and file: not cut.
  bool allow_http = false;
  std::vector<std::string> allow_networks;  // CIDR.
  std::vector<uint16_t> allow_ports;        // Beside 443 and 8443.
  // People's receivers.
  uint32_t burst = 20;
  absl::Duration stale_after = absl::Hours(24);
  bool hold_unknown = false;  // `on_unknown: hold`; else they are sent again.

  // How it is shown everywhere: "https://host/…#4f2a", which tells one secret
  // from another and gives neither away.
  std::string shown;
  // A hash of all of this without the contents of secrets' files: an edit.
  std::string fingerprint;
};

}  // namespace presshawk
