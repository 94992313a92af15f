// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/json/mapping.h"

namespace presshawk {

// The pointers of a mapping, compiled to states. The walk follows them down the
// document: at each place it is in one state, which stands for all pointers
// that lead there, also those with stars. Immutable once it is built.
class PointerTree {
 public:
  using StateId = uint32_t;
  static constexpr StateId kRoot = 0;
  static constexpr StateId kNone = ~StateId{0};
  // No reasonable mapping needs more states; see too_large().
  static constexpr size_t kStatesMax = 10'000;

  explicit PointerTree(const Mapping& mapping);

  // Whether there are too many states, because stars multiply.
  bool too_large() const { return too_large_; }
  size_t size() const { return states_.size(); }
  size_t edges() const { return edges_; }

  // Where a member of an object leads.
  struct Step {
    StateId to = kNone;
    uint32_t edge = kNone;   // Below edges(); the same key takes the same edge.
    bool by_prefix = false;  // Whether other keys may take this edge, too.
  };
  Step Member(StateId state, std::string_view key) const;
  StateId Element(StateId state, uint32_t index) const;
  bool HasMembers(StateId state) const {
    return !states_[state].members.empty() || !states_[state].prefixes.empty();
  }
  bool HasElements(StateId state) const {
    return states_[state].each != kNone || !states_[state].elements.empty();
  }
  // Whether a pointer ends in this state.
  bool IsWanted(StateId state) const { return states_[state].wanted; }
  // Whether it ends in `/@id`, a reference of JSON-LD that may be relative.
  bool IsReference(StateId state) const { return states_[state].reference; }

  // For each entry of Mapping::Source::from: the states in which one of its
  // pointers ends.
  const std::vector<std::vector<StateId>>& StatesOf(ArticleKey key) const {
    return by_key_[static_cast<size_t>(key)];
  }

 private:
  friend class PointerTreeBuilder;

  struct Edge {
    std::string key;
    StateId to;
    uint32_t edge;
  };
  struct State {
    std::vector<Edge> members;
    std::vector<Edge> prefixes;  // The longest comes first.
    std::vector<Edge> elements;  // Of arrays; the key is the index as written.
    StateId each = kNone;        // The state of any other element.
    bool wanted = false;
    bool reference = false;
  };

  std::vector<State> states_;
  size_t edges_ = 0;
  bool too_large_ = false;
  std::array<std::vector<std::vector<StateId>>, kArticleKeyCount> by_key_;
};

}  // namespace presshawk
