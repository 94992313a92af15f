// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/worker_section.h"

#include <algorithm>
#include <array>
#include <thread>

#include "core/base/str_cat.h"
#include "core/config/options.h"

namespace presshawk {
namespace {

constexpr uint64_t kWorkersMax = 1024;
constexpr std::array<std::string_view, 3> kEngines = {"auto", "hyperscan",
                                                      "tokens"};

}  // namespace

std::string_view EngineOptionName(EngineOption engine) {
  return kEngines[static_cast<size_t>(engine)];
}

void ReadWorkers(ConfigSection* file, Options* options) {
  // hardware_concurrency is 0 where it cannot tell.
  const uint64_t cores = std::max(1U, std::thread::hardware_concurrency());
  options->workers = static_cast<uint32_t>(
      file->Integer("workers", 1, kWorkersMax)
          .value_or(std::min<uint64_t>(cores, kWorkersMax)));
  options->engine =
      static_cast<EngineOption>(file->Choice("engine", kEngines).value_or(0));
}

void DumpWorkers(const Options& options, std::string* dump) {
  StrAppend(dump, "workers: ", options.workers,
            "\nengine: ", EngineOptionName(options.engine), "\n");
}

}  // namespace presshawk
