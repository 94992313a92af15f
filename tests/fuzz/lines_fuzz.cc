// SPDX-License-Identifier: Apache-2.0
// Any bytes are a file of lines, plain, gzip or zstd, or an error that names
// the file; lines are whole, in order, and within their limit.
#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "core/base/check.h"
#include "ingest/file/line_reader.h"
#include "tests/fuzz/fuzz_input.h"

namespace presshawk {
namespace {

constexpr size_t kLineBytesMax = 1000;
// A bomb of 64 KiB unpacks to 64 MiB and more.
constexpr uint64_t kUnpackedMax = 16UL << 20;

void ReadLines(const std::string& path) {
  auto stream = ByteStream::Open(path);
  PRESSHAWK_CHECK(stream.ok());
  LineReader reader(*std::move(stream), kLineBytesMax);
  LineBatch batch;
  uint64_t number = 0;
  uint64_t behind = 0;
  while (behind < kUnpackedMax) {
    const absl::StatusOr<bool> more = reader.ReadBatch(&batch);
    if (!more.ok()) {
      PRESSHAWK_CHECK(std::string(more.status().message()).starts_with(path));
      return;
    }
    if (!*more) {
      return;
    }
    PRESSHAWK_CHECK(!batch.lines.empty());
    for (const Line& line : batch.lines) {
      PRESSHAWK_CHECK(line.number > number && line.offset >= behind);
      PRESSHAWK_CHECK(line.truncated == (line.size_bytes > kLineBytesMax));
      PRESSHAWK_CHECK(line.text.size() <= line.size_bytes);
      PRESSHAWK_CHECK(line.text.find('\n') == std::string_view::npos);
      number = line.number;
      behind = line.offset + line.size_bytes + 1;
    }
  }
}

}  // namespace
}  // namespace presshawk

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  static const std::string folder = [] {
    std::string name = "/dev/shm/presshawk_lines.XXXXXX";
    PRESSHAWK_CHECK(mkdtemp(name.data()) != nullptr);
    return name;
  }();
  for (const char* suffix : {"/a", "/a.gz", "/a.zst"}) {
    const std::string path = folder + suffix;
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    PRESSHAWK_CHECK(file >= 0 &&
                    write(file, data, size) == static_cast<ssize_t>(size));
    close(file);
    ReadLines(path);
    unlink(path.c_str());
  }
  return 0;
}
