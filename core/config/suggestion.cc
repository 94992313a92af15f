// SPDX-License-Identifier: Apache-2.0
#include "core/config/suggestion.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"

namespace presshawk {
namespace {

char Lower(char c) {
  return absl::ascii_tolower(static_cast<unsigned char>(c));
}

// Optimal string alignment: the edits with swaps of neighbours.
size_t EditDistance(std::string_view a, std::string_view b) {
  const size_t width = b.size() + 1;
  std::vector<size_t> cost((a.size() + 1) * width);
  const auto at = [&cost, width](size_t i, size_t j) -> size_t& {
    return cost[i * width + j];
  };
  for (size_t j = 0; j < width; ++j) {
    at(0, j) = j;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    at(i, 0) = i;
    for (size_t j = 1; j < width; ++j) {
      const bool same = Lower(a[i - 1]) == Lower(b[j - 1]);
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1,
                           at(i - 1, j - 1) + (same ? 0 : 1)});
      if (i > 1 && j > 1 && Lower(a[i - 1]) == Lower(b[j - 2]) &&
          Lower(a[i - 2]) == Lower(b[j - 1])) {
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
      }
    }
  }
  return at(a.size(), b.size());
}

}  // namespace

std::string_view NearestName(std::string_view written,
                             absl::Span<const std::string_view> candidates) {
  constexpr size_t kWrittenBytesMax = 64;  // Longer is no mistyped name.
  if (written.size() > kWrittenBytesMax) {
    return {};
  }
  const size_t edits_max = std::clamp(written.size() / 3, size_t{1}, size_t{2});
  std::string_view nearest;
  size_t nearest_edits = edits_max + 1;
  for (const std::string_view candidate : candidates) {
    const size_t edits = EditDistance(written, candidate);
    if (edits < nearest_edits) {
      nearest = candidate;
      nearest_edits = edits;
    }
  }
  return nearest;
}

}  // namespace presshawk
