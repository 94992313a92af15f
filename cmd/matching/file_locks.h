// SPDX-License-Identifier: Apache-2.0
// The files that are one service's alone: its cache directory and its
// checkpoints. Two services with one checkpoint would each skip what the other
// one read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cmd/app/component.h"
#include "core/config/options.h"
#include "ingest/file/owned_file.h"

namespace presshawk {

// Holds the locks from Start() until it is destroyed.
class FileLocks : public Component {
 public:
  // `options` must outlive it.
  explicit FileLocks(const Options* options) : options_(options) {}

  // FailedPrecondition where another service holds one of them. A file system
  // without locks is only warned of.
  absl::Status Start() override;

 private:
  // Locks `path`. `taken` is the error where somebody else holds it, and
  // `subject` begins the warning where it cannot be locked at all.
  absl::Status Lock(const std::string& path, const std::string& subject,
                    const std::string& taken);

  const Options* const options_;
  std::vector<std::unique_ptr<OwnedFile>> locks_;
};

}  // namespace presshawk
