// SPDX-License-Identifier: Apache-2.0
// One path as an endless file: resumed where its checkpoint says, read to its
// end, and with `follow` through growth and every style of rotation.
//
//   folder ─FindRelatedFiles()─► which is which ─► SourceFile (rotated) ─┐
//                (source_identity.h)                 SourceFile (rotated) ─┼►
//                lines
//                                                  SourceFile (at path) ─┘
//
// The files of the path are a chain, from the oldest to what the path names
// now. One is begun when the one before it is at its end; a rotated file stays
// open for `late_lines` beside the next one. The checkpoint knows the chain, so
// that each file is found again under any name of its folder, compressed too.
// What cannot be found is said as News.
//
// LIFE. Close() writes the checkpoint; without it (a crash) what was not
// committed is read again.
// ERRORS. With `follow` no error of reading ends it: it is told as News, is in
// trouble(), and is tried again after a second. Without `follow`, ReadBatch()
// returns it. A checkpoint that cannot be written is tried again in both cases;
// Close() returns that.
// TIME is an input: nothing here looks at a clock or waits.
// THREAD SAFETY. None: one worker's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/stream/offset_tracker.h"
#include "ingest/file/file_checkpoint.h"
#include "ingest/file/line_reader.h"
#include "ingest/file/related_files.h"
#include "ingest/file/source_file.h"

namespace presshawk {

// What an operator should hear of.
struct FileNews {
  enum class Kind : uint8_t {
    kAwaited,      // The path names nothing yet.
    kFound,        // What was told by one of the others is over.
    kCannotRead,   // The path, or a file that was rotated from it.
    kCannotStore,  // The checkpoint.
    // A file is gone, or was written anew, before it was read to its end for
    // certain. `lost_bytes` of it were seen and not read; there may have been
    // more.
    kGap,
  };
  Kind kind;
  std::string text;  // Names the file.
  uint64_t lost_bytes = 0;
};
using FileNewsHandler = std::function<void(const FileNews&)>;

class FollowedFile {
 public:
  // How long a rotated file is read on after the next one was begun: its
  // writers may not have noticed yet.
  static constexpr absl::Duration kLateLines = absl::Seconds(10);
  // How often the folder is looked at when nothing calls for it: for lines that
  // came later than that, and for lost files that somebody put back.
  static constexpr absl::Duration kLookInterval = absl::Seconds(60);
  // Rotated files that the checkpoint remembers.
  static constexpr size_t kRememberedMax = 16;

  struct Options {
    std::string path;  // "-": standard input, without a checkpoint.
    std::string checkpoint;
    bool follow = false;
    size_t line_bytes_max = 0;
    // Paths that others read: they are no rotated files of this one.
    std::vector<std::string> others = {};
    absl::Duration late_lines = kLateLines;
    FileNewsHandler on_news = nullptr;
  };

  // `tracker` must outlive it.
  FollowedFile(Options options, OffsetTracker* tracker);

  // Replaces *batch with lines of the stream stream(). False: none now.
  absl::StatusOr<bool> ReadBatch(LineBatch* batch, absl::Time now);
  // Nothing more will ever come (without `follow`).
  bool finished() const { return finished_; }
  const std::string& path() const { return options_.path; }
  // Why nothing can be read at the moment; empty where it can.
  const std::string& trouble() const { return trouble_; }
  // Why the checkpoint could not be written when that was tried last; empty
  // where it could.
  const std::string& checkpoint_trouble() const { return checkpoint_trouble_; }
  StreamId stream() const { return current_->stream(); }
  // A line of the last batch goes on its way; in order.
  void AddInFlight(const Line& line) { current_->AddInFlight(line); }
  // Writes the checkpoint if there is progress. Where it cannot be written that
  // is told, and the next call tries again: until then a restart repeats what
  // was read since the last one.
  void Commit();
  // Commits, and forgets what is in flight. An error: the checkpoint could not
  // be written.
  absl::Status Close();

 private:
  using Related = std::vector<RelatedFile>;
  using State = FileProgress::State;

  absl::Status Load();
  absl::StatusOr<bool> ReadOpenFiles(LineBatch* batch, absl::Time now);
  absl::StatusOr<bool> ReadFrom(SourceFile* file, LineBatch* batch,
                                absl::Time now);
  bool MustLook(absl::Time now) const;
  // Finds out which file is which. True: there may be something to read now.
  absl::StatusOr<bool> Look(absl::Time now);
  // Which of `found` is each file; -1 for none.
  std::vector<int> Locate(const Related& found) const;
  // True: there may be more in it.
  absl::StatusOr<bool> Reopen(SourceFile* file, RelatedFile* found);
  absl::StatusOr<bool> ReopenLocated(const std::vector<int>& places,
                                     Related* found);
  // Which of `found` are to be begun, in order.
  std::vector<size_t> Unread(const Related& found,
                             const std::vector<int>& places) const;
  // The others: what was rotated before reading began.
  void RememberSkipped(const Related& found, const std::vector<int>& places,
                       const std::vector<size_t>& unread);
  void NoteWhatIsOpen(bool path_exists);
  // Writes the checkpoint if there is progress.
  absl::Status Store();
  absl::Status BeginNext(RelatedFile* found);
  void SetLeaveTimes(absl::Time now);
  void SayLost(SourceFile* file, bool may_be_unread);
  void SayGap(uint64_t lost_bytes, const std::string& what);
  // Nothing to read, and the news of it, with `follow`; else `status`.
  absl::StatusOr<bool> TryLater(const absl::Status& status, absl::Time now);
  void SayTrouble(FileNews::Kind kind, const std::string& text);
  void EndTrouble();
  bool PathChanged() const;

  const Options options_;
  OffsetTracker* const tracker_;
  std::vector<std::unique_ptr<SourceFile>> files_;  // The oldest first.
  SourceFile* current_ = nullptr;                   // That of the last batch.
  std::string stored_;  // What the checkpoint holds.
  std::string trouble_;
  std::string checkpoint_trouble_;
  absl::Time looked_ = absl::InfinitePast();
  bool loaded_ = false;
  bool is_new_ = false;         // There was no checkpoint.
  bool without_marks_ = false;  // There was an old one.
  bool has_more_ = true;        // The last look left something for the next.
  bool is_unreadable_ = false;  // The last look failed, or reading since.
  bool read_failed_ = false;    // What the path names, when it was read last.
  bool finished_ = false;
};

}  // namespace presshawk
