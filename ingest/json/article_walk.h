#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ingest/json/pointer_tree.h"
#include "ingest/json/text_arena.h"

namespace presshawk {

// One pass over a JSON document: simdjson's first stage finds its tokens, then
// each of them is looked at once, for the grammar and for where the mapped
// values are.
//
// LIFE. Reused; what it gives holds until the next Run().
// THREAD SAFETY. None: one decoder's.
class ArticleWalk {
 public:
  static constexpr uint32_t kAbsent = ~0U;

  // What is unescaped goes into `arena`. Both must outlive it.
  ArticleWalk(const PointerTree& pointers, TextArena* arena)
      : pointers_(pointers),
        arena_(*arena),
        chains_(pointers.size()),
        seen_(pointers.edges()) {}

  // False where `document` is not valid JSON from end to end. It must live as
  // long as what is asked of it, and be valid UTF-8 where this is true.
  bool Run(std::string_view document);

  // --- After a Run() that was true. Tokens count from 0, the document's first.
  char CharAt(uint32_t token) const { return document_[at_[token]]; }
  // A string's meaning; what a number is written as.
  std::string_view Text(uint32_t token) { return Unescaped(StringAt(token)); }
  std::string_view ScalarAt(uint32_t token) const;

  // The mapped values, in the order of the document.
  struct Place {
    uint32_t token;  // The first; kAbsent: a later member of its key counts.
    PointerTree::StateId state;
    uint32_t next;  // Of the same state; kAbsent: it is the last.
  };
  const Place& place(uint32_t index) const { return places_[index]; }
  // The index of a state's first place, or kAbsent.
  uint32_t FirstOf(PointerTree::StateId state) const {
    return chains_[state].first;
  }

 private:
  bool Prepare(size_t bytes);
  bool FindStructure();
  bool WalkTokens();
  bool WalkValue(uint32_t* token, PointerTree::StateId state);
  bool CheckScalar(uint32_t token) const;
  std::string_view StringAt(uint32_t token) const;
  std::string_view Unescaped(std::string_view content);
  PointerTree::StateId MemberState(uint32_t key);

  const PointerTree& pointers_;
  TextArena& arena_;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
  size_t capacity_ = 0;

  std::string_view document_;
  uint32_t count_ = 0;            // Of tokens.
  const uint32_t* at_ = nullptr;  // Where they begin.

  struct Chain {
    uint32_t first = kAbsent;
    uint32_t last = kAbsent;
  };
  std::vector<Place> places_;
  std::vector<Chain> chains_;  // By state.

  // A member whose key leads on: the places in it.
  struct Member {
    uint32_t begin;
    uint32_t end;
  };
  std::vector<Member> members_;
  struct Seen {
    uint32_t object = kAbsent;  // Its first token.
    uint32_t member = 0;
  };
  std::vector<Seen> seen_;  // By edge: where it was taken last.
  // Where several keys may take one edge: the member by object and key.
  absl::flat_hash_map<std::pair<uint32_t, std::string_view>, uint32_t>
      seen_by_prefix_;

  struct Level {
    bool is_object;
    PointerTree::StateId state;
    uint32_t begin;    // Its first token.
    uint32_t element;  // Of an array: the next one's index.
    uint32_t member;   // The one that is open; or kAbsent.
  };
  std::vector<Level> levels_;
};

}  // namespace presshawk
