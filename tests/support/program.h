// SPDX-License-Identifier: Apache-2.0
// presshawk as a program that a test runs.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace presshawk {

// NOT thread-safe. What runs dies with this object.
class Program {
 public:
  // What the program writes goes to files in `folder`, which must exist.
  Program(std::string binary, std::filesystem::path folder)
      : binary_(std::move(binary)), folder_(std::move(folder)) {}
  ~Program() { KillService(); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  struct Result {
    int exit_code = 0;
    std::string out;
    std::string err;
  };
  // Runs a command to its end.
  Result Run(std::vector<std::string> command) const;

  // Starts `run --config config`. StopService() is SIGTERM and gives the exit
  // code, KillService() SIGKILL.
  void StartService(const std::string& config);
  int StopService();
  void KillService();
  // Waits for the service to end by itself.
  int WaitForService();
  // What all services of this object wrote on standard error.
  std::string ServiceLog() const;
  // The port that the log of the last start names; 0 before.
  int HttpPort() const;
  // What the service answers: "200 BODY", "503 BODY"; empty without an answer.
  std::string Fetch(const std::string& path) const;

 private:
  const std::string binary_;
  const std::filesystem::path folder_;
  pid_t pid_ = -1;
  size_t log_begin_ = 0;
};

}  // namespace presshawk
