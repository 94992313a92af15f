// SPDX-License-Identifier: Apache-2.0
#include "matchers/live/list_sources.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/str_cat.h"
#include "core/text/byte_order_mark.h"

namespace presshawk {
namespace {

std::vector<std::string_view> Texts(const std::vector<WatchListTerm>& terms) {
  std::vector<std::string_view> texts;
  texts.reserve(terms.size());
  for (const WatchListTerm& term : terms) {
    texts.push_back(term.text);
  }
  return texts;
}

bool Equal(const TextPosition& a, const TextPosition& b) {
  return a.line == b.line && a.column == b.column;
}

// At the same places, so that what is wrong with them is still where it was
// said to be. Examples aside: they are not the service's.
bool SayTheSame(const WatchList& a, const WatchList& b) {
  return std::tie(a.name, a.labels, a.forms, a.min_relevance, a.editorial) ==
             std::tie(b.name, b.labels, b.forms, b.min_relevance,
                      b.editorial) &&
         Equal(a.position, b.position) &&
         Equal(a.forms_position, b.forms_position) &&
         a.query.has_value() == b.query.has_value() &&
         (!a.query.has_value() ||
          (a.query->text == b.query->text &&
           Equal(a.query->position, b.query->position))) &&
         Texts(a.terms) == Texts(b.terms);
}

std::string_view AsBytes(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

bool IsError(const Diagnostic& diagnostic) {
  return diagnostic.severity == Diagnostic::Severity::kError;
}

// Sorts the lists and diagnostics of `set` by id. Those without an id go to
// *nameless, and those of a repeated id to *repeated.
absl::flat_hash_map<std::string, SaidList> Sort(
    WatchListSet set, std::vector<Diagnostic>* nameless,
    std::vector<Diagnostic>* repeated) {
  absl::flat_hash_map<std::string, SaidList> said;
  for (WatchList& list : set.lists) {
    SaidList& first = said[list.id];
    if (first.list != nullptr) {
      repeated->push_back(TakenId(list, *first.list));
      continue;
    }
    list.match_examples.clear();
    list.no_match_examples.clear();
    first.list = std::make_shared<const WatchList>(std::move(list));
  }
  for (Diagnostic& diagnostic : set.diagnostics) {
    if (diagnostic.watchlist.empty()) {
      nameless->push_back(std::move(diagnostic));
      continue;
    }
    SaidList& of = said[diagnostic.watchlist];
    // An error beside a good list is another, bad list of the same id.
    std::vector<Diagnostic>* to =
        of.list != nullptr && IsError(diagnostic) ? repeated : &of.diagnostics;
    to->push_back(std::move(diagnostic));
  }
  return said;
}

}  // namespace

absl::Status ListSources::ReadFiles(const std::vector<std::string>& patterns) {
  std::vector<File> files;
  std::vector<std::string> problems;
  for (const std::string& pattern : patterns) {
    ReadPattern(pattern, &files, &problems);
  }
  for (File& file : files) {
    const File* before = FindFile(file.path);
    if (before != nullptr && before->digest == file.digest) {
      file = *before;
    } else if (!put_off_) {
      Parse(before, &file);
    }
  }
  files_ = std::move(files);
  if (!put_off_) {
    ChooseAmongFiles();
  }
  if (problems.empty()) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(StrCat(
      problems.front(),
      problems.size() > 1 ? StrCat(" (and ", problems.size() - 1, " more)")
                          : "",
      "; lists that it had stay as they were, all other files were read"));
}

void ListSources::ReadPattern(const std::string& pattern,
                              std::vector<File>* files,
                              std::vector<std::string>* problems) {
  const auto names_nothing = [&](std::string message) {
    problems->push_back(StrCat(pattern, ": ", message));
    Diagnostic problem;
    problem.file = pattern;
    problem.message = std::move(message);
    problem.fix = "name a file, a folder, or a pattern that some file matches";
    KeepFiles(pattern, problem, files);
  };
  const auto paths = ExpandPatterns({pattern});
  if (!paths.ok()) {
    return names_nothing("no file matches");
  }
  for (const std::string& path : *paths) {
    const auto names = WatchListFilesOf(path);
    if (!names.ok()) {
      return names_nothing("this folder cannot be read");
    }
    if (names->empty()) {
      diagnostics_.push_back(NoListFiles(path));
    }
    for (const std::string& name : *names) {
      WatchListFile read = ReadWatchListFile(name);
      if (!read.problem.has_value()) {
        File& file = files->emplace_back();
        file.path = name;
        file.pattern = pattern;
        file.digest = Sha256().Add(read.content).Finish();
        file.bytes = std::move(read.content);
        continue;
      }
      if (name == pattern && FindFile(name) == nullptr) {
        // Perhaps a folder that is gone.
        names_nothing(read.problem->message);
        continue;
      }
      problems->push_back(StrCat(name, ": ", read.problem->message));
      files->push_back(Unreadable(name, pattern, *std::move(read.problem)));
    }
  }
}

ListSources::File ListSources::Unreadable(std::string path, std::string pattern,
                                          Diagnostic problem) {
  File file;
  file.path = std::move(path);
  file.pattern = std::move(pattern);
  file.digest =
      Sha256().AddTerminated("unreadable").Add(problem.message).Finish();
  file.unreadable = std::move(problem);
  return file;
}

void ListSources::KeepFiles(const std::string& pattern,
                            const Diagnostic& problem,
                            std::vector<File>* files) const {
  const size_t before = files->size();
  for (const File& file : files_) {
    if (file.pattern == pattern) {
      files->push_back(Unreadable(file.path, pattern, problem));
    }
  }
  if (files->size() == before) {
    files->push_back(Unreadable(pattern, pattern, problem));
  }
}

Sha256Digest ListSources::Digest() const {
  Sha256 sha256;
  for (const File& file : files_) {
    sha256.AddTerminated(file.path).Add(AsBytes(file.digest));
  }
  return sha256.Add(AsBytes(topic_digest_)).Finish();
}

void ListSources::ParseAll() {
  if (!std::exchange(put_off_, false)) {
    return;
  }
  for (File& file : files_) {
    Parse(nullptr, &file);
  }
  ChooseAmongFiles();
  for (const auto& [id, record] : std::exchange(records_, {})) {
    ParseRecord(id, record.value, record.place);
  }
}

const ListSources::File* ListSources::FindFile(std::string_view path) const {
  const auto at =
      std::find_if(files_.begin(), files_.end(),
                   [&](const File& file) { return file.path == path; });
  return at != files_.end() ? &*at : nullptr;
}

void ListSources::Parse(const File* before, File* file) {
  if (file->unreadable.has_value()) {
    file->problems = {*file->unreadable};
    diagnostics_.push_back(*file->unreadable);
    return;
  }
  WatchListSet set;
  ParseWatchLists(file->path, *std::exchange(file->bytes, std::nullopt), &set);
  SetDefaultForms(default_forms_, &set.lists);
  auto said = Sort(std::move(set), &file->problems, &diagnostics_);
  diagnostics_.insert(diagnostics_.end(), file->problems.begin(),
                      file->problems.end());
  std::erase_if(file->problems,
                [](const Diagnostic& problem) { return !IsError(problem); });
  file->lists.reserve(said.size());
  for (auto& [id, list] : said) {
    SaidListPtr old;
    if (before != nullptr && before->lists.contains(id)) {
      old = before->lists.at(id);
    }
    const bool same = old != nullptr && old->list != nullptr &&
                      list.list != nullptr &&
                      SayTheSame(*list.list, *old->list);
    file->lists.emplace(
        id, same ? old : std::make_shared<const SaidList>(std::move(list)));
  }
}

void ListSources::ChooseAmongFiles() {
  SaidLists chosen;
  for (const File& file : files_) {
    for (const auto& [id, said] : file.lists) {
      const auto [at, is_first] = chosen.emplace(id, said);
      if (is_first || said == at->second) {
        continue;
      }
      // The first well-formed one counts.
      if (at->second->list == nullptr) {
        at->second = said;
      } else if (said->list != nullptr) {
        diagnostics_.push_back(TakenId(*said->list, *at->second->list));
      }
    }
  }
  for (const auto& [id, said] : chosen) {
    const auto before = by_files_.find(id);
    if (before == by_files_.end() || before->second != said) {
      changed_.insert(id);
      if (before == by_files_.end() && by_topic_.contains(id)) {
        NoteTopicHidden(id);
      }
    }
  }
  for (const auto& [id, said] : by_files_) {
    if (!chosen.contains(id)) {
      changed_.insert(id);
    }
  }
  by_files_ = std::move(chosen);
}

void ListSources::SetRecord(std::string_view key,
                            std::optional<std::string_view> value,
                            std::string_view place) {
  const std::string id(key);
  NoteDigest(id, value);
  if (put_off_) {
    if (value.has_value()) {
      records_[id] = {std::string(*value), std::string(place)};
    } else {
      records_.erase(id);
    }
  } else if (value.has_value()) {
    ParseRecord(id, *value, place);
  } else if (by_topic_.erase(id) > 0 && !by_files_.contains(id)) {
    changed_.insert(id);
  }
}

void ListSources::NoteDigest(const std::string& id,
                             std::optional<std::string_view> value) {
  Sha256Digest& digest = record_digests_[id];
  const auto toggle = [&] {
    for (size_t i = 0; i < digest.size(); ++i) {
      topic_digest_[i] ^= digest[i];
    }
  };
  toggle();
  if (!value.has_value()) {
    record_digests_.erase(id);
    return;
  }
  digest = Sha256().AddTerminated(id).Add(*value).Finish();
  toggle();
}

void ListSources::ParseRecord(const std::string& id, std::string_view value,
                              std::string_view place) {
  WatchListSet set;
  ParseWatchListJson(place, 0, WithoutByteOrderMark(value), &set);
  SetDefaultForms(default_forms_, &set.lists);
  SaidList said;
  if (!set.lists.empty() && set.lists[0].id != id) {
    Diagnostic& error = said.diagnostics.emplace_back();
    error.file = place;
    error.message = StrCat("the record's key is `", id, "`, the list's id `",
                           set.lists[0].id, "`");
    error.span = set.lists[0].id;
    error.fix = "write the list under its id as key";
    set.lists.clear();
  }
  for (Diagnostic& diagnostic : set.diagnostics) {
    said.diagnostics.push_back(std::move(diagnostic));
  }
  for (Diagnostic& diagnostic : said.diagnostics) {
    diagnostic.watchlist = id;
  }
  if (!set.lists.empty()) {
    WatchList& list = set.lists[0];
    list.match_examples.clear();
    list.no_match_examples.clear();
    const auto old = by_topic_.find(id);
    if (old != by_topic_.end() && old->second->list != nullptr &&
        SayTheSame(list, *old->second->list)) {
      return;
    }
    said.list = std::make_shared<const WatchList>(std::move(list));
  }
  by_topic_[id] = std::make_shared<const SaidList>(std::move(said));
  if (by_files_.contains(id)) {
    NoteTopicHidden(id);
  } else {
    changed_.insert(id);
  }
}

void ListSources::NoteTopicHidden(const std::string& id) {
  Diagnostic& warning = diagnostics_.emplace_back();
  warning.severity = Diagnostic::Severity::kWarning;
  warning.watchlist = id;
  warning.message = StrCat("the list `", id,
                           "` is defined in a file and in the watch-list "
                           "topic: the file counts");
  warning.fix = "delete it in one of the two";
}

SaidListPtr ListSources::Find(const std::string& id) const {
  const auto file = by_files_.find(id);
  if (file != by_files_.end()) {
    return file->second;
  }
  const auto topic = by_topic_.find(id);
  return topic != by_topic_.end() ? topic->second : nullptr;
}

bool ListSources::HasBadOnes() const {
  const auto is_bad = [](const auto& said) {
    return said.second->list == nullptr;
  };
  return std::any_of(files_.begin(), files_.end(),
                     [](const File& file) { return file.is_broken(); }) ||
         std::any_of(by_files_.begin(), by_files_.end(), is_bad) ||
         std::any_of(by_topic_.begin(), by_topic_.end(), is_bad);
}

bool ListSources::IsBroken(std::string_view file) const {
  const File* found = FindFile(file);
  return found != nullptr && found->is_broken();
}

std::vector<Diagnostic> ListSources::ProblemsOf(std::string_view file) const {
  const File* found = FindFile(file);
  return found != nullptr ? found->problems : std::vector<Diagnostic>();
}

absl::flat_hash_set<std::string> ListSources::TakeChanged() {
  return std::exchange(changed_, {});
}

std::vector<Diagnostic> ListSources::TakeDiagnostics() {
  return std::exchange(diagnostics_, {});
}

}  // namespace presshawk
