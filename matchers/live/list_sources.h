// What files and the watch-list topic say of each list at the moment, right or
// wrong, and which of it counts.
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

// A definition of one list by one source. Immutable: the same object means that
// nothing was said anew.
struct SaidList {
  std::shared_ptr<const WatchList> list;  // Null: it is no watch-list.
  std::vector<Diagnostic> diagnostics;    // Of its reader.
};
using SaidListPtr = std::shared_ptr<const SaidList>;

class ListSources {
 public:
  // With `put_off` nothing is parsed before ParseAll(): for a start that may
  // need none of it.
  explicit ListSources(bool put_off) : put_off_(put_off) {}

  // As LiveLists.
  absl::Status ReadFiles(const std::vector<std::string>& patterns);
  void SetRecord(std::string_view key, std::optional<std::string_view> value,
                 std::string_view place);

  // Names what all sources say, to the byte, in 32 bytes.
  Sha256Digest Digest() const;
  // Parses what was put off, if anything, and puts off nothing any more.
  void ParseAll();

  // ---- once everything is parsed ----
  // The definition that counts; null where nobody defines the list.
  SaidListPtr Find(const std::string& id) const;
  // Whether something is said that is no watch-list.
  bool HasBadOnes() const;
  // Whether the file holds something of which it cannot be told what list it
  // was to be: lists that it defined before may still be meant.
  bool IsBroken(std::string_view file) const;
  // What is wrong with such a file.
  std::vector<Diagnostic> ProblemsOf(std::string_view file) const;

  // Ids whose definition changed since the last call.
  absl::flat_hash_set<std::string> TakeChanged();
  // Of whole files and repeated ids, since the last call.
  std::vector<Diagnostic> TakeDiagnostics();

 private:
  using SaidLists = absl::flat_hash_map<std::string, SaidListPtr>;
  struct File {
    std::string path;
    std::string pattern;  // That named it.
    // Why it could not be read; then the digest is that of this.
    std::optional<Diagnostic> unreadable;
    Sha256Digest digest = {};
    std::optional<std::string> bytes;  // That are still to be parsed.
    SaidLists lists;
    std::vector<Diagnostic> problems;  // Without a list.
    bool is_broken() const { return !problems.empty(); }
  };

  struct Record {
    std::string value;
    std::string place;
  };

  const File* FindFile(std::string_view path) const;
  static File Unreadable(std::string path, std::string pattern,
                         Diagnostic problem);
  // What `pattern` stands for now, appended to *files; what cannot be read, to
  // *problems.
  void ReadPattern(const std::string& pattern, std::vector<File>* files,
                   std::vector<std::string>* problems);
  // Of a pattern that names nothing: the files that it named before.
  void KeepFiles(const std::string& pattern, const Diagnostic& problem,
                 std::vector<File>* files) const;
  // Parses file->bytes; what stands in `before` (null for none) unchanged stays
  // the same object.
  void Parse(const File* before, File* file);
  void NoteDigest(const std::string& id, std::optional<std::string_view> value);
  void ParseRecord(const std::string& id, std::string_view value,
                   std::string_view place);
  // Which definition of each id in the files counts.
  void ChooseAmongFiles();
  void NoteTopicHidden(const std::string& id);

  bool put_off_;
  std::vector<File> files_;
  absl::flat_hash_map<std::string, Record> records_;  // Put off.
  // Of each record, and all of them as one, whatever their order.
  absl::flat_hash_map<std::string, Sha256Digest> record_digests_;
  Sha256Digest topic_digest_ = {};
  SaidLists by_files_;  // That count among the files.
  SaidLists by_topic_;
  absl::flat_hash_set<std::string> changed_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace presshawk
