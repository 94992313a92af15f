// SPDX-License-Identifier: Apache-2.0
// Programs that tests start. They die with this process.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "absl/time/time.h"

namespace presshawk {

// Starts a program whose output goes to the end of `log`, its standard output
// to `out` where that is not empty.
pid_t Spawn(const std::vector<std::string>& command,
            const std::filesystem::path& log,
            const std::filesystem::path& out = {});

// Waits for the end: the exit code, or 128 and the signal's number.
int WaitForExit(pid_t pid);

// The whole of a file; empty where there is none.
std::string ReadWholeFile(const std::filesystem::path& path);

// A folder that goes with this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Makes or replaces a file of the folder; gives its path.
  std::string Write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace presshawk
