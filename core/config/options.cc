// SPDX-License-Identifier: Apache-2.0
#include "core/config/options.h"

#include <algorithm>
#include <type_traits>

#include "core/config/cross_rules.h"
#include "core/config/sections/delivery_section.h"
#include "core/config/sections/mapping_section.h"
#include "core/config/sections/receiver_section.h"
#include "core/config/sections/store_section.h"
#include "core/config/sections/timing_section.h"
#include "core/config/topic_uses.h"

namespace presshawk {
namespace {

// How a section of the file becomes a part of Options, and is shown again.
struct Section {
  void (*read)(ConfigSection* file, TopicUses* topics, Options* options);
  void (*dump)(const Options& options, std::string* dump);
};

// Calls a reader of a section, which asks for the topics only if it has some.
template <typename Read, typename Part>
void Call(Read read, ConfigSection* file, TopicUses* topics, Part* part) {
  if constexpr (std::is_invocable_v<Read, ConfigSection*, TopicUses*, Part*>) {
    read(file, topics, part);
  } else {
    read(file, part);
  }
}

// A section whose values are one member of Options.
template <auto member, auto read, auto dump>
constexpr Section Of() {
  return {[](ConfigSection* file, TopicUses* topics, Options* options) {
            Call(read, file, topics, &(options->*member));
          },
          [](const Options& options, std::string* text) {
            dump(options.*member, text);
          }};
}

// One whose values are several members.
template <auto read, auto dump>
constexpr Section OfSeveral() {
  return {
      [](ConfigSection* file, TopicUses* topics, Options* options) {
        Call(read, file, topics, options);
      },
      [](const Options& options, std::string* text) { dump(options, text); }};
}

// All sections, in the order of the manual. A new one is a line here.
constexpr Section kSections[] = {
    Of<&Options::kafka, ReadKafka, DumpKafka>(),
    Of<&Options::source, ReadSource, DumpSource>(),
    OfSeveral<ReadMapping, DumpMapping>(),
    Of<&Options::watchlists, ReadWatchLists, DumpWatchLists>(),
    Of<&Options::sinks, ReadSinks, DumpSinks>(),
    Of<&Options::deadletter, ReadDeadLetter, DumpDeadLetter>(),
    Of<&Options::store, ReadStore, DumpStore>(),
    Of<&Options::delivery, ReadDelivery, DumpDelivery>(),
    Of<&Options::receivers, ReadReceivers, DumpReceivers>(),
    Of<&Options::http, ReadHttp, DumpHttp>(),
    OfSeveral<ReadWorkers, DumpWorkers>(),
    Of<&Options::cache, ReadCache, DumpCache>(),
    OfSeveral<ReadTiming, DumpTiming>(),
    Of<&Options::limits, ReadLimits, DumpLimits>(),
    Of<&Options::log, ReadLog, DumpLog>(),
};

}  // namespace

void ReadOptions(ConfigSection* file, Options* options) {
  TopicUses topics;
  for (const Section& section : kSections) {
    section.read(file, &topics, options);
  }
  ApplyCrossRules(file, topics, options);
}

std::string DumpOptions(const Options& options) {
  std::string dump;
  for (const Section& section : kSections) {
    section.dump(options, &dump);
  }
  return dump;
}

bool Options::uses_kafka() const {
  return std::holds_alternative<KafkaSourceOptions>(source) ||
         std::holds_alternative<KafkaSinkOptions>(deadletter) ||
         !watchlists.topic.empty() || !watchlists.status_topic.empty() ||
         (delivery.has_value() && (!delivery->from_topic.empty() ||
                                   !delivery->subscription_topic.empty())) ||
         std::any_of(receivers.begin(), receivers.end(),
                     [](const ReceiverOptions& receiver) {
                       return receiver.kind == ReceiverKind::kKafka;
                     }) ||
         std::any_of(sinks.begin(), sinks.end(), [](const SinkOptions& sink) {
           return std::holds_alternative<KafkaSinkOptions>(sink);
         });
}

}  // namespace presshawk
