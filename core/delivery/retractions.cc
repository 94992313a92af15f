// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/retractions.h"

#include <algorithm>
#include <charconv>

#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "core/ledger/stored_form.h"

namespace presshawk {
namespace {

constexpr size_t kVersionBytes = 256;
constexpr size_t kHashBytes = 16;
constexpr char kSeparator = ' ';

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes the number at the start, without leading zeros.
std::string_view TakeNumber(std::string_view* text) {
  size_t end = 0;
  while (end < text->size() && IsDigit((*text)[end])) {
    ++end;
  }
  std::string_view number = text->substr(0, end);
  text->remove_prefix(end);
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

int CompareNumbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) {
    return a.size() < b.size() ? -1 : 1;
  }
  return a.compare(b);
}

std::string NoteName(std::string_view article) {
  Sha256 sha256;
  return StrCat(Retractions::kPrefix,
                HexPrefix(sha256.Add(article).Finish(), kHashBytes));
}

// Takes a time and the separator behind it.
bool TakeTime(std::string_view* text, absl::Time* time) {
  int64_t micros = 0;
  const auto [end, error] =
      std::from_chars(text->data(), text->data() + text->size(), micros);
  if (error != std::errc() || end == text->data() + text->size() ||
      *end != kSeparator) {
    return false;
  }
  text->remove_prefix(static_cast<size_t>(end - text->data()) + 1);
  *time = TimeFromStored(micros);
  return true;
}

}  // namespace

int CompareVersions(std::string_view a, std::string_view b) {
  a = a.substr(0, kVersionBytes);
  b = b.substr(0, kVersionBytes);
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a.front()) && IsDigit(b.front())) {
      if (const int order = CompareNumbers(TakeNumber(&a), TakeNumber(&b));
          order != 0) {
        return order;
      }
      continue;
    }
    if (a.front() != b.front()) {
      return static_cast<unsigned char>(a.front()) <
                     static_cast<unsigned char>(b.front())
                 ? -1
                 : 1;
    }
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return static_cast<int>(b.empty()) - static_cast<int>(a.empty());
}

bool Retractions::Extent::Covers(std::string_view of,
                                 absl::Time detected_at) const {
  return of.empty() || detected_at <= until ||
         (!version.empty() && CompareVersions(of, version) <= 0);
}

// The value of a note: `last`, `until` and the version.
void Retractions::Load(const Notes& notes) {
  for (const auto& [name, value] : notes) {
    std::string_view rest = value;
    Extent extent;
    if (name.starts_with(kPrefix) && TakeTime(&rest, &extent.last) &&
        TakeTime(&rest, &extent.until)) {
      extent.version = rest;
      oldest_ = std::min(oldest_, extent.last);
      extents_[name] = std::move(extent);
    }
  }
}

const Retractions::Extent* Retractions::Find(std::string_view article) const {
  if (extents_.empty()) {
    return nullptr;  // Nothing is hashed where nothing was ever taken back.
  }
  const auto found = extents_.find(NoteName(article));
  return found == extents_.end() ? nullptr : &found->second;
}

bool Retractions::Covers(std::string_view article, std::string_view version,
                         absl::Time detected_at) const {
  const Extent* const extent = Find(article);
  return extent != nullptr && extent->Covers(version, detected_at);
}

bool Retractions::Add(std::string_view article, std::string_view version,
                      absl::Time detected_at, absl::Time now, Notes* changed) {
  const std::string name = NoteName(article);
  Extent& extent = extents_[name];
  if (version.empty()) {
    if (extent.until != absl::InfinitePast()) {
      return false;
    }
    extent.until = detected_at;
  } else {
    if (!extent.version.empty() &&
        CompareVersions(version, extent.version) <= 0) {
      return false;
    }
    extent.version = version.substr(0, kVersionBytes);
  }
  extent.last = now;
  oldest_ = std::min(oldest_, now);
  changed->emplace_back(
      name, StrCat(StoredTime(extent.last), kSeparator,
                   StoredTime(extent.until), kSeparator, extent.version));
  if (extents_.size() > max_) {
    // A tenth at once, so that this is rare.
    std::vector<absl::Time> times;
    times.reserve(extents_.size());
    for (const auto& [unused, one] : extents_) {
      times.push_back(one.last);
    }
    const auto cut =
        times.begin() + static_cast<std::ptrdiff_t>(times.size() / 10);
    std::nth_element(times.begin(), cut, times.end());
    Expire(*cut + absl::Microseconds(1), changed);
  }
  return true;
}

void Retractions::Expire(absl::Time before, Notes* changed) {
  if (oldest_ >= before) {
    return;
  }
  oldest_ = absl::InfiniteFuture();
  absl::erase_if(extents_, [&](const auto& entry) {
    if (entry.second.last < before) {
      changed->emplace_back(entry.first, "");
      return true;
    }
    oldest_ = std::min(oldest_, entry.second.last);
    return false;
  });
}

}  // namespace presshawk
