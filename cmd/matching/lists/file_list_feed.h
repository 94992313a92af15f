// SPDX-License-Identifier: Apache-2.0
// Watch-lists from files: inotify tells what changed; names, sizes and times
// are compared every few seconds where it tells nothing (network mounts). What
// cannot be read is tried again, after a second at first and a minute at last.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cmd/matching/lists/list_feed.h"
#include "ingest/file/file_watch.h"

namespace presshawk {

class FileListFeed : public ListFeed {
 public:
  // `patterns` are names, folders and globs, as in the configuration.
  explicit FileListFeed(std::vector<std::string> patterns);

  absl::Status Start(LiveLists* lists, std::function<void()> wake) override;
  int fd() const override { return watch_.fd(); }
  absl::Time next_look() const override { return rescan_; }
  void Look(LiveLists* lists, absl::Time now) override;
  absl::Time due() const override { return due_; }
  absl::Status Load(LiveLists* lists, absl::Time now, bool all) override;

 private:
  absl::Status Read(LiveLists* lists, absl::Time now);

  const std::vector<std::string> patterns_;
  // Made before the first reading, so that it sees what changes from then on.
  FileWatch watch_;
  absl::Time rescan_ = absl::InfiniteFuture();
  absl::Time due_ = absl::InfiniteFuture();
  absl::Duration retry_ = absl::ZeroDuration();  // Until the next try.
  bool changing_ = false;  // The last rescan differed from the one before.
};

}  // namespace presshawk
