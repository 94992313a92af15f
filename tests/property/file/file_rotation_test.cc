// SPDX-License-Identifier: Apache-2.0
// Random histories of a file and of its reader, on a real file system, against
// a model that knows which lines still exist where they can be found.
//
//   no line is lost that still exists where it can be found
//   none comes twice, but after a kill or a stop what was not committed
//   what cannot be found is said, with at least the bytes that were seen
//   nothing is said where nothing was destroyed
//
// In some histories all files begin with the same line, in some nothing is
// destroyed.
//
// PRESSHAWK_SEED, PRESSHAWK_CASES: other histories, and how many. A failure
// prints the seed of its own history: PRESSHAWK_SEED=THAT PRESSHAWK_CASES=1,
// and with PRESSHAWK_SHOW=1 what lay where before each step.
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/stream/offset_tracker.h"
#include "ingest/file/followed_file.h"
#include "tests/property/file/file_world.h"
#include "tests/support/child_process.h"

namespace presshawk::testing {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t usual) {
  const char* const text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

class History {
 public:
  explicit History(uint64_t seed)
      : header_(seed % 3 == 0),
        destroys_(seed % 2 == 0),
        world_(folder_.path(), seed, header_) {}

  // Empty, or what went wrong.
  std::string Run() {
    for (size_t i = world_.Pick(4); i > 0; --i) {
      world_.Append(world_.Pick(3));
      world_.Rotate(world_.Pick(2) == 0);
    }
    for (const auto& content : world_.contents()) {
      if (content.get() != world_.at_path()) {
        content->skipped = content->text.size();
      }
    }
    Start(true);
    Poll(true);
    for (size_t steps = 5 + world_.Pick(40); steps > 0 && wrong_.empty();
         --steps) {
      Step();
    }
    for (int i = 0; i < 4 && wrong_.empty(); ++i) {
      Poll(true);
      now_ += absl::Seconds(i % 2 == 0 ? 11 : 61);
    }
    Poll(true);
    if (wrong_.empty()) {
      CheckEnd();
    }
    return wrong_.empty() ? "" : StrCat(wrong_, "\n", log_);
  }

 private:
  struct OnItsWay {
    StreamId stream;
    int64_t offset;
    uint64_t id;
  };

  void Note(const std::string& what) { StrAppend(&log_, what, "\n"); }
  void Fail(const std::string& what) {
    if (wrong_.empty()) {
      wrong_ = what;
    }
  }

  void Start(bool follow) {
    tracker_ = std::make_unique<OffsetTracker>();
    reader_ = std::make_unique<FollowedFile>(
        FollowedFile::Options{
            .path = world_.path(),
            .checkpoint = world_.path() + ".presshawk-offset",
            .follow = follow,
            .line_bytes_max = 1UL << 24,
            .on_news = [this](const FileNews& news) { OnNews(news); }},
        tracker_.get());
    // What is gone and was seen must be said.
    for (const auto& content : world_.contents()) {
      if (!world_.IsFindable(content.get()) && content->destroyed &&
          content->seen_at_commit > 0 &&
          expected_.insert(content.get()).second) {
        const uint64_t done = CommittedEnd(*content);
        bytes_expected_ +=
            content->seen_at_commit - std::min(content->seen_at_commit, done);
      }
    }
  }
  void OnNews(const FileNews& news) {
    if (news.kind == FileNews::Kind::kGap) {
      Note(StrCat("  SAID ", news.text));
      ++gaps_;
      bytes_said_ += news.lost_bytes;
    }
  }

  static uint64_t CommittedEnd(const Content& content) {
    uint64_t end = 0;
    for (const WrittenLine& line : content.lines) {
      if (line.id != 0 && !line.may_be_committed && line.given_part == 0) {
        break;
      }
      end = line.end;
    }
    return end;
  }

  // Reads one batch, or all there is.
  void Poll(bool all) {
    LineBatch batch;
    for (int i = 0; wrong_.empty(); ++i) {
      const auto more = reader_->ReadBatch(&batch, now_);
      if (!more.ok()) {
        return Fail(more.status().ToString());
      }
      if (!*more) {
        break;
      }
      for (const Line& line : batch.lines) {
        Take(line);
      }
      if (!all) {
        return;
      }
      if (i > 10'000) {
        return Fail("it never comes to an end");
      }
    }
    if (Content* const content = world_.at_path(); content != nullptr) {
      content->seen = content->text.size();
    }
  }

  void Take(const Line& line) {
    const auto offset = static_cast<int64_t>(line.offset);
    tracker_->Admit(reader_->stream(), offset,
                    static_cast<int64_t>(line.next()));
    reader_->AddInFlight(line);
    if (line.text.starts_with("{\"header\"")) {
      tracker_->Resolve(reader_->stream(), offset);
      return;
    }
    Content* content = nullptr;
    WrittenLine* const written =
        line.text.size() < 12 || !line.text.starts_with("{\"id\":")
            ? nullptr
            : world_.LineOf(std::stoull(std::string(line.text.substr(6, 6))),
                            &content);
    if (written == nullptr) {
      return Fail(StrCat("nobody wrote ", line.text.substr(0, 100)));
    }
    const uint64_t size =
        written->end - written->begin - (written->ended ? 1 : 0);
    const std::string_view text =
        std::string_view(content->text).substr(written->begin, size);
    if (!text.starts_with(line.text)) {
      return Fail(StrCat("it is not as it was written: ", written->id));
    }
    if (written->begin < content->skipped) {
      return Fail(StrCat("it was not asked for: ", written->id));
    }
    if (!line.ended) {  // Rotated long ago, or the end without `follow`.
      written->given_part = line.text.size();
      tracker_->Resolve(reader_->stream(), offset);
      return;
    }
    if (line.text != text || line.offset != written->begin) {
      return Fail(StrCat("a line that is none: ", written->id));
    }
    Note(StrCat("  line ", written->id));
    if (++written->delivered > written->allowed) {
      return Fail(StrCat("twice: ", written->id));
    }
    written->acknowledged = false;
    on_its_way_.push_back({reader_->stream(), offset, written->id});
  }

  void Acknowledge() {
    const bool all = world_.Pick(3) > 0;
    std::erase_if(on_its_way_, [&](const OnItsWay& line) {
      if (!all && world_.Pick(3) == 0) {
        return false;
      }
      Content* content = nullptr;
      world_.LineOf(line.id, &content)->acknowledged = true;
      tracker_->Resolve(line.stream, line.offset);
      return true;
    });
  }
  void NoteCommit() {
    for (const auto& content : world_.contents()) {
      content->seen_at_commit = content->seen;
      for (WrittenLine& line : content->lines) {
        if (line.id != 0 && !line.committed && !line.acknowledged) {
          break;
        }
        line.committed = true;
      }
    }
  }
  void Commit() {
    reader_->Commit();
    if (!reader_->checkpoint_trouble().empty()) {
      Fail(std::string(reader_->checkpoint_trouble()));
    }
    NoteCommit();
  }
  void Stop(bool kill) {
    if (!kill) {
      if (const absl::Status status = reader_->Close(); !status.ok()) {
        Fail(status.ToString());
      }
      NoteCommit();
    }
    reader_.reset();
    on_its_way_.clear();
    for (const auto& content : world_.contents()) {
      // What it saw since its last commit it knows no more.
      content->seen = content->seen_at_commit;
      for (WrittenLine& line : content->lines) {
        line.may_be_committed |= line.committed || line.acknowledged;
        if (line.delivered > 0 && !line.committed) {
          line.allowed = line.delivered + 1;
          line.acknowledged = false;
        }
      }
    }
  }
  void RunOnce() {
    Stop(false);
    if (world_.at_path() != nullptr) {
      Start(false);
      Poll(true);
      if (wrong_.empty() && !reader_->finished()) {
        Fail("it does not end without follow");
      }
      Acknowledge();
      Stop(world_.Pick(3) == 0);
    }
    Start(true);
  }

  void Step() {
    const size_t what = world_.Pick(destroys_ ? 30 : 24);
    static constexpr const char* kNames[] = {
        "append",         "append",
        "append",         "append",
        "part",           "part",
        "rotate",         "rotate",
        "rotate",         "late",
        "copytruncate",   "copytruncate and append",
        "pack",           "pack",
        "poll",           "poll all",
        "poll all",       "acknowledge",
        "acknowledge",    "commit",
        "kill",           "restart",
        "wait",           "run once",
        "rewrite",        "rewrite equally",
        "rewrite longer", "delete",
        "away or back",   "delete rotated"};
    if (std::getenv("PRESSHAWK_SHOW") != nullptr) {  // To look at a failure.
      Note(StrCat(world_.Layout(),
                  ReadWholeFile(world_.path() + ".presshawk-offset")));
    }
    Note(kNames[what]);
    switch (what) {
      case 0:
      case 1:
      case 2:
      case 3:
        return world_.Append(1 + world_.Pick(4));
      case 4:
      case 5:
        return world_.AppendPart();
      case 6:
      case 7:
      case 8:
        return world_.Rotate(world_.Pick(3) > 0);
      case 9:
        return world_.WriteLate();
      case 10:
        return world_.CopyAndTruncate();
      case 11:
        world_.CopyAndTruncate();
        return world_.Append(1 + world_.Pick(8));
      case 12:
      case 13:
        return world_.Pack();
      case 14:
        return Poll(false);
      case 15:
      case 16:
        return Poll(true);
      case 17:
      case 18:
        return Acknowledge();
      case 19:
        return Commit();
      case 20:
      case 21:
        Stop(what == 20);
        // Things happen while it is down.
        for (size_t i = world_.Pick(6); i > 0; --i) {
          static constexpr size_t kWriters[] = {0, 4, 6, 9, 10, 11, 12, 12};
          DownStep(kWriters[world_.Pick(8)]);
        }
        return Start(true);
      case 22:
        now_ += absl::Seconds(1 + world_.Pick(70));
        return;
      case 23:
        return RunOnce();
      case 24:
      case 25:
      case 26:
        return world_.Rewrite(static_cast<int>(what) - 25);
      case 27:
        return world_.DeleteAndCreate();
      case 28:
        return world_.Pick(2) == 0 ? world_.MoveRotatedAway()
                                   : world_.PutBack();
      default:
        return world_.DeleteRotated();
    }
  }
  void DownStep(size_t what) {
    Note(StrCat("  down: ", what));
    switch (what) {
      case 0:
        return world_.Append(1 + world_.Pick(4));
      case 4:
        return world_.AppendPart();
      case 6:
        return world_.Rotate(world_.Pick(3) > 0);
      case 9:
        return world_.WriteLate();
      case 10:
        return world_.CopyAndTruncate();
      case 11:
        world_.CopyAndTruncate();
        return world_.Append(1 + world_.Pick(8));
      default:
        return world_.Pack();
    }
  }

  void CheckEnd() {
    uint64_t silent = 0;
    for (const auto& content : world_.contents()) {
      const bool findable = world_.IsFindable(content.get());
      bool misses = false;
      for (const WrittenLine& line : content->lines) {
        const bool was_given =
            line.delivered > 0 || line.given_part == line.end - line.begin - 1;
        if (line.begin < content->skipped || line.id == 0 || !line.ended ||
            was_given) {
          continue;
        }
        // Late lines, and their file gone before the next look: nobody knows.
        misses |= !line.late;
        if (findable) {
          Fail(StrCat("lost: ", line.id, " at ", line.begin, "\n",
                      world_.Layout()));
        }
      }
      silent += misses && !findable && content->seen > 0 ? 1 : 0;
    }
    if (silent > gaps_) {
      Fail(StrCat(silent, " files are lost and ", gaps_, " were said"));
    }
    if (bytes_said_ < bytes_expected_) {
      Fail(StrCat(bytes_expected_, " bytes are lost and ", bytes_said_,
                  " were said"));
    }
    // Of a file of which only a first line was read that all begin with, it is
    // not certain which it is.
    if (!destroys_ && !header_ && gaps_ > 0) {
      Fail("something is said to be lost, and nothing is");
    }
  }

  const bool header_;
  const bool destroys_;
  TemporaryFolder folder_;
  FileWorld world_;
  absl::Time now_ = absl::UnixEpoch();
  std::unique_ptr<OffsetTracker> tracker_;
  std::unique_ptr<FollowedFile> reader_;
  std::vector<OnItsWay> on_its_way_;
  std::set<const Content*> expected_;
  uint64_t gaps_ = 0;
  uint64_t bytes_said_ = 0;
  uint64_t bytes_expected_ = 0;
  std::string log_;
  std::string wrong_;
};

TEST(FileRotationTest, NothingIsLostThatCanBeFoundAndTheRestIsSaid) {
  const uint64_t seed = FromEnvironment("PRESSHAWK_SEED", 20260101);
  const uint64_t cases = FromEnvironment("PRESSHAWK_CASES", 300);
  for (uint64_t i = 0; i < cases; ++i) {
    const std::string wrong = History(seed + i).Run();
    ASSERT_TRUE(wrong.empty())
        << wrong << "PRESSHAWK_SEED=" << seed + i << " PRESSHAWK_CASES=1";
  }
}

}  // namespace
}  // namespace presshawk::testing
