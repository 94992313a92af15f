// SPDX-License-Identifier: Apache-2.0
// Keeps what the files and the watch-list topic define at present, good or bad,
// and decides which definition of each list counts.
//
// THREAD SAFETY. None.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "core/base/sha256.h"
#include "matchers/diagnostic.h"
#include "matchers/watchlist.h"

namespace presshawk {

// One source's definition of one list. Immutable: as long as the definition
// does not change, neither does the object.
struct SaidList {
  std::shared_ptr<const WatchList> list;  // Null if it is no watch-list.
  std::vector<Diagnostic> diagnostics;    // Reported by its reader.
};
using SaidListPtr = std::shared_ptr<const SaidList>;

class ListSources {
 public:
  // With `put_off`, nothing is parsed before ParseAll(). This is for a start
  // that may not need any of it. `default_forms` are those of lists that say
  // nothing of them.
  ListSources(bool put_off, std::vector<std::string> default_forms)
      : default_forms_(std::move(default_forms)), put_off_(put_off) {}

  // These work as in LiveLists.
  absl::Status ReadFiles(const std::vector<std::string>& patterns);
  void SetRecord(std::string_view key, std::optional<std::string_view> value,
                 std::string_view place);

  // A hash of everything that all sources define, to the byte.
  Sha256Digest Digest() const;
  // Parses what was put off, and puts nothing off from then on.
  void ParseAll();

  // ---- after ParseAll() ----
  // Returns the definition that counts; null if nobody defines the list.
  SaidListPtr Find(const std::string& id) const;
  // Whether any definition is not a watch-list.
  bool HasBadOnes() const;
  // Whether part of the file could not be attributed to any list. The file may
  // then still define the lists that it defined before.
  bool IsBroken(std::string_view file) const;
  // The errors of a file that is broken in this way.
  std::vector<Diagnostic> ProblemsOf(std::string_view file) const;

  // The ids whose definition changed since the last call.
  absl::flat_hash_set<std::string> TakeChanged();
  // Diagnostics of whole files and of repeated ids since the last call.
  std::vector<Diagnostic> TakeDiagnostics();

 private:
  using SaidLists = absl::flat_hash_map<std::string, SaidListPtr>;
  struct File {
    std::string path;
    std::string pattern;  // The pattern that named it.
    // Why it could not be read. The digest is then that of this problem.
    std::optional<Diagnostic> unreadable;
    Sha256Digest digest = {};
    std::optional<std::string> bytes;  // Set while they wait to be parsed.
    SaidLists lists;
    std::vector<Diagnostic> problems;  // Those that belong to no list.
    bool is_broken() const { return !problems.empty(); }
  };

  struct Record {
    std::string value;
    std::string place;
  };

  const File* FindFile(std::string_view path) const;
  static File Unreadable(std::string path, std::string pattern,
                         Diagnostic problem);
  // Appends the files that `pattern` names now to *files, and what cannot be
  // read to *problems.
  void ReadPattern(const std::string& pattern, std::vector<File>* files,
                   std::vector<std::string>* problems);
  // For a pattern that names nothing: keeps the files that it named before.
  void KeepFiles(const std::string& pattern, const Diagnostic& problem,
                 std::vector<File>* files) const;
  // Parses file->bytes. A definition that is unchanged since `before` (null for
  // none) stays the same object.
  void Parse(const File* before, File* file);
  void NoteDigest(const std::string& id, std::optional<std::string_view> value);
  void ParseRecord(const std::string& id, std::string_view value,
                   std::string_view place);
  // Decides which definition in the files counts for each id.
  void ChooseAmongFiles();
  void NoteTopicHidden(const std::string& id);

  const std::vector<std::string> default_forms_;
  bool put_off_;
  std::vector<File> files_;
  absl::flat_hash_map<std::string, Record> records_;  // Those put off.
  // The digest of each record, and one of all of them in any order.
  absl::flat_hash_map<std::string, Sha256Digest> record_digests_;
  Sha256Digest topic_digest_ = {};
  SaidLists by_files_;  // The definitions that count among the files.
  SaidLists by_topic_;
  absl::flat_hash_set<std::string> changed_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace presshawk
