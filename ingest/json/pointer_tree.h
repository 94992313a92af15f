#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/json/mapping.h"

namespace presshawk {

// The mapping's JSON Pointers as a tree: the walk goes down it with the
// document. Immutable once built.
class PointerTree {
 public:
  using NodeId = uint32_t;
  static constexpr NodeId kRoot = 0;
  static constexpr NodeId kNone = ~NodeId{0};

  explicit PointerTree(const Mapping& mapping);

  size_t size() const { return nodes_.size(); }
  // The child for an object's key (unescaped), or an array's index.
  NodeId Child(NodeId node, std::string_view key) const;
  bool HasChildren(NodeId node) const { return !nodes_[node].children.empty(); }
  // Calls `use` with `node` and every node below it.
  template <typename Use>
  void ForSubtree(NodeId node, Use use) const {
    use(node);
    for (const NodeId child : nodes_[node].children) {
      ForSubtree(child, use);
    }
  }
  // The nodes of a key's pointers, in the mapping's order.
  const std::vector<NodeId>& NodesOf(ArticleKey key) const {
    return by_key_[static_cast<size_t>(key)];
  }

 private:
  struct Node {
    std::string key;
    std::vector<NodeId> children;
  };

  NodeId Add(const std::string& pointer);

  std::vector<Node> nodes_;
  std::array<std::vector<NodeId>, kArticleKeyCount> by_key_;
};

}  // namespace presshawk
