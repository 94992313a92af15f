// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/library_version.h"

#include <dlfcn.h>

#include <librdkafka/rdkafka.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

std::string VersionText(int version) {
  return StrCat(version >> 24, ".", (version >> 16) & 0xff, ".",
                (version >> 8) & 0xff);
}

// The file that librdkafka's functions came from.
std::string LibraryPath() {
  Dl_info info = {};
  return dladdr(reinterpret_cast<const void*>(&rd_kafka_version), &info) != 0 &&
                 info.dli_fname != nullptr
             ? info.dli_fname
             : "an unknown place";
}

}  // namespace

absl::Status JudgeKafkaLibrary(int built_for, int found,
                               std::string_view path) {
  if ((found >> 16) >= (built_for >> 16)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(StrCat(
      "built for librdkafka ", VersionText(built_for), ", found ",
      VersionText(found), " at ", path,
      ": install that version or a newer one, or the presshawk package, which "
      "has it inside"));
}

absl::Status CheckKafkaLibrary() {
  return JudgeKafkaLibrary(RD_KAFKA_VERSION, rd_kafka_version(), LibraryPath());
}

}  // namespace presshawk
