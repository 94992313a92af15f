// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/receiver_section.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "core/base/identifier.h"
#include "core/base/str_cat.h"
#include "core/config/dump_text.h"
#include "core/config/quantities.h"
#include "core/config/receiver_rules.h"

namespace presshawk {
namespace {

constexpr std::array<std::string_view, 6> kKinds = {"webhook", "slack", "teams",
                                                    "email",   "kafka", "file"};

bool HasUrl(ReceiverKind kind) {
  return kind == ReceiverKind::kWebhook || kind == ReceiverKind::kSlack ||
         kind == ReceiverKind::kTeams;
}

void Missing(ConfigSection* section, std::string_view key,
             std::string_view fix) {
  section->Error(section->place(), StrCat(section->PathOf(key), " is missing"),
                 std::string(fix));
}

// --- Rates, ports and networks.

void ReadRate(ConfigSection* section, ReceiverOptions* receiver) {
  const std::optional<ConfigScalar> rate = section->Scalar("rate");
  if (!rate.has_value()) {
    return;
  }
  const std::optional<ConfigRate> parsed = ParseConfigRate(rate->text);
  const bool has_period =
      parsed.has_value() &&
      (parsed->period == absl::Seconds(1) ||
       parsed->period == absl::Minutes(1) || parsed->period == absl::Hours(1));
  if (!has_period) {
    section->Error(rate->place,
                   StrCat(section->PathOf("rate"), " must be a rate, not `",
                          rate->written, "`"),
                   "write N per 1s, N per 1m or N per 1h");
    return;
  }
  receiver->rate = parsed->count;
  receiver->rate_period = parsed->period;
}

void ReadNetwork(ConfigSection* section, ReceiverOptions* receiver) {
  receiver->allow_http = section->Bool("allow_http").value_or(false);
  for (ConfigScalar& network : section->Texts("allow_networks")) {
    if (const std::string mistake = NetworkMistake(network.text);
        !mistake.empty()) {
      section->Error(network.place,
                     StrCat(section->PathOf("allow_networks"), ": `",
                            network.written, "` ", mistake),
                     "");
      continue;
    }
    receiver->allow_networks.push_back(std::move(network.text));
  }
}

void ReadPorts(ConfigSection* section, ReceiverOptions* receiver) {
  for (const ConfigScalar& text : section->Texts("allow_ports")) {
    uint32_t port = 0;
    if (!absl::SimpleAtoi(text.text, &port) || port == 0 || port > 65535) {
      section->Error(text.place,
                     StrCat(section->PathOf("allow_ports"), ": `", text.written,
                            "` is no port"),
                     "write whole numbers from 1 to 65535");
      continue;
    }
    receiver->allow_ports.push_back(static_cast<uint16_t>(port));
  }
}

// --- Secrets.

Secret ReadSecret(ConfigSection* section, std::string_view key) {
  std::optional<ConfigScalar> text = section->TextOrFile(key);
  if (!text.has_value()) {
    return {};
  }
  if (const std::string_view mistake = SecretMistake(text->text);
      !mistake.empty()) {
    section->Error(text->place, StrCat(section->PathOf(key), " ", mistake),
                   "write whsec_ and the output of `openssl rand -base64 32`");
  }
  return {.value = std::move(text->text), .file = std::move(text->value_file)};
}

void ReadUntil(ConfigSection* secret, ReceiverOptions* receiver) {
  const std::optional<ConfigScalar> until = secret->Scalar("until");
  if (!until.has_value()) {
    if (!receiver->previous_secret.empty() && !secret->Has("until")) {
      secret->Error(secret->PlaceOfKey("previous"),
                    StrCat(secret->PathOf("until"), " is missing"),
                    "write the day on which the previous secret ends: until: "
                    "2026-12-24");
    }
    return;
  }
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d", until->text, &receiver->previous_until,
                       &error) &&
      !absl::ParseTime(absl::RFC3339_full, until->text,
                       &receiver->previous_until, &error)) {
    secret->Error(until->place,
                  StrCat(secret->PathOf("until"),
                         " must be a day or a time, "
                         "not `",
                         until->written, "`"),
                  "write 2026-12-24 (its first second in UTC) or "
                  "2026-12-24T18:00:00Z");
  }
}

// `secret: TEXT`, `secret: {file: PATH}`, or `{current, previous, until}`.
void ReadSecrets(ConfigSection* section, ReceiverOptions* receiver) {
  if (!section->Has("secret")) {
    section->Warn(section->place(),
                  StrCat(section->PathOf("secret"),
                         " is missing: what is sent there is not signed, and "
                         "the receiver cannot tell it from a forgery"),
                  "write secret: {file: PATH}");
    return;
  }
  if (!section->HoldsMap("secret")) {
    receiver->secret = ReadSecret(section, "secret");
    return;
  }
  ConfigSection secret = section->Map("secret");
  if (secret.Has("file")) {
    receiver->secret = ReadSecret(section, "secret");
    return;
  }
  if (!secret.Has("current")) {
    Missing(&secret, "current", "write secret: {current: {file: PATH}}");
  }
  receiver->secret = ReadSecret(&secret, "current");
  receiver->previous_secret = ReadSecret(&secret, "previous");
  ReadUntil(&secret, receiver);
  secret.RejectUnknownKeys();
}

// --- What each kind has of its own.

void ReadUrl(ConfigSection* section, ReceiverOptions* receiver) {
  ReadNetwork(section, receiver);
  if (!section->Has("url")) {
    Missing(section, "url", "write url: {file: PATH} or url: \"https://…\"");
    return;
  }
  std::optional<ConfigScalar> url = section->TextOrFile("url");
  if (!url.has_value()) {
    return;
  }
  receiver->url = {.value = std::move(url->text),
                   .file = std::move(url->value_file)};
  if (ReceiverMistake mistake = JudgeReceiverUrl(*receiver);
      !mistake.message.empty()) {
    section->Error(url->place,
                   StrCat(section->PathOf("url"), " ", mistake.message),
                   std::move(mistake.fix));
  }
}

bool IsAddress(std::string_view text) {
  const size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find_first_of(" \t\r\n<>,;\"") == std::string_view::npos;
}

void ReadEmail(ConfigSection* section, ReceiverOptions* receiver) {
  constexpr char kFix[] = "write to: [anna@example.org]";
  for (ConfigScalar& address : section->Texts("to")) {
    if (!IsAddress(address.text)) {
      section->Error(address.place,
                     StrCat(section->PathOf("to"), ": `", address.written,
                            "` is no address"),
                     kFix);
      continue;
    }
    receiver->to.push_back(std::move(address.text));
  }
  if (!section->Has("to")) {
    Missing(section, "to", kFix);
  }
}

void ReadOwn(ConfigSection* section, TopicUses* topics,
             ReceiverOptions* receiver) {
  switch (receiver->kind) {
    case ReceiverKind::kWebhook:
      ReadUrl(section, receiver);
      ReadSecrets(section, receiver);
      return;
    case ReceiverKind::kSlack:
    case ReceiverKind::kTeams: {
      ReadUrl(section, receiver);
      constexpr std::array<std::string_view, 2> kOnUnknown = {"resend", "hold"};
      receiver->hold_unknown =
          section->Choice("on_unknown", kOnUnknown).value_or(0) == 1;
      receiver->rate = receiver->kind == ReceiverKind::kSlack ? 1 : 2;
      return;
    }
    case ReceiverKind::kEmail:
      ReadEmail(section, receiver);
      return;
    case ReceiverKind::kKafka:
      if (!section->Has("topic")) {
        Missing(section, "topic", "write {kafka: {topic: NAME}}");
      }
      receiver->topic =
          topics->Read(section, "topic", TopicUses::Holds::kNotifications);
      return;
    case ReceiverKind::kFile:
      if (!section->Has("path")) {
        Missing(section, "path", "write {file: {path: FILE}}");
      }
      receiver->path = section->Text("path").value_or("");
      return;
  }
}

void ReadShared(ConfigSection* section, ReceiverOptions* receiver) {
  ReadRate(section, receiver);
  constexpr uint32_t kInFlightMax = 1'024;
  receiver->in_flight =
      static_cast<uint32_t>(section->Integer("in_flight", 1, kInFlightMax)
                                .value_or(receiver->in_flight));
  receiver->give_up =
      section->Duration("give_up", absl::Seconds(1), absl::Hours(24 * 365))
          .value_or(receiver->give_up);
  // The markup of a message to people needs some room of its own.
  const uint64_t body_min = IsForPeople(receiver->kind) ? 2'000 : 512;
  receiver->max_body = section->Size("max_body", body_min, 1UL << 30)
                           .value_or(receiver->max_body);
  if (IsForPeople(receiver->kind)) {
    receiver->burst = static_cast<uint32_t>(
        section->Integer("burst", 1, 100'000).value_or(receiver->burst));
    receiver->stale_after =
        section
            ->Duration("stale_after", absl::Minutes(1), absl::Hours(24 * 365))
            .value_or(receiver->stale_after);
  }
}

void RefuseWhatIsNotBuilt(ConfigSection* section,
                          const ReceiverOptions& receiver) {
  if (receiver.kind == ReceiverKind::kEmail) {
    section->Error(section->place(),
                   StrCat("receivers of ", ReceiverKindName(receiver.kind),
                          " are not built yet: presshawk " PRESSHAWK_VERSION
                          " sends to webhook, slack, teams, kafka and file"),
                   "remove the receiver, or send to a webhook");
  }
}

bool ReadReceiver(ConfigSection section, TopicUses* topics,
                  ReceiverOptions* receiver) {
  const std::optional<size_t> kind =
      section.OneOf(kKinds,
                    "write {webhook: {url: …}}, {kafka: {topic: …}} or {file: "
                    "{path: …}}");
  if (!kind.has_value()) {
    section.RejectUnknownKeys();
    return false;
  }
  receiver->kind = static_cast<ReceiverKind>(*kind);
  ConfigSection own = section.Map(kKinds[*kind]);
  ReadPorts(&own, receiver);  // A URL is judged by them.
  ReadOwn(&own, topics, receiver);
  ReadShared(&own, receiver);
  RefuseWhatIsNotBuilt(&own, *receiver);
  own.RejectUnknownKeys();
  section.RejectUnknownKeys();
  receiver->shown = ShownReceiver(*receiver);
  receiver->fingerprint = ReceiverFingerprint(*receiver);
  return true;
}

void CheckName(ConfigSection* receivers, const ConfigScalar& name) {
  if (!IsIdentifier(name.text)) {
    receivers->Error(name.place,
                     StrCat("`", name.text, "` is no name of a receiver"),
                     kIdentifierRule);
  } else if (name.text.starts_with('_')) {
    receivers->Error(name.place,
                     StrCat("`", name.text,
                            "`: names that begin with _ are "
                            "presshawk's own, as _feed is"),
                     "give the receiver another name");
  }
}

// A secret is shown by the name of its file, or not at all.
std::string SecretText(const Secret& secret) {
  return secret.file.empty() ? "\"<redacted>\""
                             : StrCat("{file: ", QuotedYaml(secret.file), "}");
}

std::string TextOf(const ReceiverOptions& r) {
  std::string text;
  if (HasUrl(r.kind)) {
    StrAppend(&text, "url: ", QuotedYaml(r.shown));
  } else if (r.kind == ReceiverKind::kEmail) {
    StrAppend(&text, "to: ", QuotedYamlList(r.to));
  } else if (r.kind == ReceiverKind::kKafka) {
    StrAppend(&text, "topic: ", QuotedYaml(r.topic));
  } else {
    StrAppend(&text, "path: ", QuotedYaml(r.path));
  }
  if (!r.previous_secret.empty()) {
    StrAppend(&text, ", secret: {current: ", SecretText(r.secret),
              ", previous: ", SecretText(r.previous_secret), ", until: \"",
              absl::FormatTime(absl::RFC3339_sec, r.previous_until,
                               absl::UTCTimeZone()),
              "\"}");
  } else if (!r.secret.empty()) {
    StrAppend(&text, ", secret: ", SecretText(r.secret));
  }
  if (r.rate > 0) {
    StrAppend(&text, ", rate: ",
              FormatConfigRate({.count = r.rate, .period = r.rate_period}));
  }
  StrAppend(&text, ", in_flight: ", r.in_flight,
            ", give_up: ", FormatConfigDuration(r.give_up),
            ", max_body: ", FormatConfigSize(r.max_body));
  if (r.allow_http) {
    text += ", allow_http: true";
  }
  if (!r.allow_networks.empty()) {
    StrAppend(&text, ", allow_networks: ", QuotedYamlList(r.allow_networks));
  }
  if (!r.allow_ports.empty()) {
    text += ", allow_ports: [";
    for (const uint16_t& port : r.allow_ports) {
      StrAppend(&text, &port == r.allow_ports.data() ? "" : ", ", port);
    }
    text += "]";
  }
  if (IsForPeople(r.kind)) {
    StrAppend(&text, ", burst: ", r.burst,
              ", stale_after: ", FormatConfigDuration(r.stale_after));
  }
  if (r.hold_unknown) {
    text += ", on_unknown: hold";
  }
  return text;
}

}  // namespace

void ReadReceivers(ConfigSection* file, TopicUses* topics,
                   std::vector<ReceiverOptions>* receivers) {
  if (file->Has("smtp")) {
    file->Error(file->PlaceOfKey("smtp"),
                "smtp is not built yet: presshawk " PRESSHAWK_VERSION
                " sends to webhook, slack, teams, kafka and file",
                "remove it");
  }
  ConfigSection section = file->Map("receivers");
  for (auto& [name, body] : section.Sections()) {
    CheckName(&section, name);
    ReceiverOptions receiver;
    receiver.name = name.text;
    receiver.place = {name.place.line, name.place.column};
    if (ReadReceiver(std::move(body), topics, &receiver)) {
      receivers->push_back(std::move(receiver));
    }
  }
}

void DumpReceivers(const std::vector<ReceiverOptions>& receivers,
                   std::string* dump) {
  if (receivers.empty()) {
    return;
  }
  StrAppend(dump, "receivers:\n");
  for (const ReceiverOptions& receiver : receivers) {
    StrAppend(dump, "  ", QuotedYaml(receiver.name), ": {",
              ReceiverKindName(receiver.kind), ": {", TextOf(receiver), "}}\n");
  }
}

}  // namespace presshawk
