// SPDX-License-Identifier: Apache-2.0
#include "matchers/live/last_good_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "matchers/watchlist_version.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

std::string ListJson(const WatchList& list) {
  std::string json = "{\"id\":";
  AppendJsonString(list.id, &json);
  json += ",\"name\":";
  AppendJsonString(list.name, &json);
  if (!list.labels.empty()) {
    StrAppend(&json, ",\"labels\":", LabelsJson(list.labels));
  }
  if (!list.terms.empty()) {
    json += ",\"terms\":";
    char separator = '[';
    for (const WatchListTerm& term : list.terms) {
      json += separator;
      AppendJsonString(term.text, &json);
      separator = ',';
    }
    json += ']';
  }
  if (list.query.has_value()) {
    json += ",\"query\":";
    AppendJsonString(list.query->text, &json);
  }
  if (list.forms.has_value()) {
    json += ",\"forms\":[";
    const char* separator = "";
    for (const std::string& language : *list.forms) {
      StrAppend(&json, separator, "\"", language, "\"");
      separator = ",";
    }
    json += ']';
  }
  if (list.min_relevance.has_value()) {
    StrAppend(&json, ",\"min_relevance\":", *list.min_relevance);
  }
  if (list.editorial) {
    json += R"(,"zones":"editorial")";
  }
  json += '}';
  return json;
}

void AppendLine(char mark, const GoodList& good, std::string* text) {
  StrAppend(text, mark, "\t", good.version,
            good.forms_release.empty() ? "" : " ", good.forms_release, "\t");
  const char* separator = "";
  for (const auto& [id, version] : good.references) {
    StrAppend(text, separator, id, "=", version);
    separator = ",";
  }
  *text += '\t';
  AppendJsonString(good.list->file, text);
  StrAppend(text, "\t", ListJson(*good.list), "\n");
}

std::string TextOf(const LastGoodLog::Change& change) {
  std::string text;
  for (const GoodListPtr& list : change.needed) {
    AppendLine('=', *list, &text);
  }
  for (const GoodListPtr& list : change.in_force) {
    AppendLine('+', *list, &text);
  }
  for (const std::string& id : change.gone) {
    StrAppend(&text, "-\t", id, "\n");
  }
  StrAppend(&text, "@\t", change.generation, "\n");
  return text;
}

size_t LinesOf(const LastGoodLog::Change& change) {
  return change.in_force.size() + change.needed.size() + change.gone.size() + 1;
}

// At most `pieces`; the last one is the rest.
std::vector<std::string_view> Split(std::string_view text, char separator,
                                    size_t pieces) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < pieces) {
    const size_t at = text.find(separator);
    if (at == std::string_view::npos) {
      break;
    }
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

GoodListPtr ReadLine(const std::vector<std::string_view>& fields) {
  if (fields.size() != 5 || fields[3].size() < 2) {
    return nullptr;
  }
  WatchListSet set;
  ParseWatchListJson("", 0, fields[4], &set);
  if (set.lists.size() != 1) {
    return nullptr;
  }
  auto good = std::make_shared<GoodList>();
  const std::vector<std::string_view> version = Split(fields[1], ' ', 2);
  good->version = version[0];
  good->forms_release = version.size() == 2 ? version[1] : std::string_view();
  for (const std::string_view reference : Split(fields[2], ',', SIZE_MAX)) {
    const std::vector<std::string_view> pair = Split(reference, '=', 2);
    if (pair.size() == 2) {
      good->references.emplace_back(pair[0], pair[1]);
    }
  }
  const std::string_view file = fields[3].substr(1, fields[3].size() - 2);
  if (!HasValidEscapes(file)) {
    return nullptr;
  }
  WatchList list = std::move(set.lists[0]);
  list.file.resize(file.size());
  list.file.resize(UnescapeJson(file, list.file.data()));
  good->description =
      DescriptionDigest(list.name, LabelsJson(list.labels), good->forms_release,
                        list.min_relevance.value_or(kNoMinRelevance));
  good->list = std::make_shared<const WatchList>(std::move(list));
  return good;
}

absl::Status ErrorOf(const std::string& path) {
  return absl::UnavailableError(
      StrCat(path, ": cannot be written: ", std::strerror(errno)));
}

absl::Status Write(const std::string& path, int flags, std::string_view text) {
  const int file = open(path.c_str(), flags | O_WRONLY | O_CREAT | O_CLOEXEC,
                        S_IRUSR | S_IWUSR | S_IRGRP);
  if (file < 0) {
    return ErrorOf(path);
  }
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      const absl::Status status = ErrorOf(path);
      close(file);
      return status;
    }
    text.remove_prefix(static_cast<size_t>(written));
  }
  const bool synced = fdatasync(file) == 0;
  const absl::Status status = synced ? absl::OkStatus() : ErrorOf(path);
  close(file);
  return status;
}

}  // namespace

LastGoodLog::Content LastGoodLog::Read() const {
  Content content;
  std::map<std::string, GoodListPtr> in_force;
  std::ifstream file(Path(), std::ios::binary);
  std::string line;
  while (std::getline(file, line)) {
    const std::vector<std::string_view> fields = Split(line, '\t', 5);
    if (fields.size() < 2 || fields[0].size() != 1 || file.eof()) {
      continue;
    }
    switch (fields[0][0]) {
      case '+':
        if (GoodListPtr list = ReadLine(fields)) {
          GoodListPtr& now = in_force[list->list->id];
          if (now != nullptr) {
            content.needed.push_back(std::move(now));
          }
          now = std::move(list);
        }
        break;
      case '=':
        if (GoodListPtr list = ReadLine(fields)) {
          content.needed.push_back(std::move(list));
        }
        break;
      case '-':
        if (const auto gone = in_force.find(std::string(fields[1]));
            gone != in_force.end()) {
          content.needed.push_back(std::move(gone->second));
          in_force.erase(gone);
        }
        break;
      case '@':
        content.generation = fields[1];
        break;
      default:
        break;
    }
  }
  for (auto& [id, list] : in_force) {
    content.in_force.push_back(std::move(list));
  }
  return content;
}

std::string LastGoodLog::ReadGeneration() const {
  constexpr std::streamoff kTail = 64;
  std::ifstream file(Path(), std::ios::binary | std::ios::ate);
  if (!file) {
    return "";
  }
  const std::streamoff size = file.tellg();
  std::string tail(static_cast<size_t>(std::min(size, kTail)), '\0');
  file.seekg(size - static_cast<std::streamoff>(tail.size()));
  file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  const size_t at = tail.rfind("\n@\t");
  if (at == std::string::npos || !tail.ends_with('\n')) {
    return "";
  }
  return tail.substr(at + 3, tail.size() - at - 4);
}

absl::Status LastGoodLog::Append(const Change& change) {
  absl::Status status = Write(Path(), O_APPEND, TextOf(change));
  lines_ += LinesOf(change);
  is_open_ = status.ok();
  return status;
}

absl::Status LastGoodLog::Rewrite(const Change& change) {
  std::error_code error;
  fs::create_directories(directory_, error);
  const std::string beside = Path() + ".new";
  absl::Status status = Write(beside, O_TRUNC, TextOf(change));
  if (status.ok() && rename(beside.c_str(), Path().c_str()) != 0) {
    status = ErrorOf(Path());
  }
  if (!status.ok()) {
    unlink(beside.c_str());
  }
  is_open_ = status.ok();
  lines_ = LinesOf(change);
  return status;
}

}  // namespace presshawk
