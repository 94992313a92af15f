// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/window.h"

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_map.h"

namespace presshawk {
namespace {

using Pieces = absl::Span<const std::vector<Occurrence>>;

const Occurrence* FirstFrom(const std::vector<Occurrence>& occurrences,
                            uint32_t token) {
  const auto at = std::lower_bound(
      occurrences.begin(), occurrences.end(), token,
      [](const Occurrence& o, uint32_t t) { return o.token_begin < t; });
  return at == occurrences.end() ? nullptr : &*at;
}

// Finds, for one begin, the window that ends first.
//
// Pieces are placed from left to right. Of all ways to have placed the same
// pieces only the one that ends first matters, so there is one state for each
// set of pieces; states that leave a piece without an occurrence behind them
// are dropped, which in real text leaves about one for each number of pieces.
class WindowSearch {
 public:
  WindowSearch(Pieces pieces, uint32_t span_max)
      : pieces_(pieces), span_max_(span_max) {}

  bool exhausted() const { return steps_ > kWindowStepsMax; }

  // The last occurrence of the window that begins with `first`, an occurrence
  // of piece `piece`; null where there is none.
  const Occurrence* Find(size_t piece, const Occurrence& first) {
    limit_ = first.token_begin + span_max_;
    const uint32_t all = (1U << pieces_.size()) - 1;
    states_.clear();
    states_[1U << piece] = &first;
    for (size_t placed = 1; placed < pieces_.size(); ++placed) {
      next_.clear();
      for (const auto& [mask, last] : states_) {
        Extend(mask, last);
        if (exhausted()) {
          return nullptr;
        }
      }
      std::swap(states_, next_);
    }
    const auto done = states_.find(all);
    return done == states_.end() ? nullptr : done->second;
  }

 private:
  void Extend(uint32_t mask, const Occurrence* last) {
    std::array<const Occurrence*, 16> following = {};
    for (size_t i = 0; i < pieces_.size(); ++i) {
      if ((mask >> i & 1) != 0) {
        continue;
      }
      ++steps_;
      following[i] = FirstFrom(pieces_[i], last->token_end);
      if (following[i] == nullptr || following[i]->token_end > limit_) {
        return;
      }
    }
    for (size_t i = 0; i < pieces_.size(); ++i) {
      if (following[i] == nullptr) {
        continue;
      }
      const Occurrence*& state = next_[mask | 1U << i];
      if (state == nullptr || following[i]->token_end < state->token_end) {
        state = following[i];
      }
    }
  }

  const Pieces pieces_;
  const uint32_t span_max_;
  uint32_t limit_ = 0;
  uint32_t steps_ = 0;
  absl::flat_hash_map<uint32_t, const Occurrence*> states_;
  absl::flat_hash_map<uint32_t, const Occurrence*> next_;
};

// Keeps the windows that contain no other. REQUIRES: sorted by begin, of one
// begin only the one that ends first.
void KeepSmallest(std::vector<TokenWindow>* windows) {
  uint32_t end_min = UINT32_MAX;
  size_t kept = windows->size();
  for (size_t i = windows->size(); i-- > 0;) {
    if ((*windows)[i].token_end < end_min) {
      end_min = (*windows)[i].token_end;
      (*windows)[--kept] = (*windows)[i];
    }
  }
  windows->erase(windows->begin(),
                 windows->begin() + static_cast<std::ptrdiff_t>(kept));
}

}  // namespace

WindowResult FindWindows(Pieces pieces, absl::Span<const uint32_t> sizes,
                         uint32_t n, std::vector<TokenWindow>* windows) {
  WindowResult result = WindowResult::kNone;
  uint32_t span_max = n;
  for (const uint32_t size : sizes) {
    span_max += size;
  }
  std::vector<TokenWindow> found;
  WindowSearch search(pieces, span_max);
  // Every begin, in rising order: a merge of the pieces' occurrences.
  std::vector<std::pair<uint32_t, uint32_t>> begins;  // Token, piece.
  for (uint32_t i = 0; i < pieces.size(); ++i) {
    for (const Occurrence& o : pieces[i]) {
      begins.emplace_back(o.token_begin, i);
    }
  }
  std::sort(begins.begin(), begins.end());
  for (const auto& [token, piece] : begins) {
    const Occurrence& first = *FirstFrom(pieces[piece], token);
    const Occurrence* last = search.Find(piece, first);
    if (search.exhausted()) {
      result = WindowResult::kAbandoned;
      break;
    }
    if (last == nullptr) {
      continue;
    }
    result = WindowResult::kFound;
    if (windows == nullptr) {
      break;
    }
    const TokenWindow window = {token, last->token_end, first.span.begin,
                                last->span.end, first.field};
    if (!found.empty() && found.back().token_begin == token) {
      if (window.token_end < found.back().token_end) {
        found.back() = window;
      }
    } else {
      found.push_back(window);
    }
  }
  if (windows != nullptr) {
    KeepSmallest(&found);
    *windows = std::move(found);
  }
  return result;
}

}  // namespace presshawk
