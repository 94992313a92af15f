// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/window.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace presshawk {
namespace {

using Pieces = absl::Span<const std::vector<Occurrence>>;

// The occurrences of a piece that are equally long, sorted by token_begin, and
// so by token_end.
using Group = absl::Span<const Occurrence>;

uint32_t SizeOf(const Occurrence& o) { return o.token_end - o.token_begin; }

const Occurrence* FirstFrom(Group occurrences, uint32_t token) {
  const auto at = std::lower_bound(
      occurrences.begin(), occurrences.end(), token,
      [](const Occurrence& o, uint32_t t) { return o.token_begin < t; });
  return at == occurrences.end() ? nullptr : &*at;
}

// The groups of each piece. The forms of a word are mostly all equally long,
// and a piece is then its only group.
class GroupedPieces {
 public:
  explicit GroupedPieces(Pieces pieces) {
    for (const std::vector<Occurrence>& piece : pieces) {
      groups_.emplace_back();
      uint32_t size_max = 0;
      bool is_uniform = true;
      for (const Occurrence& o : piece) {
        size_max = std::max(size_max, SizeOf(o));
        is_uniform &= SizeOf(o) == SizeOf(piece[0]);
      }
      tokens_max_ += size_max;
      if (is_uniform) {
        groups_.back().emplace_back(piece);
        continue;
      }
      for (uint32_t size = 1; size <= size_max; ++size) {
        std::vector<Occurrence> of_size;
        std::copy_if(piece.begin(), piece.end(), std::back_inserter(of_size),
                     [&](const Occurrence& o) { return SizeOf(o) == size; });
        if (!of_size.empty()) {
          copies_.push_back(std::move(of_size));
          groups_.back().emplace_back(copies_.back());
        }
      }
    }
  }

  size_t size() const { return groups_.size(); }
  absl::Span<const Group> of(size_t piece) const { return groups_[piece]; }
  // The most tokens that one occurrence of each piece can have together.
  uint32_t tokens_max() const { return tokens_max_; }

 private:
  std::vector<std::vector<Group>> groups_;
  std::deque<std::vector<Occurrence>> copies_;  // Do not move.
  uint32_t tokens_max_ = 0;
};

// Finds, for one begin, the window that ends first.
//
// Pieces are placed from left to right. Of all ways to have placed the same
// pieces with the same number of tokens only the one that ends first matters,
// so there is one state for each of these; states that leave a piece without an
// occurrence behind them are dropped, which in real text leaves about one for
// each number of pieces.
class WindowSearch {
 public:
  WindowSearch(const GroupedPieces& pieces, uint32_t n)
      : pieces_(pieces), n_(n) {}

  bool exhausted() const { return steps_ > kWindowStepsMax; }

  // The last occurrence of the window that begins with `first`, an occurrence
  // of piece `piece`; null where there is none.
  const Occurrence* Find(size_t piece, const Occurrence& first) {
    limit_ = first.token_begin + n_ + pieces_.tokens_max();
    states_.clear();
    states_[{1U << piece, SizeOf(first)}] = &first;
    for (size_t placed = 1; placed < pieces_.size(); ++placed) {
      next_.clear();
      for (const auto& [state, last] : states_) {
        Extend(state, last);
        if (exhausted()) {
          return nullptr;
        }
      }
      std::swap(states_, next_);
    }
    const Occurrence* best = nullptr;
    for (const auto& [state, last] : states_) {
      if (last->token_end - first.token_begin - state.tokens <= n_ &&
          (best == nullptr || last->token_end < best->token_end)) {
        best = last;
      }
    }
    return best;
  }

 private:
  struct State {
    uint32_t mask;    // The pieces that are placed.
    uint32_t tokens;  // Their number of tokens.
    friend bool operator==(const State&, const State&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const State& state) {
      return H::combine(std::move(h), state.mask, state.tokens);
    }
  };
  using States = absl::flat_hash_map<State, const Occurrence*>;

  // Whether every piece that is not placed has an occurrence behind `last`.
  bool CanEnd(State state, const Occurrence* last) {
    for (size_t i = 0; i < pieces_.size(); ++i) {
      if ((state.mask >> i & 1) != 0) {
        continue;
      }
      bool follows = false;
      for (const Group group : pieces_.of(i)) {
        ++steps_;
        const Occurrence* const next = FirstFrom(group, last->token_end);
        follows |= next != nullptr && next->token_end <= limit_;
      }
      if (!follows) {
        return false;
      }
    }
    return true;
  }

  void Extend(State state, const Occurrence* last) {
    if (!CanEnd(state, last)) {
      return;
    }
    for (size_t i = 0; i < pieces_.size(); ++i) {
      if ((state.mask >> i & 1) != 0) {
        continue;
      }
      for (const Group group : pieces_.of(i)) {
        const Occurrence* const next = FirstFrom(group, last->token_end);
        if (next == nullptr || next->token_end > limit_) {
          continue;
        }
        const Occurrence*& best =
            next_[{state.mask | 1U << i, state.tokens + SizeOf(*next)}];
        if (best == nullptr || next->token_end < best->token_end) {
          best = next;
        }
      }
    }
  }

  const GroupedPieces& pieces_;
  const uint32_t n_;
  uint32_t limit_ = 0;
  uint32_t steps_ = 0;
  States states_;
  States next_;
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

WindowResult FindWindows(Pieces pieces, uint32_t n,
                         std::vector<TokenWindow>* windows) {
  WindowResult result = WindowResult::kNone;
  std::vector<TokenWindow> found;
  const GroupedPieces grouped(pieces);
  WindowSearch search(grouped, n);
  // Every begin, in rising order: a merge of the pieces' occurrences.
  struct Begin {
    uint32_t token;
    uint32_t piece;
    const Occurrence* first;
  };
  std::vector<Begin> begins;
  for (uint32_t i = 0; i < pieces.size(); ++i) {
    for (const Occurrence& o : pieces[i]) {
      begins.push_back({o.token_begin, i, &o});
    }
  }
  std::sort(begins.begin(), begins.end(), [](const Begin& a, const Begin& b) {
    return std::tie(a.token, a.piece) < std::tie(b.token, b.piece);
  });
  for (const auto& [token, piece, first] : begins) {
    const Occurrence* const last = search.Find(piece, *first);
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
    const TokenWindow window = {token, last->token_end, first->span.begin,
                                last->span.end, first->field};
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
