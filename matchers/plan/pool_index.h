// SPDX-License-Identifier: Apache-2.0
// Finds texts that are already in a StringPool, while the pool is built.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "core/base/flat_array.h"

namespace presshawk {

class PoolIndex {
 public:
  // The pool must be empty and must outlive the index, which alone adds to it.
  explicit PoolIndex(StringPool* pool)
      : pool_(*pool), known_(0, Hash{pool}, Equal{pool}) {}
  PoolIndex(const PoolIndex&) = delete;
  PoolIndex& operator=(const PoolIndex&) = delete;

  // Returns the index of `text`, and whether it was added just now.
  std::pair<uint32_t, bool> Add(std::string_view text) {
    const auto known = known_.find(text);
    if (known != known_.end()) {
      return {*known, false};
    }
    const uint32_t index = pool_.Add(text);
    known_.insert(index);
    return {index, true};
  }

 private:
  // PERF: an entry costs 5 bytes; an entry with its own text would cost 50.
  struct Hash {
    using is_transparent = void;
    const StringPool* pool;
    size_t operator()(std::string_view text) const {
      return absl::Hash<std::string_view>()(text);
    }
    size_t operator()(uint32_t index) const { return (*this)((*pool)[index]); }
  };
  struct Equal {
    using is_transparent = void;
    const StringPool* pool;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, std::string_view b) const {
      return (*pool)[a] == b;
    }
    bool operator()(std::string_view a, uint32_t b) const {
      return (*pool)[b] == a;
    }
  };

  StringPool& pool_;
  absl::flat_hash_set<uint32_t, Hash, Equal> known_;
};

}  // namespace presshawk
