// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/source_identity.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include "core/base/sha256.h"
#include "ingest/file/byte_stream.h"

namespace presshawk {
namespace {

constexpr size_t kBlockBytes = 256UL << 10;
// Other files may begin alike for so long: a first line that is always there.
constexpr uint64_t kSharedBeginMax = 64UL << 10;

// How much of a file was looked at, and up to where the marks agree.
struct Likeness {
  uint64_t end = 0;
  uint64_t confirmed = 0;
};

bool Holds(const ContentMark& mark, std::string_view bytes) {
  return bytes.size() == mark.size && HashContent(bytes) == mark.hash;
}

// Nothing where a mark does not hold.
std::optional<Likeness> LikenessOfPlain(const std::vector<ContentMark>& marks,
                                        const FoundFile& file) {
  Likeness likeness = {.end = file.size};
  for (const ContentMark& mark : marks) {
    if (mark.end > file.size) {
      break;
    }
    if (!Holds(mark, ReadAt(file.descriptor.get(), mark.end - mark.size,
                            mark.size))) {
      return std::nullopt;
    }
    likeness.confirmed = mark.end;
  }
  return likeness;
}

// Unpacks `enough` bytes; `end` is no more than that.
std::optional<Likeness> LikenessOfPacked(const std::vector<ContentMark>& marks,
                                         uint64_t enough,
                                         const FoundFile& file) {
  auto stream = ByteStream::OfRegularFile(file.path, file.descriptor.get());
  if (!stream.ok()) {
    return std::nullopt;
  }
  Likeness likeness;
  std::string window;  // What was unpacked last.
  std::string block(kBlockBytes, '\0');
  size_t next = 0;
  enough = std::max(enough, marks.back().end);
  while (likeness.end < enough) {
    // No further than to the next mark: most files differ in the first.
    const uint64_t until = next < marks.size() ? marks[next].end : enough;
    const absl::StatusOr<size_t> got = (*stream)->Read(
        block.data(), std::min<uint64_t>(block.size(), until - likeness.end));
    if (!got.ok()) {
      return std::nullopt;
    }
    if (*got == 0) {
      break;
    }
    window.erase(
        0, window.size() - std::min(window.size(), SourceIdentity::kMarkBytes));
    window.append(block, 0, *got);
    likeness.end += *got;
    for (; next < marks.size() && marks[next].end <= likeness.end; ++next) {
      const uint64_t behind = likeness.end - marks[next].end + marks[next].size;
      if (behind > window.size() ||
          !Holds(marks[next], std::string_view(window).substr(
                                  window.size() - behind, marks[next].size))) {
        return std::nullopt;
      }
      likeness.confirmed = marks[next].end;
    }
  }
  return likeness;
}

std::optional<Likeness> LikenessOf(const std::vector<ContentMark>& marks,
                                   uint64_t enough, const FoundFile& file) {
  if (marks.empty()) {
    return std::nullopt;
  }
  const std::optional<Likeness> likeness =
      file.packed ? LikenessOfPacked(marks, enough, file)
                  : LikenessOfPlain(marks, file);
  return likeness.has_value() && likeness->confirmed > 0 ? likeness
                                                         : std::nullopt;
}

}  // namespace

uint64_t HashContent(std::string_view bytes) {
  const Sha256Digest digest = Sha256().Add(bytes).Finish();
  uint64_t hash = 0;
  for (size_t i = 0; i < sizeof(hash); ++i) {
    hash = hash << 8 | digest[i];
  }
  return hash;
}

std::string ReadAt(int descriptor, uint64_t offset, uint64_t size) {
  std::string bytes(size, '\0');
  size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got =
        pread(descriptor, bytes.data() + have, bytes.size() - have,
              static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      break;
    }
    have += static_cast<size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

void SourceIdentity::AddMark(uint64_t end, std::string_view bytes) {
  if (bytes.empty()) {
    return;
  }
  const auto at = std::lower_bound(
      marks.begin(), marks.end(), end,
      [](const ContentMark& mark, uint64_t e) { return mark.end < e; });
  const ContentMark mark = {end, bytes.size(), HashContent(bytes)};
  if (at != marks.end() && at->end == end) {
    if (at->size < mark.size) {
      *at = mark;
    }
    return;
  }
  marks.insert(at, mark);
  if (marks.size() <= kMarksMax) {
    return;
  }
  // Of the inner ones that which the others miss least. The longest one from
  // the first byte on stays.
  const auto is_head = [](const ContentMark& m) { return m.end == m.size; };
  size_t least = 0;
  double least_width = 2;
  for (size_t i = 0; i + 1 < marks.size(); ++i) {
    if (is_head(marks[i]) && !is_head(marks[i + 1])) {
      continue;
    }
    const uint64_t before = i == 0 ? 0 : marks[i - 1].end;
    const double width = static_cast<double>(marks[i + 1].end - before) /
                         static_cast<double>(marks.back().end - before + 1);
    if (width < least_width) {
      least_width = width;
      least = i;
    }
  }
  marks.erase(marks.begin() + static_cast<ptrdiff_t>(least));
}

bool Continues(const SourceIdentity& identity, uint64_t offset,
               const FoundFile& file) {
  const bool same_inode =
      identity.device == file.device && identity.inode == file.inode;
  if (identity.marks.empty()) {
    return same_inode && offset == 0;
  }
  const std::optional<Likeness> likeness =
      LikenessOf(identity.marks, offset, file);
  return likeness.has_value() && likeness->end >= offset &&
         likeness->confirmed == identity.marks.back().end;
}

bool BeginsAlike(const SourceIdentity& identity, const FoundFile& file) {
  std::vector<ContentMark> marks = identity.marks;
  std::erase_if(marks, [](const ContentMark& mark) {
    return mark.end > SourceIdentity::kMarkBytes;
  });
  return marks.empty() || LikenessOf(marks, 0, file).has_value();
}

bool IsCopy(const SourceIdentity& identity, uint64_t size,
            const FoundFile& file) {
  const std::optional<Likeness> likeness =
      LikenessOf(identity.marks, size + 1, file);
  if (!likeness.has_value() || likeness->end > size) {
    return false;
  }
  return likeness->end == size || (likeness->confirmed >= kSharedBeginMax &&
                                   likeness->confirmed >= likeness->end / 2);
}

}  // namespace presshawk
