// SPDX-License-Identifier: Apache-2.0
#include "tests/support/program.h"

#include <signal.h>

#include <cstdlib>

#include "core/base/str_cat.h"
#include "tests/support/child_process.h"

namespace presshawk {

Program::Result Program::Run(std::vector<std::string> command) const {
  const auto out = folder_ / "command.out";
  const auto err = folder_ / "command.err";
  std::filesystem::remove(out);
  std::filesystem::remove(err);
  command.insert(command.begin(), binary_);
  Result result;
  result.exit_code = WaitForExit(Spawn(command, err, out));
  result.out = ReadWholeFile(out);
  result.err = ReadWholeFile(err);
  return result;
}

void Program::StartService(const std::string& config) {
  log_begin_ = ServiceLog().size();
  pid_ = Spawn({binary_, "run", "--config", config}, folder_ / "run.log");
}

int Program::StopService() {
  kill(pid_, SIGTERM);
  return WaitForService();
}

void Program::KillService() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    WaitForService();
  }
}

int Program::WaitForService() { return WaitForExit(std::exchange(pid_, -1)); }

std::string Program::ServiceLog() const {
  return ReadWholeFile(folder_ / "run.log");
}

int Program::HttpPort() const {
  // "… metrics and health at http://HOST:PORT/", as text or in JSON.
  const std::string log = ServiceLog();
  const size_t at = log.find("metrics and health at", log_begin_);
  const size_t host = at == std::string::npos ? at : log.find("//", at);
  const size_t end = host == std::string::npos ? host : log.find('/', host + 2);
  return end == std::string::npos
             ? 0
             : std::atoi(log.c_str() + log.rfind(':', end) + 1);  // NOLINT
}

std::string Program::Fetch(const std::string& path) const {
  constexpr const char* kScript =
      "import sys, urllib.request, urllib.error\n"
      "try:\n"
      "  a = urllib.request.urlopen(sys.argv[1])\n"
      "except urllib.error.HTTPError as e:\n"
      "  a = e\n"
      "sys.stdout.write(f'{a.getcode()} {a.read().decode()}')\n";
  const auto out = folder_ / "fetched";
  std::filesystem::remove(out);
  WaitForExit(Spawn({"/usr/bin/python3", "-c", kScript,
                     StrCat("http://127.0.0.1:", HttpPort(), path)},
                    folder_ / "fetch.log", out));
  return ReadWholeFile(out);
}

}  // namespace presshawk
