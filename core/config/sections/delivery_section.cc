// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/delivery_section.h"

#include <utility>

#include "core/base/str_cat.h"
#include "core/config/dump_text.h"
#include "core/config/listen_text.h"
#include "core/config/quantities.h"

namespace presshawk {
namespace {

OptionPlace PlaceOf(const ConfigSection& section, std::string_view key) {
  const ConfigPlace place = section.PlaceOfKey(key);
  return {place.line, place.column};
}

void ReadFrom(ConfigSection from, TopicUses* topics, DeliveryOptions* options) {
  if (!from.Has("kafka")) {
    from.Error(from.place(), "delivery.from names no topic",
               "write from: {kafka: {topic: alerts}}, or leave it out");
  }
  ConfigSection kafka = from.Map("kafka");
  options->from_topic =
      topics->Read(&kafka, "topic", TopicUses::Holds::kAlerts);
  if (std::optional<std::string> group = kafka.Text("group")) {
    options->from_group = *std::move(group);
  }
  kafka.RejectUnknownKeys();
  from.RejectUnknownKeys();
}

void ReadSubscriptions(ConfigSection* delivery, TopicUses* topics,
                       DeliveryOptions* options) {
  constexpr char kFix[] =
      "write subscriptions: {files: [\"subscriptions/*.yaml\"]} or "
      "subscriptions: {topic: subscriptions}";
  if (!delivery->Has("subscriptions")) {
    delivery->Error(delivery->place(), "delivery.subscriptions is missing",
                    kFix);
    return;
  }
  ConfigSection section = delivery->Map("subscriptions");
  options->files_place = PlaceOf(section, "files");
  for (ConfigScalar& pattern : section.Texts("files")) {
    options->subscription_files.push_back(std::move(pattern.text));
  }
  options->subscription_topic = topics->Read(&section, "topic");
  options->subscription_status_topic = topics->Read(&section, "status_topic");
  if (options->subscription_status_topic.empty() &&
      !options->subscription_topic.empty()) {
    options->subscription_status_topic =
        StrCat(options->subscription_topic, ".status");
  }
  if (options->subscription_files.empty() && !section.Has("topic")) {
    section.Error(section.place(),
                  "delivery.subscriptions names neither files nor a topic",
                  kFix);
  }
  section.RejectUnknownKeys();
}

void ReadZone(ConfigSection* delivery, DeliveryOptions* options) {
  const std::optional<ConfigScalar> zone = delivery->Scalar("zone");
  if (!zone.has_value()) {
    return;
  }
  absl::TimeZone loaded;
  if (zone->text.empty() || !absl::LoadTimeZone(zone->text, &loaded)) {
    delivery->Error(zone->place,
                    StrCat("delivery.zone: `", zone->written,
                           "` is no time zone that this machine knows"),
                    "write a name of the IANA database: Europe/Berlin");
    return;
  }
  options->zone = zone->text;
}

}  // namespace

void ReadDelivery(ConfigSection* file, TopicUses* topics,
                  std::optional<DeliveryOptions>* options) {
  if (!file->Has("delivery")) {
    return;
  }
  ConfigSection section = file->Map("delivery");
  DeliveryOptions& delivery = options->emplace();
  if (section.Has("from")) {
    ReadFrom(section.Map("from"), topics, &delivery);
  }
  ReadSubscriptions(&section, topics, &delivery);
  ReadZone(&section, &delivery);
  delivery.operator_receiver = section.Text("operator").value_or("");
  delivery.retention =
      section.Duration("retention", absl::Hours(1), absl::Hours(24 * 3650))
          .value_or(delivery.retention);
  delivery.listen_place = PlaceOf(section, "listen");
  ReadListenAddress(&section, &delivery.host, &delivery.port);
  section.RejectUnknownKeys();
}

void DumpDelivery(const std::optional<DeliveryOptions>& options,
                  std::string* dump) {
  if (!options.has_value()) {
    return;
  }
  StrAppend(dump, "delivery:\n");
  if (!options->from_topic.empty()) {
    StrAppend(dump, "  from: {kafka: {topic: ", QuotedYaml(options->from_topic),
              ", group: ", QuotedYaml(options->from_group), "}}\n");
  }
  StrAppend(dump, "  subscriptions:\n    files: ",
            QuotedYamlList(options->subscription_files), "\n");
  const std::pair<std::string_view, const std::string&> texts[] = {
      {"    topic: ", options->subscription_topic},
      {"    status_topic: ", options->subscription_status_topic},
      {"  zone: ", options->zone},
      {"  operator: ", options->operator_receiver}};
  for (const auto& [key, text] : texts) {
    if (!text.empty()) {
      StrAppend(dump, key, QuotedYaml(text), "\n");
    }
  }
  StrAppend(dump, "  retention: ", FormatConfigDuration(options->retention),
            "\n  listen: ",
            QuotedYaml(ListenAddressText(options->host, options->port)), "\n");
}

}  // namespace presshawk
