// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/pointer_tree.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using NodeId = uint32_t;

// A step of a pointer: `key`, `prefix*` or `*`.
struct PointerStep {
  enum class Kind : uint8_t { kKey, kPrefix, kEach };
  Kind kind = Kind::kKey;
  std::string text;
  friend auto operator<=>(const PointerStep&, const PointerStep&) = default;
};

// RFC 6901 section 4: `~1` is a slash, `~0` a tilde; and ours: `~2` a star.
PointerStep DecodeStep(std::string_view token) {
  PointerStep step;
  if (token.ends_with('*')) {
    step.kind =
        token == "*" ? PointerStep::Kind::kEach : PointerStep::Kind::kPrefix;
    token.remove_suffix(1);
  }
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() && token[i + 1] >= '0' &&
        token[i + 1] <= '2') {
      step.text += "~/*"[token[++i] - '0'];
    } else {
      step.text += token[i];
    }
  }
  return step;
}

bool IsIndex(std::string_view key) {
  return !key.empty() && (key == "0" || key[0] != '0') &&
         key.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

// First the pointers as a tree, in which an article's place may be at several
// nodes at once; then each set of nodes that can come together becomes a state.
class PointerTreeBuilder {
 public:
  explicit PointerTreeBuilder(PointerTree* tree) : tree_(tree), nodes_(1) {}

  void Build(const Mapping& mapping) {
    for (size_t key = 0; key < kArticleKeyCount; ++key) {
      tree_->by_key_[key].resize(mapping.sources[key].from.size());
      for (size_t i = 0; i < mapping.sources[key].from.size(); ++i) {
        for (const ArticlePointer& pointer : mapping.sources[key].from[i]) {
          Node& end = nodes_[AddPointer(pointer)];
          end.ends.emplace_back(key, i);
          end.reference |= pointer.ends_with("/@id");
        }
      }
    }
    StateOf({0});
    // States are made while this goes on.
    for (PointerTree::StateId id = 0; id < sets_.size(); ++id) {
      MakeEdges(id);
    }
  }

 private:
  using NodeSet = std::set<NodeId>;
  struct Node {
    std::map<PointerStep, NodeId> children;
    std::vector<std::pair<size_t, size_t>> ends;  // Key and entry of `from`.
    bool reference = false;
  };

  NodeId AddPointer(const std::string& pointer) {
    NodeId node = 0;
    size_t begin = 1;
    while (begin <= pointer.size()) {
      const size_t end = std::min(pointer.find('/', begin), pointer.size());
      const auto [it, is_new] = nodes_[node].children.emplace(
          DecodeStep(std::string_view(pointer).substr(begin, end - begin)),
          static_cast<NodeId>(nodes_.size()));
      node = it->second;
      if (is_new) {
        nodes_.emplace_back();
      }
      begin = end + 1;
    }
    return node;
  }

  PointerTree::StateId StateOf(const NodeSet& set) {
    if (set.empty()) {
      return PointerTree::kNone;
    }
    if (const auto found = ids_.find(set); found != ids_.end()) {
      return found->second;
    }
    if (sets_.size() == PointerTree::kStatesMax) {
      tree_->too_large_ = true;
      return PointerTree::kNone;
    }
    const auto id = static_cast<PointerTree::StateId>(sets_.size());
    ids_.emplace(set, id);
    sets_.push_back(set);
    PointerTree::State& state = tree_->states_.emplace_back();
    for (const NodeId node : set) {
      for (const auto& [key, entry] : nodes_[node].ends) {
        std::vector<PointerTree::StateId>& states = tree_->by_key_[key][entry];
        if (states.empty() || states.back() != id) {
          states.push_back(id);
        }
        state.wanted = true;
        state.reference |= nodes_[node].reference;
      }
    }
    return id;
  }

  // The nodes that a member `key` leads to, or for a prefix those that every
  // key leads to which begins so.
  NodeSet MembersOf(const NodeSet& set, const std::string& key,
                    bool is_prefix) const {
    NodeSet to;
    for (const NodeId node : set) {
      for (const auto& [step, child] : nodes_[node].children) {
        const bool leads = step.kind == PointerStep::Kind::kPrefix
                               ? std::string_view(key).starts_with(step.text)
                               : step.kind == PointerStep::Kind::kKey &&
                                     !is_prefix && step.text == key;
        if (leads) {
          to.insert(child);
        }
      }
    }
    return to;
  }

  void MakeEdges(PointerTree::StateId id) {
    const NodeSet set = sets_[id];
    std::set<std::string> keys;
    std::set<std::string> prefixes;
    NodeSet each;
    for (const NodeId node : set) {
      for (const auto& [step, child] : nodes_[node].children) {
        if (step.kind == PointerStep::Kind::kEach) {
          each.insert(child);
        } else {
          (step.kind == PointerStep::Kind::kKey ? keys : prefixes)
              .insert(step.text);
        }
      }
    }
    PointerTree::State made;
    for (const std::string& key : keys) {
      made.members.push_back(
          {key, StateOf(MembersOf(set, key, /*is_prefix=*/false)), Edge()});
      if (IsIndex(key)) {
        NodeSet to = each;
        for (const NodeId node : set) {
          const auto child =
              nodes_[node].children.find({PointerStep::Kind::kKey, key});
          if (child != nodes_[node].children.end()) {
            to.insert(child->second);
          }
        }
        made.elements.push_back({key, StateOf(to), 0});
      }
    }
    for (const std::string& prefix : prefixes) {
      made.prefixes.push_back(
          {prefix, StateOf(MembersOf(set, prefix, /*is_prefix=*/true)),
           Edge()});
    }
    std::stable_sort(made.prefixes.begin(), made.prefixes.end(),
                     [](const auto& a, const auto& b) {
                       return a.key.size() > b.key.size();
                     });
    made.each = StateOf(each);
    made.wanted = tree_->states_[id].wanted;
    made.reference = tree_->states_[id].reference;
    tree_->states_[id] = std::move(made);
  }

  uint32_t Edge() { return static_cast<uint32_t>(tree_->edges_++); }

  PointerTree* const tree_;
  std::vector<Node> nodes_;
  std::map<NodeSet, PointerTree::StateId> ids_;
  std::vector<NodeSet> sets_;  // By state.
};

PointerTree::PointerTree(const Mapping& mapping) {
  PointerTreeBuilder(this).Build(mapping);
}

PointerTree::Step PointerTree::Member(StateId state,
                                      std::string_view key) const {
  for (const Edge& member : states_[state].members) {
    if (member.key == key) {
      return {.to = member.to, .edge = member.edge, .by_prefix = false};
    }
  }
  for (const Edge& prefix : states_[state].prefixes) {
    if (key.starts_with(prefix.key)) {
      return {.to = prefix.to, .edge = prefix.edge, .by_prefix = true};
    }
  }
  return {};
}

PointerTree::StateId PointerTree::Element(StateId state, uint32_t index) const {
  const State& from = states_[state];
  if (!from.elements.empty()) {
    const std::string written = StrCat(index);  // Short: allocates nothing.
    for (const Edge& element : from.elements) {
      if (element.key == written) {
        return element.to;
      }
    }
  }
  return from.each;
}

}  // namespace presshawk
