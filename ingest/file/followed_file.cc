// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/followed_file.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include <sys/stat.h>

#include "core/base/str_cat.h"
#include "ingest/file/byte_stream.h"

namespace presshawk {
namespace {

constexpr absl::Duration kRetryInterval = absl::Seconds(1);

// The first bytes of what is unpacked; nothing where that fails.
std::optional<std::string> HeadOf(const FoundFile& file) {
  if (!file.packed) {
    return ReadAt(file.descriptor.get(), 0, SourceIdentity::kMarkBytes);
  }
  std::string head(SourceIdentity::kMarkBytes, '\0');
  size_t have = 0;
  auto stream = ByteStream::OfRegularFile(file.path, file.descriptor.get());
  while (have < head.size()) {
    const absl::StatusOr<size_t> got =
        stream.ok() ? (*stream)->Read(head.data() + have, head.size() - have)
                    : stream.status();
    if (!got.ok()) {
      return std::nullopt;
    }
    if (*got == 0) {
      break;
    }
    have += *got;
  }
  head.resize(have);
  return head;
}

bool HasInode(const SourceIdentity& identity, const FoundFile& file) {
  return identity.device == file.device && identity.inode == file.inode;
}

// Whether `file` holds what is known of the other one, and no more.
bool IsCopyOf(const FileProgress& progress, const FoundFile& file) {
  if (progress.identity.marks.empty()) {
    return progress.size == 0 && HeadOf(file) == "";
  }
  return IsCopy(progress.identity, progress.size, file);
}

// Of a rotated file that is not asked for, but for late lines: those cannot be
// told in one that is packed, which is known by its inode only.
FileProgress ProgressOfSkipped(const FoundFile& file) {
  FileProgress progress;
  progress.identity.device = file.device;
  progress.identity.inode = file.inode;
  const std::string head = HeadOf(file).value_or("");
  progress.identity.AddMark(head.size(), head);
  if (file.packed) {
    progress.state = FileProgress::State::kSkipped;
    progress.packed_size = file.size;
    return progress;
  }
  progress.state = FileProgress::State::kDone;
  const uint64_t tail = std::min(file.size, SourceIdentity::kMarkBytes);
  progress.identity.AddMark(
      file.size, ReadAt(file.descriptor.get(), file.size - tail, tail));
  progress.size = progress.offset = file.size;
  return progress;
}

std::string GapText(const SourceFile& file, uint64_t lost_bytes,
                    const std::string& why) {
  const uint64_t offset = file.position().offset;
  return lost_bytes > 0 ? StrCat(lost_bytes, " bytes from byte ", offset,
                                 " on are lost: ", why)
                        : StrCat("what was written behind byte ", offset,
                                 " may be lost: ", why);
}

}  // namespace

FollowedFile::FollowedFile(Options options, OffsetTracker* tracker)
    : options_(std::move(options)), tracker_(tracker) {}

absl::Status FollowedFile::Load() {
  loaded_ = true;
  if (options_.path == "-") {
    files_.push_back(std::make_unique<SourceFile>(FileProgress(), tracker_));
    files_.back()->at_path = true;
    return files_.back()->OpenStandardInput(options_.line_bytes_max);
  }
  absl::StatusOr<std::optional<FileCheckpoint>> checkpoint =
      LoadFileCheckpoint(options_.checkpoint);
  if (!checkpoint.ok()) {
    return checkpoint.status();
  }
  is_new_ = !checkpoint->has_value();
  if (is_new_) {
    return absl::OkStatus();
  }
  without_marks_ = (*checkpoint)->without_marks;
  for (FileProgress& progress : (*checkpoint)->files) {
    files_.push_back(
        std::make_unique<SourceFile>(std::move(progress), tracker_));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> FollowedFile::ReadBatch(LineBatch* batch, absl::Time now) {
  batch->lines.clear();
  if (finished_) {
    return false;
  }
  if (!loaded_) {
    if (absl::Status status = Load(); !status.ok()) {
      return status;
    }
  }
  while (true) {
    absl::StatusOr<bool> more = ReadOpenFiles(batch, now);
    if (!more.ok() || *more) {
      return more;
    }
    if (options_.path == "-") {
      finished_ = true;
      return false;
    }
    if (!MustLook(now)) {
      return false;
    }
    more = Look(now);
    if (!more.ok() || !*more) {
      return more;
    }
  }
}

absl::StatusOr<bool> FollowedFile::ReadOpenFiles(LineBatch* batch,
                                                 absl::Time now) {
  for (const auto& file : files_) {
    if (file->is_open()) {
      absl::StatusOr<bool> more = ReadFrom(file.get(), batch, now);
      if (!more.ok() || *more) {
        return more;
      }
    }
  }
  return false;
}

absl::StatusOr<bool> FollowedFile::ReadFrom(SourceFile* file, LineBatch* batch,
                                            absl::Time now) {
  current_ = file;
  const bool is_left = !options_.follow || file->is_packed() ||
                       options_.path == "-" || now >= file->leave_at;
  // Behind a last line that was given out without its line feed nothing is
  // read: it may grow, and is then read again, whole.
  absl::StatusOr<SourceFile::Got> got = SourceFile::Got::kNothing;
  if (!file->left_at_end) {
    got = file->Read(batch);
    if (got.ok() && *got == SourceFile::Got::kNothing && is_left) {
      file->StopFollowing();
      got = file->Read(batch);
    }
  }
  if (!got.ok() && file->at_path) {
    if (options_.follow) {
      file->Leave();  // It is opened anew.
      read_failed_ = true;
    }
    return TryLater(got.status(), now);
  }
  if (!got.ok()) {
    file->Leave();
    file->left_at_end = true;
    file->set_state(State::kDone);
    SayGap(file->unread_bytes(),
           GapText(*file, file->unread_bytes(),
                   StrCat("a rotated file cannot be read: ",
                          std::string(got.status().message()))));
    return false;
  }
  if (file->at_path && std::exchange(read_failed_, false)) {
    EndTrouble();
  }
  if (const uint64_t cut = file->TakeCutBytes(); cut > 0) {
    SayGap(cut, GapText(*file, cut, "its end was cut off before it was read"));
  }
  switch (*got) {
    case SourceFile::Got::kLines:
      file->left_at_end = !batch->lines.back().ended;
      return true;
    case SourceFile::Got::kReplaced:
      file->Leave();
      has_more_ = true;
      return false;
    case SourceFile::Got::kNothing:
      break;
  }
  if (is_left) {
    file->Leave();
    file->left_at_end = true;
    if (!file->at_path) {
      file->set_state(State::kDone);
      if (const uint64_t lost = file->unread_bytes(); lost > 0) {
        SayGap(lost, GapText(*file, lost,
                             "the copy of what it named before ends there"));
      }
    }
  }
  return false;
}

bool FollowedFile::PathChanged() const {
  struct stat status = {};
  const bool exists = stat(options_.path.c_str(), &status) == 0;
  for (const auto& file : files_) {
    if (file->is_open() && file->at_path) {
      return !exists || file->progress().identity.device != status.st_dev ||
             file->progress().identity.inode != status.st_ino;
    }
  }
  return exists;
}

bool FollowedFile::MustLook(absl::Time now) const {
  const absl::Duration since = now - looked_;
  if (!options_.follow || since >= kLookInterval) {
    return true;
  }
  return (!is_unreadable_ || since >= kRetryInterval) &&
         (has_more_ || PathChanged());
}

std::vector<int> FollowedFile::Locate(const Related& found) const {
  std::vector<int> places(files_.size(), -1);
  std::vector<bool> taken(found.size(), false);
  const auto locate = [&](size_t k, auto fits) {
    // Rotated ones from the oldest, then that at the path, then others: where
    // several begin alike, the newer ones are read from their begin.
    for (const bool others : {false, true}) {
      for (size_t i = 0; places[k] < 0 && i < found.size(); ++i) {
        const bool is_other = !found[i].rotated && !found[i].at_path;
        if (is_other == others && !taken[i] && fits(found[i])) {
          places[k] = static_cast<int>(i);
          taken[i] = true;
        }
      }
    }
  };
  // Of which the most was read chooses first: a file of which only a first line
  // was read is like many.
  std::vector<size_t> order;
  for (size_t k = 0; k < files_.size(); ++k) {
    if (files_[k]->is_open()) {
      locate(k, [&](const FoundFile& at) {
        return HasInode(files_[k]->progress().identity, at);
      });
    } else {
      order.push_back(k);
    }
  }
  std::stable_sort(order.begin(), order.end(), [this](size_t a, size_t b) {
    const auto rank = [this](size_t k) {
      return std::pair(files_[k]->position().offset,
                       files_[k]->state() == State::kReading);
    };
    return rank(a) > rank(b);
  });
  const auto is_copy_of_open = [this](const FoundFile& at) {
    return std::any_of(files_.begin(), files_.end(), [&at](const auto& file) {
      return file->is_open() && IsCopyOf(file->progress(), at);
    });
  };
  for (const size_t k : order) {
    const FileProgress& progress = files_[k]->progress();
    const uint64_t offset = files_[k]->position().offset;
    const bool is_done = progress.state == State::kDone;
    const bool is_skipped = progress.state == State::kSkipped;
    const bool has_marks = !progress.identity.marks.empty();
    locate(k, [&](const RelatedFile& at) {
      if (without_marks_) {
        return progress.identity.inode == at.inode &&
               (at.packed || at.size + 1 >= progress.offset);
      }
      if (!has_marks || !HasInode(progress.identity, at)) {
        return false;
      }
      if (at.packed && (is_done || is_skipped)) {
        return at.size == progress.packed_size &&
               BeginsAlike(progress.identity, at);
      }
      return !is_skipped && (at.packed || at.size >= progress.size) &&
             Continues(progress.identity, offset, at);
    });
    if (is_skipped) {
      continue;
    }
    // Copies, and what was compressed or moved over file systems: first those
    // that are as long as what was seen, then longer ones, then any.
    locate(k, [&](const RelatedFile& at) {
      return !at.at_path && IsCopyOf(progress, at) &&
             (is_done || !has_marks ||
              Continues(progress.identity, offset, at));
    });
    for (const uint64_t enough : {std::max(offset, progress.size), offset}) {
      locate(k, [&](const RelatedFile& at) {
        return has_marks && Continues(progress.identity, enough, at) &&
               (at.at_path || !is_copy_of_open(at));
      });
    }
  }
  // One that was empty, or could not be unpacked, is told by its inode alone.
  // That may be another file's by now: what holds something known comes first.
  for (const size_t k : order) {
    const FileProgress& progress = files_[k]->progress();
    locate(k, [&](const RelatedFile& at) {
      return progress.identity.marks.empty() &&
             HasInode(progress.identity, at) &&
             (at.rotated.has_value() || at.at_path) &&
             (progress.state == State::kDone ||
                      progress.state == State::kSkipped
                  ? at.size == progress.packed_size
                  : files_[k]->position().offset == 0);
    });
  }
  return places;
}

absl::StatusOr<bool> FollowedFile::Reopen(SourceFile* file,
                                          RelatedFile* found) {
  const SourceIdentity& identity = file->progress().identity;
  const bool is_elsewhere = !HasInode(identity, *found);
  if (file->is_open() || (file->left_at_end && !options_.follow)) {
    return false;
  }
  file->NotePlace(*found);
  switch (file->state()) {
    case State::kSkipped:
      return false;
    case State::kDone: {
      const bool may_have_grown =
          found->packed ? is_elsewhere && !IsCopyOf(file->progress(), *found)
                        : found->size > file->position().offset;
      if (!may_have_grown && !(found->at_path && options_.follow)) {
        return false;
      }
      break;
    }
    case State::kReading:
    case State::kLost:
      break;
  }
  file->leave_at = absl::InfiniteFuture();
  file->left_at_end = false;
  file->set_state(State::kReading);
  absl::Status status =
      file->Open(std::move(*found), options_.line_bytes_max, options_.follow);
  if (!status.ok()) {
    return status;
  }
  return true;
}

void FollowedFile::RememberSkipped(const Related& found,
                                   const std::vector<int>& places,
                                   const std::vector<size_t>& unread) {
  std::vector<std::unique_ptr<SourceFile>> skipped;
  for (size_t i = found.size(); i-- > 0 && skipped.size() < kRememberedMax;) {
    const bool is_used =
        std::find(places.begin(), places.end(), static_cast<int>(i)) !=
            places.end() ||
        std::find(unread.begin(), unread.end(), i) != unread.end();
    if (!is_used && found[i].rotated.has_value()) {
      skipped.push_back(
          std::make_unique<SourceFile>(ProgressOfSkipped(found[i]), tracker_));
    }
  }
  files_.insert(files_.begin(), std::make_move_iterator(skipped.rbegin()),
                std::make_move_iterator(skipped.rend()));
}

absl::Status FollowedFile::BeginNext(RelatedFile* found) {
  files_.push_back(std::make_unique<SourceFile>(FileProgress(), tracker_));
  SourceFile* const next = files_.back().get();
  next->at_path = found->at_path;
  const std::string head = HeadOf(*found).value_or("");
  next->identity()->AddMark(head.size(), head);
  return next->Open(std::move(*found), options_.line_bytes_max,
                    options_.follow);
}

void FollowedFile::SetLeaveTimes(absl::Time now) {
  const SourceFile* newest = nullptr;
  for (const auto& file : files_) {
    if (file->is_open() && (newest == nullptr || !newest->at_path)) {
      newest = file.get();
    }
  }
  for (const auto& file : files_) {
    // A deleted file keeps its place on the disk as long as it is open.
    if (file->is_open() && (file.get() != newest || file->is_deleted())) {
      file->leave_at = std::min(file->leave_at, now + options_.late_lines);
    }
  }
}

absl::StatusOr<bool> FollowedFile::ReopenLocated(const std::vector<int>& places,
                                                 Related* found) {
  bool reads = false;
  for (size_t k = 0; k < places.size(); ++k) {
    SourceFile* const file = files_[k].get();
    if (places[k] < 0) {
      file->at_path = false;
      continue;
    }
    RelatedFile* const at = &(*found)[static_cast<size_t>(places[k])];
    file->at_path = at->at_path;
    if (without_marks_) {
      file->CorrectOldOffset(*at);
    }
    const absl::StatusOr<bool> reopened = Reopen(file, at);
    if (!reopened.ok()) {
      return reopened.status();
    }
    reads |= *reopened;
  }
  return reads;
}

// What is not known came after what is, unless it is older than all that is
// remembered.
std::vector<size_t> FollowedFile::Unread(const Related& found,
                                         const std::vector<int>& places) const {
  std::vector<bool> taken(found.size(), false);
  size_t oldest = found.size();
  for (const int place : places) {
    if (place >= 0) {
      const auto i = static_cast<size_t>(place);
      taken[i] = true;
      if (found[i].rotated.has_value() || found[i].at_path) {
        oldest = std::min(oldest, i);
      }
    }
  }
  // At the first start, and for a checkpoint that knows of one file only,
  // nothing is remembered: unread is what came after that file, or the path.
  size_t begin = 0;
  if (is_new_ || (without_marks_ && oldest == found.size())) {
    begin = found.size();
    begin -= !found.empty() && found.back().at_path ? 1 : 0;
  } else if (oldest < found.size() &&
             (without_marks_ || files_.size() > kRememberedMax)) {
    begin = oldest;
  }
  const auto is_copy = [this](const RelatedFile& file) {
    return std::any_of(files_.begin(), files_.end(), [&file](const auto& one) {
      return IsCopyOf(one->progress(), file);
    });
  };
  std::vector<size_t> unread;
  for (size_t i = begin; i < found.size(); ++i) {
    if (!taken[i] && (found[i].at_path ||
                      (found[i].rotated.has_value() && !is_copy(found[i])))) {
      unread.push_back(i);
    }
  }
  return unread;
}

void FollowedFile::NoteWhatIsOpen(bool path_exists) {
  const bool has_open =
      std::any_of(files_.begin(), files_.end(),
                  [](const auto& file) { return file->is_open(); });
  if (has_open) {
    if (!read_failed_) {  // Else the next read tells.
      EndTrouble();
    }
  } else if (!path_exists) {
    SayTrouble(FileNews::Kind::kAwaited,
               StrCat(options_.path,
                      ": there is no such file yet; it is read once it is "
                      "there"));
  } else {
    finished_ = !options_.follow;
  }
}

absl::StatusOr<bool> FollowedFile::Look(absl::Time now) {
  looked_ = now;
  std::set<uint64_t> inodes;
  for (const auto& file : files_) {
    inodes.insert(file->progress().identity.inode);
  }
  auto looked = FindRelatedFiles(options_.path, options_.others, inodes);
  is_unreadable_ = false;
  if (!looked.ok()) {
    return TryLater(looked.status(), now);
  }
  has_more_ = !looked->has_value();
  if (has_more_) {
    return false;  // Files are being renamed.
  }
  Related& found = **looked;
  const bool path_exists = !found.empty() && found.back().at_path;
  const std::vector<int> places = Locate(found);
  const std::vector<size_t> unread = Unread(found, places);
  absl::StatusOr<bool> reads = ReopenLocated(places, &found);
  if (!reads.ok()) {
    return TryLater(reads.status(), now);
  }
  for (size_t k = 0; k < places.size(); ++k) {
    SourceFile* const file = files_[k].get();
    if (places[k] < 0 && !file->is_open() && file->state() == State::kReading) {
      SayLost(file, !unread.empty() && !found[unread.front()].at_path);
    }
  }
  if (is_new_ || without_marks_) {
    RememberSkipped(found, places, unread);
  }
  is_new_ = without_marks_ = false;
  has_more_ = *reads ? !unread.empty() : unread.size() > 1;
  if (!*reads && !unread.empty()) {
    if (absl::Status status = BeginNext(&found[unread.front()]); !status.ok()) {
      return TryLater(status, now);
    }
    reads = true;
  }
  SetLeaveTimes(now);
  if (!*reads && !path_exists && !options_.follow) {
    return absl::NotFoundError(
        StrCat(options_.path, ": there is no such file"));
  }
  NoteWhatIsOpen(path_exists);
  // Before a line goes out: after a crash the file is found again.
  Commit();
  return reads;
}

absl::StatusOr<bool> FollowedFile::TryLater(const absl::Status& status,
                                            absl::Time now) {
  if (!options_.follow) {
    return status;
  }
  looked_ = now;
  is_unreadable_ = has_more_ = true;
  SayTrouble(FileNews::Kind::kCannotRead, std::string(status.message()));
  return false;
}

void FollowedFile::SayTrouble(FileNews::Kind kind, const std::string& text) {
  if (trouble_ != text && options_.on_news != nullptr) {
    options_.on_news({.kind = kind, .text = text});
  }
  trouble_ = text;
}

void FollowedFile::EndTrouble() {
  if (!trouble_.empty() && options_.on_news != nullptr) {
    options_.on_news({.kind = FileNews::Kind::kFound,
                      .text = StrCat(options_.path, ": is read")});
  }
  trouble_.clear();
}

void FollowedFile::SayGap(uint64_t lost_bytes, const std::string& what) {
  if (options_.on_news != nullptr) {
    options_.on_news({.kind = FileNews::Kind::kGap,
                      .text = StrCat(options_.path, ": ", what),
                      .lost_bytes = lost_bytes});
  }
}

void FollowedFile::SayLost(SourceFile* file, bool may_be_unread) {
  file->set_state(State::kLost);
  // Nothing was ever seen in it: it may be one of those that are read next.
  if (may_be_unread && file->progress().identity.marks.empty()) {
    return;
  }
  SayGap(file->unread_bytes(),
         GapText(*file, file->unread_bytes(),
                 StrCat("the file that it named before (inode ",
                        file->progress().identity.inode,
                        ") was written anew, is not in its folder any more, "
                        "or cannot be read; put it back there, and the rest "
                        "is read")));
}

void FollowedFile::Commit() {
  const absl::Status status = Store();
  const bool was_failing = !checkpoint_trouble_.empty();
  checkpoint_trouble_ = std::string(status.message());
  if (options_.on_news == nullptr || status.ok() != was_failing) {
    return;
  }
  options_.on_news(
      {.kind =
           status.ok() ? FileNews::Kind::kFound : FileNews::Kind::kCannotStore,
       .text = status.ok() ? StrCat(options_.checkpoint,
                                    ": the checkpoint can be written again")
                           : StrCat(checkpoint_trouble_,
                                    ": it is tried again; until then a restart "
                                    "repeats articles")});
}

absl::Status FollowedFile::Store() {
  for (const auto& file : files_) {
    file->Settle();
  }
  if (options_.path == "-" || !loaded_ || is_new_) {
    return absl::OkStatus();
  }
  const auto is_past = [](const auto& file) {
    return !file->is_open() && file->is_settled() &&
           file->state() != State::kReading;
  };
  auto past =
      static_cast<size_t>(std::count_if(files_.begin(), files_.end(), is_past));
  // The oldest ones are forgotten, and those in which there was never anything.
  std::erase_if(files_, [&](const auto& file) {
    if (!is_past(file) || file.get() == current_) {
      return false;
    }
    const bool was_empty = file->progress().identity.marks.empty() &&
                           file->progress().packed_size == 0;
    const bool forget = past > kRememberedMax || was_empty;
    past -= forget ? 1 : 0;
    return forget;
  });
  FileCheckpoint checkpoint;
  for (const auto& file : files_) {
    FileProgress& progress = checkpoint.files.emplace_back(file->progress());
    // Done with is only what was acknowledged, too.
    if (!file->is_settled()) {
      progress.state = State::kReading;
    }
  }
  std::string text = CheckpointText(checkpoint);
  if (text == stored_) {
    return absl::OkStatus();
  }
  if (absl::Status status = StoreFileCheckpoint(options_.checkpoint, text);
      !status.ok()) {
    return status;
  }
  stored_ = std::move(text);
  return absl::OkStatus();
}

absl::Status FollowedFile::Close() {
  const absl::Status status = Store();
  for (const auto& file : files_) {
    file->Forget();
  }
  files_.clear();
  finished_ = true;
  return status;
}

}  // namespace presshawk
