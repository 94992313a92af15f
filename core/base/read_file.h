// SPDX-License-Identifier: Apache-2.0
// A whole file that an operator names: configuration, mapping, watch-lists.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace presshawk {

// Of watch-lists: 1,000,000 lists take 0.1 to 0.3 GB.
inline constexpr size_t kWatchListFileBytesMax = 1UL << 30;
// Of configuration, mapping, token.
inline constexpr size_t kConfigFileBytesMax = 1UL << 20;

// The content of the regular file at `path`, at most `bytes_max`, without a
// UTF-8 byte order mark at its begin: editors put one there, and it is no part
// of a list, a mapping or a password. Never waits
// and never takes more memory than that: a FIFO, a device, a socket or a
// directory is an error, as is a file that is larger (or grows while it is
// read). What a shell gives as a path is read to its end: /dev/stdin, and
// /dev/fd/N of `<(command)`; /dev/null is empty.
//
// ERRORS. `PATH: what is wrong: what to do`; NotFound where there is no such
// file.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max);

// The same for callers whose error has a place of its own: the message says
// what is wrong, and neither the path nor that it cannot be read.
absl::StatusOr<std::string> ReadFileContent(const std::string& path,
                                            size_t bytes_max);

// An error of ReadFileContent() as ReadFile() words it, without the path:
// "cannot read: No such file or directory".
std::string ReadFileProblem(const absl::Status& status);

// Whether a shell names an open descriptor by this path: /dev/stdin,
// /dev/stdout, /dev/stderr, /dev/fd/N. Only these may be pipes: one that is
// named otherwise would be waited for for ever.
bool NamesDescriptor(std::string_view path);

}  // namespace presshawk
