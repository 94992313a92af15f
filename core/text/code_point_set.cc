// SPDX-License-Identifier: Apache-2.0
#include "core/text/code_point_set.h"

#include <algorithm>
#include <map>
#include <utility>

#include <unicode/uchar.h>
#include <unicode/uniset.h>

namespace presshawk {
namespace {

std::vector<CodePointSet::Range> RangesOf(const icu::UnicodeSet& set) {
  std::vector<CodePointSet::Range> ranges;
  for (int32_t i = 0; i < set.getRangeCount(); ++i) {
    ranges.push_back({static_cast<char32_t>(set.getRangeStart(i)),
                      static_cast<char32_t>(set.getRangeEnd(i))});
  }
  return ranges;
}

// The code points that share a simple case folding, two and more, each as a
// range. (ICU 72's closeOver() knows full folding only.)
const std::vector<std::vector<CodePointSet::Range>>& CaseClasses() {
  static const auto& classes = *new auto([] {
    std::map<char32_t, std::vector<CodePointSet::Range>> by_folding;
    for (char32_t c = 0; c <= CodePointSet::kLast; ++c) {
      const auto folded = static_cast<char32_t>(
          u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
      if (folded != c) {
        by_folding[folded].push_back({c, c});
      }
    }
    std::vector<std::vector<CodePointSet::Range>> result;
    for (auto& [folded, others] : by_folding) {
      others.push_back({folded, folded});
      result.push_back(std::move(others));
    }
    return result;
  }());
  return classes;
}

}  // namespace

CodePointSet::CodePointSet(std::vector<Range> ranges)
    : ranges_(std::move(ranges)) {
  Normalize();
}

std::optional<CodePointSet> CodePointSet::OfProperty(std::string_view name) {
  icu::UnicodeString pattern("\\p{");
  pattern.append(icu::UnicodeString::fromUTF8(
      icu::StringPiece(name.data(), static_cast<int32_t>(name.size()))));
  pattern.append("}");
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeSet set(pattern, status);
  if (U_FAILURE(status)) {
    return std::nullopt;
  }
  return CodePointSet(RangesOf(set));
}

void CodePointSet::Add(const CodePointSet& other) {
  ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
  Normalize();
}

CodePointSet CodePointSet::Complement() const {
  std::vector<Range> ranges;
  char32_t next = 0;
  for (const Range& range : ranges_) {
    if (range.first > next) {
      ranges.push_back({next, range.first - 1});
    }
    next = range.last + 1;
  }
  if (next <= kLast) {
    ranges.push_back({next, kLast});
  }
  return CodePointSet(std::move(ranges));
}

CodePointSet CodePointSet::WithCases() const {
  CodePointSet result = *this;
  for (const std::vector<Range>& equals : CaseClasses()) {
    if (std::any_of(equals.begin(), equals.end(),
                    [&](const Range& r) { return Contains(r.first); })) {
      result.ranges_.insert(result.ranges_.end(), equals.begin(), equals.end());
    }
  }
  result.Normalize();
  return result;
}

bool CodePointSet::ContainsRest(char32_t c) const {
  const auto after = std::upper_bound(
      ranges_.begin(), ranges_.end(), c,
      [](char32_t at, const Range& r) { return at < r.first; });
  return after != ranges_.begin() && c <= (after - 1)->last;
}

void CodePointSet::Normalize() {
  std::sort(ranges_.begin(), ranges_.end(),
            [](const Range& a, const Range& b) { return a.first < b.first; });
  size_t kept = 0;
  for (const Range& range : ranges_) {
    if (kept > 0 && range.first <= ranges_[kept - 1].last + 1) {
      ranges_[kept - 1].last = std::max(ranges_[kept - 1].last, range.last);
    } else {
      ranges_[kept++] = range;
    }
  }
  ranges_.resize(kept);
  ascii_ = {};
  for (const Range& range : ranges_) {
    for (char32_t c = range.first; c <= std::min<char32_t>(range.last, 127);
         ++c) {
      ascii_[c / 64] |= uint64_t{1} << (c % 64);
    }
  }
}

}  // namespace presshawk
