// SPDX-License-Identifier: Apache-2.0
// The configuration of `presshawk run`: presshawk.yaml, read and validated.
// This header and those of sections/ are the manual of each option;
// deploy/config/presshawk.yaml is a commented example.
//
//   presshawk.yaml ─► LoadOptions ─► Options, or every error at once
//
// LIFE. Plain values, read once at the start. Nothing refers to the file later.
// PATHS that are relative are relative to the working directory of the process,
// not to the file: `presshawk run --config /etc/presshawk.yaml` behaves as the
// commands do that name files on their command line. (A systemd unit sets
// WorkingDirectory=.)
// SECRETS. Kafka properties, URLs and secrets of receivers, and the URL of the
// store may hold passwords (${VAR}, or {file: PATH}, the content of a file):
// never log them; DumpOptions shows everything else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/config/config_error.h"
#include "core/config/sections/cache_section.h"
#include "core/config/sections/http_section.h"
#include "core/config/sections/kafka_section.h"
#include "core/config/sections/limit_section.h"
#include "core/config/sections/log_section.h"
#include "core/config/sections/sink_section.h"
#include "core/config/sections/source_section.h"
#include "core/config/sections/watchlist_section.h"
#include "core/config/sections/worker_section.h"
#include "core/delivery/delivery_options.h"
#include "core/delivery/receiver.h"

namespace presshawk {

struct Options {
  KafkaOptions kafka;
  SourceOptions source;  // Required.
  // mapping: a preset (generic, newsapi, ninjs1, ninjs3, webz, eventregistry,
  // schemaorg) or a file: whatever has a `/` or a `.` in it. Default generic.
  std::string mapping = "generic";
  ConfigPlace mapping_place;    // For errors that only reading it finds.
  WatchListOptions watchlists;  // Required: files or a topic.
  // Required, but with a file source and `delivery`: then the ledger is one.
  // All must acknowledge an alert.
  std::vector<SinkOptions> sinks;
  // deadletter: default the topic articles.deadletter where brokers are
  // configured, else the file deadletter.ndjson.
  SinkOptions deadletter;
  // store:, delivery:, receivers: who is told about alerts. Nothing where the
  // file has no such section.
  std::optional<StoreOptions> store;
  std::optional<DeliveryOptions> delivery;
  std::vector<ReceiverOptions> receivers;
  HttpOptions http;
  // workers: threads that match, each with its own consumer. 1 to 1024.
  // Default: the number of cores.
  uint32_t workers = 1;
  EngineOption engine = EngineOption::kAuto;
  CacheOptions cache;
  // commit_interval: how often stored offsets are committed. 10ms to 1h.
  absl::Duration commit_interval = absl::Seconds(1);
  // drain_timeout: how long SIGTERM waits for acknowledgements. Up to 1h.
  absl::Duration drain_timeout = absl::Seconds(30);
  LimitOptions limits;
  LogOptions log;

  // Whether a source, a sink, the dead letters or the lists need brokers.
  bool uses_kafka() const;
};

// Reads all sections of `file`. What is wrong is told to the file, with its
// place; the options are complete and consistent where nothing is.
void ReadOptions(ConfigSection* file, Options* options);

// The options in force as YAML, defaults included, secrets as `<redacted>`.
std::string DumpOptions(const Options& options);

}  // namespace presshawk
