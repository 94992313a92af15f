// SPDX-License-Identifier: Apache-2.0
#include "tests/property/file/file_world.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <fstream>

#include "core/base/check.h"
#include "core/base/str_cat.h"
#include "tests/support/child_process.h"

namespace presshawk::testing {
namespace {

namespace fs = std::filesystem;

void WriteWhole(const fs::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
}

std::string Gzip(const std::string& text) {
  z_stream zlib = {};
  PRESSHAWK_CHECK(deflateInit2(&zlib, 1, Z_DEFLATED, 15 + 16, 8,
                               Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&zlib, text.size()), '\0');
  zlib.next_in =
      reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT
  zlib.avail_in = static_cast<uInt>(text.size());
  zlib.next_out = reinterpret_cast<Bytef*>(packed.data());
  zlib.avail_out = static_cast<uInt>(packed.size());
  PRESSHAWK_CHECK(deflate(&zlib, Z_FINISH) == Z_STREAM_END);
  packed.resize(zlib.total_out);
  deflateEnd(&zlib);
  return packed;
}

std::string Zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(
      ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
  return packed;
}

}  // namespace

FileWorld::FileWorld(fs::path folder, uint64_t seed, bool header)
    : folder_(std::move(folder)), random_(seed), header_(header) {
  fs::create_directories(folder_ / "away");
}

bool FileWorld::IsFindable(const Content* content) const {
  return at_path_.get() == content ||
         std::any_of(rotated_.begin(), rotated_.end(), [&](const Rotated& r) {
           return r.content.get() == content;
         });
}

std::string FileWorld::Layout() const {
  std::string text;
  const auto add = [&text](const std::string& name, const Content* content) {
    StrAppend(&text, name,
              std::string_view(content->skipped > 0 ? " (skipped):" : ":"));
    for (const WrittenLine& line : content->lines) {
      StrAppend(&text, " ", line.id, "@", line.end);
    }
    text += '\n';
  };
  for (size_t i = rotated_.size(); i > 0; --i) {
    add(NameOf(i).filename().string(), rotated_[i - 1].content.get());
  }
  if (at_path_ != nullptr) {
    add(kBase, at_path_.get());
  }
  return text;
}

WrittenLine* FileWorld::LineOf(uint64_t id, Content** content) {
  const auto found = content_of_.find(id);
  if (found == content_of_.end()) {
    return nullptr;
  }
  *content = found->second;
  for (WrittenLine& line : found->second->lines) {
    if (line.id == id) {
      return &line;
    }
  }
  return nullptr;
}

fs::path FileWorld::NameOf(size_t number) const {
  return folder_ / StrCat(kBase, ".", number, rotated_[number - 1].packing);
}

std::string FileWorld::NewLine() {
  static constexpr size_t kSizes[] = {0, 0, 10, 60, 300, 3000};
  return LineOfSize(Pick(400) == 0 ? 1'200'000 : kSizes[Pick(6)]);
}

// With so much padding, which differs from line to line.
std::string FileWorld::LineOfSize(size_t size) {
  const std::string id = StrCat(next_id_++);
  std::string padding;
  while (padding.size() < size) {
    padding += id + '-';
  }
  padding.resize(size);
  return StrCat("{\"id\":", id, ",\"pad\":\"", padding, "\"}\n");
}

// `text` continues the last line where that is not ended.
void FileWorld::Write(Content* content, const fs::path& file,
                      const std::string& text, bool late) {
  {
    std::ofstream out(file, std::ios::app | std::ios::binary);
    out << text;
  }
  size_t at = content->text.size();
  content->text += text;
  while (at < content->text.size()) {
    if (content->lines.empty() || content->lines.back().ended) {
      content->lines.push_back({.begin = at});
    }
    WrittenLine& line = content->lines.back();
    const size_t feed = content->text.find('\n', at);
    line.ended = feed != std::string::npos;
    line.late = late;
    line.end = line.ended ? feed + 1 : content->text.size();
    at = line.end;
    const std::string begin = content->text.substr(line.begin, 12);
    if (line.id == 0 && begin.size() == 12 && begin.starts_with("{\"id\":")) {
      line.id = std::stoull(begin.substr(6));
      content_of_[line.id] = content;
    }
  }
}

std::shared_ptr<Content> FileWorld::NewContent() {
  contents_.push_back(std::make_shared<Content>());
  return contents_.back();
}

void FileWorld::Append(size_t lines) {
  std::string text;
  if (at_path_ == nullptr) {
    at_path_ = NewContent();
  }
  const bool is_open =
      !at_path_->lines.empty() && !at_path_->lines.back().ended;
  if (at_path_->text.empty() && header_) {
    text = StrCat("{\"header\":\"", std::string(1500, 'h'), "\"}\n");
  }
  if (is_open) {
    text += "z\"}\n";
  }
  for (size_t i = 0; i < lines; ++i) {
    text += NewLine();
  }
  Write(at_path_.get(), path(), text);
}

void FileWorld::AppendPart() {
  if (at_path_ == nullptr) {
    Append(1);
  }
  const bool is_open =
      !at_path_->lines.empty() && !at_path_->lines.back().ended;
  if (is_open) {
    Write(at_path_.get(), path(), Pick(2) == 0 ? "yy" : "\"}");
    return;
  }
  const std::string line = NewLine();
  Write(at_path_.get(), path(), line.substr(0, 12 + Pick(line.size() - 12)));
}

void FileWorld::Shift() {
  for (size_t number = rotated_.size(); number > 0; --number) {
    fs::rename(NameOf(number), folder_ / StrCat(kBase, ".", number + 1,
                                                rotated_[number - 1].packing));
  }
}

void FileWorld::Rotate(bool create) {
  if (at_path_ == nullptr || TooManyRotated()) {
    return;
  }
  Shift();
  fs::rename(path(), folder_ / StrCat(kBase, ".1"));
  rotated_.insert(rotated_.begin(), {at_path_, ""});
  at_path_ = nullptr;
  if (create) {
    at_path_ = NewContent();
    WriteWhole(path(), "");
  }
}

void FileWorld::WriteLate() {
  if (!rotated_.empty() && rotated_[0].packing.empty()) {
    Content* const content = rotated_[0].content.get();
    const bool is_open =
        !content->lines.empty() && !content->lines.back().ended;
    const std::string text = is_open ? "z\"}\n" + NewLine() : NewLine();
    Write(content, NameOf(1), text, true);
  }
}

void FileWorld::CopyAndTruncate() {
  if (at_path_ == nullptr || at_path_->text.empty() || TooManyRotated()) {
    return;
  }
  Shift();
  fs::copy_file(path(), folder_ / StrCat(kBase, ".1"));
  rotated_.insert(rotated_.begin(), {at_path_, ""});
  PRESSHAWK_CHECK(truncate(path().c_str(), 0) == 0);
  at_path_ = NewContent();
}

void FileWorld::Pack() {
  if (rotated_.empty()) {
    return;
  }
  const size_t number = 1 + Pick(rotated_.size());
  Rotated& rotated = rotated_[number - 1];
  if (!rotated.packing.empty()) {
    return;
  }
  const fs::path plain = NameOf(number);
  const bool gzip = Pick(2) == 0;
  rotated.packing = gzip ? ".gz" : ".zst";
  WriteWhole(NameOf(number),
             gzip ? Gzip(rotated.content->text) : Zstd(rotated.content->text));
  fs::remove(plain);
}

void FileWorld::Rewrite(int longer) {
  if (at_path_ == nullptr || at_path_->text.empty()) {
    return;
  }
  const std::shared_ptr<Content> old = std::exchange(at_path_, NewContent());
  old->destroyed = true;
  PRESSHAWK_CHECK(truncate(path().c_str(), 0) == 0);
  if (longer > 0) {
    Append(1);
    while (at_path_->text.size() <= old->text.size()) {
      Append(1);
    }
  } else if (longer < 0) {
    if (Pick(2) == 0) {
      Append(1);
    }
  } else {
    // As many lines of the same lengths.
    std::string text;
    for (const WrittenLine& line : old->lines) {
      const size_t size = line.end - line.begin;
      if (line.id == 0) {
        text += old->text.substr(line.begin, size);
      } else if (line.ended) {
        text += LineOfSize(size).substr(0, size - 1) + '\n';
      } else {
        text += LineOfSize(size).substr(0, size);
      }
    }
    Write(at_path_.get(), path(), text);
  }
}

void FileWorld::DeleteAndCreate() {
  if (at_path_ == nullptr) {
    return;
  }
  at_path_->destroyed = true;
  fs::remove(path());
  at_path_ = nullptr;
  if (Pick(3) > 0) {
    Append(1 + Pick(4));
  }
}

void FileWorld::MoveRotatedAway() {
  if (rotated_.empty()) {
    return;
  }
  // The oldest, so that the others keep their numbers.
  const fs::path to = folder_ / "away" / StrCat(away_.size());
  fs::rename(NameOf(rotated_.size()), to);
  rotated_.back().content->destroyed = true;
  away_.emplace_back(to, rotated_.back());
  rotated_.pop_back();
}

void FileWorld::PutBack() {
  if (!away_.empty() && !away_.back().first.empty() && !TooManyRotated()) {
    rotated_.push_back(away_.back().second);
    fs::rename(away_.back().first, NameOf(rotated_.size()));
    away_.pop_back();
  }
}

void FileWorld::DeleteRotated() {
  if (!rotated_.empty()) {
    fs::remove(NameOf(rotated_.size()));
    rotated_.back().content->destroyed = true;
    rotated_.pop_back();
  }
}

}  // namespace presshawk::testing
