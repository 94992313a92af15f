#include "ingest/json/pointer_tree.h"

namespace presshawk {
namespace {

// RFC 6901 section 4: `~1` is a slash, `~0` a tilde.
std::string DecodeToken(std::string_view token) {
  std::string key;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() &&
        (token[i + 1] == '0' || token[i + 1] == '1')) {
      key += token[++i] == '0' ? '~' : '/';
    } else {
      key += token[i];
    }
  }
  return key;
}

}  // namespace

PointerTree::PointerTree(const Mapping& mapping) : nodes_(1) {
  for (size_t i = 0; i < kArticleKeyCount; ++i) {
    for (const std::string& pointer : mapping.sources[i].pointers) {
      by_key_[i].push_back(Add(pointer));
    }
  }
}

PointerTree::NodeId PointerTree::Child(NodeId node,
                                       std::string_view key) const {
  for (const NodeId child : nodes_[node].children) {
    if (nodes_[child].key == key) {
      return child;
    }
  }
  return kNone;
}

PointerTree::NodeId PointerTree::Add(const std::string& pointer) {
  NodeId node = kRoot;
  size_t begin = 1;
  while (begin <= pointer.size()) {
    const size_t end = std::min(pointer.find('/', begin), pointer.size());
    const std::string key =
        DecodeToken(std::string_view(pointer).substr(begin, end - begin));
    NodeId child = Child(node, key);
    if (child == kNone) {
      child = static_cast<NodeId>(nodes_.size());
      nodes_.push_back({key, {}});
      nodes_[node].children.push_back(child);
    }
    node = child;
    begin = end + 1;
  }
  return node;
}

}  // namespace presshawk
