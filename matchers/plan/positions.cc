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
  // Of a unit's occurrences only the one that ends first and the one that
  // begins last matter: some occurrence is clear of another if one of these is.
  struct Extent {
    uint32_t ends_first = UINT32_MAX;
    uint32_t begins_last = 0;
  };
  absl::flat_hash_map<uint64_t, Extent> extents;
  for (size_t i = 0; i < second.size(); ++i) {
    for (uint64_t unit = second_units[i].first; unit <= second_units[i].last;
         ++unit) {
      Extent& extent = extents[unit];
      extent.ends_first = std::min(extent.ends_first, second[i].token_end);
      extent.begins_last = std::max(extent.begins_last, second[i].token_begin);
    }
  }
  bool any = false;
  for (size_t i = 0; i < first.size(); ++i) {
    for (uint64_t unit = first_units[i].first; unit <= first_units[i].last;
         ++unit) {
      const auto extent = extents.find(unit);
      if (extent != extents.end() &&
          (extent->second.begins_last >= first[i].token_end ||
           extent->second.ends_first <= first[i].token_begin)) {
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
  // Of the b that begin up to some place, the one that reaches farthest.
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
  const Occurrence* unplaced = nullptr;
  for (const Occurrence& o : occurrences) {
    if (o.token_end == 0) {  // Overlaps only others of its kind.
      const bool clear = unplaced == nullptr || unplaced->field != o.field ||
                         unplaced->span.end <= o.span.begin;
      count += clear ? 1 : 0;
      if (clear || o.span.end < unplaced->span.end) {
        unplaced = &o;
      }
    } else if (o.token_begin >= end) {
      ++count;
      end = o.token_end;
    } else {
      end = std::min(end, o.token_end);
    }
  }
  return count;
}

}  // namespace presshawk
