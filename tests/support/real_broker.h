// SPDX-License-Identifier: Apache-2.0
// A real Apache Kafka for tests: one node, KRaft, on loopback, its data in a
// directory of its own that is removed at the end.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <sys/types.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/support/broker_security.h"

namespace presshawk {

// NOT thread-safe. The broker dies with this process.
class RealBroker {
 public:
  struct Options {
    // More lines for server.properties, "name=value\n" each.
    std::string properties = {};
    // Also listeners with TLS and SASL: broker_security.h.
    bool secure = false;
  };

  // Why there can be no real broker here, naming what is missing and how to get
  // it; ok when it can. The jars are in $PRESSHAWK_KAFKA_LIB, by default
  // ~/.cache/presshawk/kafka-4.4.0.
  static absl::Status Available();
  // Whether $PRESSHAWK_SKIP_KAFKA is 1.
  static bool SkippedByEnvironment();

  // Formats the storage, starts, waits until it takes connections.
  static absl::StatusOr<std::unique_ptr<RealBroker>> Start(
      const Options& options);
  ~RealBroker();
  RealBroker(const RealBroker&) = delete;
  RealBroker& operator=(const RealBroker&) = delete;

  std::string bootstrap_servers() const;
  // Where the secure listeners are, and the PEM files for them.
  const SecurePorts& secure_ports() const { return secure_ports_; }
  const std::filesystem::path& directory() const { return directory_; }
  // SIGTERM, and wait for the end.
  absl::Status Stop();
  // SIGKILL.
  void Kill();
  // SIGSTOP and SIGCONT: the connections stay, nobody answers.
  void Pause();
  void Resume();
  // Starts it again on the same port and data. REQUIRES: stopped or killed.
  absl::Status Restart();
  bool running() const { return pid_ > 0; }
  pid_t pid() const { return pid_; }
  std::filesystem::path log_file() const { return directory_ / "broker.log"; }

 private:
  explicit RealBroker(std::filesystem::path directory)
      : directory_(std::move(directory)) {}
  absl::Status ChoosePortsAndStart(const Options& options);
  absl::Status Format();
  absl::Status Launch();
  absl::Status WaitUntilReady();
  std::string LogSinceLaunch() const;
  // Waits for the end of the process; false at the time-out.
  bool WaitForExit(absl::Duration timeout);

  const std::filesystem::path directory_;
  int port_ = 0;
  int controller_port_ = 0;
  bool secure_ = false;
  SecurePorts secure_ports_;
  pid_t pid_ = -1;
  uintmax_t log_offset_ = 0;  // Where the log of the present process begins.
};

}  // namespace presshawk
