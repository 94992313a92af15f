// SPDX-License-Identifier: Apache-2.0
// A folder in which a file is written, rotated, copied, packed, moved and
// deleted, and what of it still exists where a reader can find it.
//
//   Content   one file's life: its lines, wherever it lies by now
//   Slot      a name of the folder, and the content that lies there
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace presshawk::testing {

struct WrittenLine {
  uint64_t id = 0;
  uint64_t begin = 0;
  uint64_t end = 0;    // Behind its line feed.
  bool ended = false;  // The line feed is written.
  bool late = false;   // Written, or ended, when the file was rotated.
  // What became of it; kept by the test.
  uint64_t given_part = 0;  // How much was given out before its line feed.
  int delivered = 0;
  int allowed = 1;
  bool acknowledged = false;
  bool committed = false;
  bool may_be_committed = false;  // By the reader itself, before a kill.
};

struct Content {
  std::string text;
  std::vector<WrittenLine> lines;
  // Of a file that was rotated before the reader was first started: its size
  // then. Only what came later is asked for.
  uint64_t skipped = 0;
  bool destroyed = false;  // Cut off, overwritten, deleted or moved away.
  // As of the last time that the reader was at the end of everything.
  uint64_t seen = 0;
  uint64_t seen_at_commit = 0;
};

class FileWorld {
 public:
  // With `header`, each content begins with the same long line.
  FileWorld(std::filesystem::path folder, uint64_t seed, bool header);

  std::string path() const { return (folder_ / kBase).string(); }
  std::mt19937_64& random() { return random_; }
  size_t Pick(size_t below) { return random_() % below; }
  const std::vector<std::shared_ptr<Content>>& contents() const {
    return contents_;
  }
  // What lies at the path; null where nothing does.
  Content* at_path() const { return at_path_.get(); }
  // Whether a reader can find it: at the path or as a rotated file.
  bool IsFindable(const Content* content) const;
  // Which lines lie where, to read.
  std::string Layout() const;
  WrittenLine* LineOf(uint64_t id, Content** content);

  // Whole lines at the end of the path's file, which is made if it is missing.
  void Append(size_t lines);
  // The begin of a line, or more of one that is begun.
  void AppendPart();
  // Renames; `create`: the new file is made at once.
  void Rotate(bool create);
  void WriteLate();
  void CopyAndTruncate();
  void Pack();
  // Other content under the same name and inode: shorter (-1), equally long
  // (0), longer (1).
  void Rewrite(int longer);
  void DeleteAndCreate();
  void MoveRotatedAway();
  void PutBack();
  void DeleteRotated();
  bool TooManyRotated() const { return rotated_.size() >= 12; }

 private:
  static constexpr const char* kBase = "in.ndjson";
  struct Rotated {
    std::shared_ptr<Content> content;
    std::string packing;  // "", ".gz", ".zst".
  };

  std::string NewLine();
  std::string LineOfSize(size_t size);
  void Write(Content* content, const std::filesystem::path& file,
             const std::string& text, bool late = false);
  std::shared_ptr<Content> NewContent();
  // .1 becomes .2, and so on.
  void Shift();
  std::filesystem::path NameOf(size_t number) const;

  const std::filesystem::path folder_;
  std::mt19937_64 random_;
  const bool header_;
  uint64_t next_id_ = 100'000;  // All of six digits.
  std::vector<std::shared_ptr<Content>> contents_;
  std::shared_ptr<Content> at_path_;
  std::vector<Rotated> rotated_;  // [0] is .1.
  std::vector<std::pair<std::filesystem::path, Rotated>> away_;
  std::map<uint64_t, Content*> content_of_;
};

}  // namespace presshawk::testing
