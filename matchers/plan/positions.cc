// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/positions.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"

namespace presshawk {
namespace {

// The first of `occurrences` that begins at `token` or behind it.
Occurrences::const_iterator FirstFrom(Occurrences occurrences, uint32_t token) {
  return std::lower_bound(
      occurrences.begin(), occurrences.end(), token,
      [](const Occurrence& o, uint32_t t) { return o.token_begin < t; });
}

bool IsOfRegex(const Occurrence& o) { return o.space == Hit::Space::kOriginal; }

}  // namespace

const Occurrence* NextWithin(const Occurrence& one, Occurrences others,
                             uint32_t n) {
  const auto next = FirstFrom(others, one.token_end);
  return next != others.end() && next->token_begin - one.token_end <= n
             ? &*next
             : nullptr;
}

const Occurrence* LastWithin(const Occurrence& one, Occurrences others,
                             uint32_t n) {
  const auto behind = std::upper_bound(
      others.begin(), others.end(), one.token_begin,
      [](uint32_t token, const Occurrence& o) { return token < o.token_end; });
  return behind != others.begin() &&
                 one.token_begin - (behind - 1)->token_end <= n
             ? &*(behind - 1)
             : nullptr;
}

bool HasPair(Occurrences first, Occurrences second, uint32_t n) {
  return std::any_of(first.begin(), first.end(), [&](const Occurrence& o) {
    return NextWithin(o, second, n) != nullptr;
  });
}

void MarkPairs(Occurrences first, Occurrences second, uint32_t n,
               std::vector<bool>* first_marks,
               std::vector<bool>* second_marks) {
  std::vector<uint32_t> ends;
  ends.reserve(first.size());
  for (size_t i = 0; i < first.size(); ++i) {
    if (NextWithin(first[i], second, n) != nullptr) {
      (*first_marks)[i] = true;
    }
    ends.push_back(first[i].token_end);
  }
  std::sort(ends.begin(), ends.end());
  for (size_t i = 0; i < second.size(); ++i) {
    const uint32_t begin = second[i].token_begin;
    const auto behind = std::upper_bound(ends.begin(), ends.end(), begin);
    if (behind != ends.begin() && begin - *(behind - 1) <= n) {
      (*second_marks)[i] = true;
    }
  }
}

bool MarkUnitPairs(Occurrences first, absl::Span<const UnitRange> first_units,
                   Occurrences second, absl::Span<const UnitRange> second_units,
                   std::vector<bool>* first_marks) {
  // Only the occurrence of a unit that ends first and the one that begins last
  // matter: if any occurrence is clear of another one, so is one of these.
  struct Extent {
    uint32_t ends_first = UINT32_MAX;
    uint32_t begins_last = 0;
    void Add(uint32_t begin, uint32_t end) {
      ends_first = std::min(ends_first, end);
      begins_last = std::max(begins_last, begin);
    }
    bool IsClearOf(uint32_t begin, uint32_t end) const {
      return begins_last >= end || ends_first <= begin;
    }
  };
  struct UnitExtents {
    Extent tokens;           // All occurrences.
    Extent tokens_of_terms;  // Those that are no regex match.
    Extent regex_bytes;
  };
  absl::flat_hash_map<uint64_t, UnitExtents> extents;
  for (size_t i = 0; i < second.size(); ++i) {
    const Occurrence& o = second[i];
    for (uint64_t unit = second_units[i].first; unit <= second_units[i].last;
         ++unit) {
      UnitExtents& extent = extents[unit];
      extent.tokens.Add(o.token_begin, o.token_end);
      if (IsOfRegex(o)) {
        extent.regex_bytes.Add(o.span.begin, o.span.end);
      } else {
        extent.tokens_of_terms.Add(o.token_begin, o.token_end);
      }
    }
  }
  bool any = false;
  for (size_t i = 0; i < first.size(); ++i) {
    const Occurrence& o = first[i];
    for (uint64_t unit = first_units[i].first; unit <= first_units[i].last;
         ++unit) {
      const auto at = extents.find(unit);
      if (at == extents.end()) {
        continue;
      }
      const UnitExtents& extent = at->second;
      const bool clear =
          IsOfRegex(o)
              ? extent.regex_bytes.IsClearOf(o.span.begin, o.span.end) ||
                    extent.tokens_of_terms.IsClearOf(o.token_begin, o.token_end)
              : extent.tokens.IsClearOf(o.token_begin, o.token_end);
      if (clear) {
        (*first_marks)[i] = true;
        any = true;
        break;
      }
    }
  }
  return any;
}

bool MarkNotNear(Occurrences a, Occurrences b, uint32_t n,
                 std::vector<bool>* marks) {
  // By index in `b`: how far the occurrences up to it reach.
  std::vector<uint32_t> farthest;
  farthest.reserve(b.size());
  for (const Occurrence& o : b) {
    farthest.push_back(farthest.empty()
                           ? o.token_end
                           : std::max(farthest.back(), o.token_end));
  }
  bool any = false;
  for (size_t i = 0; i < a.size(); ++i) {
    const auto behind = FirstFrom(b, a[i].token_end + n + 1);
    const auto count = static_cast<size_t>(behind - b.begin());
    const bool near = count > 0 && a[i].token_end != 0 &&
                      farthest[count - 1] + n >= a[i].token_begin;
    (*marks)[i] = !near;
    any |= !near;
  }
  return any;
}

uint32_t CountDisjoint(Occurrences occurrences) {
  // Earliest end first is the best choice there is. Sorted by begin: where one
  // ends before the chosen one does, it takes its place.
  uint32_t count = 0;
  uint32_t end = 0;
  for (const Occurrence& o : occurrences) {
    if (o.token_begin >= end) {
      ++count;
      end = o.token_end;
    } else {
      end = std::min(end, o.token_end);
    }
  }
  return count;
}

uint32_t CountDisjointStretches(std::vector<Stretch>* stretches) {
  std::sort(stretches->begin(), stretches->end(),
            [](const Stretch& a, const Stretch& b) { return a.end < b.end; });
  // The most unplaced regexes that there can be in the gaps between tokens, by
  // their ends. Who chooses a term has those within it as well: whatever else
  // could be in their way touches a token of the term.
  std::vector<uint64_t> unplaced;
  for (const Stretch& s : *stretches) {
    if (s.of == Stretch::Of::kUnplacedRegex &&
        (unplaced.empty() || unplaced.back() <= s.begin)) {
      unplaced.push_back(s.end);
    }
  }
  const auto unplaced_up_to = [&](uint64_t place) {
    return static_cast<uint32_t>(
        std::upper_bound(unplaced.begin(), unplaced.end(), place) -
        unplaced.begin());
  };
  // Weighted intervals. best[i]: the most that the first i stretches allow.
  std::vector<uint32_t> best = {0};
  best.reserve(stretches->size() + 1);
  for (size_t i = 0; i < stretches->size(); ++i) {
    const Stretch& s = (*stretches)[i];
    const auto before = std::upper_bound(
        stretches->begin(), stretches->begin() + static_cast<ptrdiff_t>(i),
        s.begin,
        [](uint64_t place, const Stretch& o) { return place < o.end; });
    const uint32_t within =
        s.of == Stretch::Of::kTerm
            ? unplaced_up_to(s.end) - unplaced_up_to(s.begin)
            : 0;
    best.push_back(std::max(
        best[i],
        best[static_cast<size_t>(before - stretches->begin())] + 1 + within));
  }
  return best.back();
}

}  // namespace presshawk
