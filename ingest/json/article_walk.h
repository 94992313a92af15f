// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ingest/json/pointer_tree.h"
#include "ingest/json/text_arena.h"

namespace presshawk {

// Walks once over a JSON document. simdjson's first stage finds its tokens. The
// walk looks at each token once, to check the grammar and to find the mapped
// values.
//
// LIFE. It is reused; its results are valid until the next Run().
// THREAD SAFETY. None: each decoder has one.
class ArticleWalk {
 public:
  static constexpr uint32_t kAbsent = ~0U;

  // Unescaped text goes into `arena`. Both must outlive the walk.
  ArticleWalk(const PointerTree& pointers, TextArena* arena)
      : pointers_(pointers),
        arena_(*arena),
        chains_(pointers.size()),
        seen_(pointers.edges()) {}

  // Returns false if `document` is not valid JSON as a whole. The document must
  // live as long as the results are used. If this returns true, it must be
  // valid UTF-8.
  bool Run(std::string_view document);

  // --- After a Run() that returned true. Tokens count from 0 in the document.
  char CharAt(uint32_t token) const { return document_[at_[token]]; }
  // The meaning of a string, and a number as it is written.
  std::string_view Text(uint32_t token) { return Unescaped(StringAt(token)); }
  std::string_view ScalarAt(uint32_t token) const;

  // Replaces *pointer by the JSON Pointer (RFC 6901) of the value whose first
  // token is `token`. A lone surrogate in a key is written as U+FFFD. Takes time
  // for the tokens since the last call, or from the start where that was for a
  // later token.
  void PointerTo(uint32_t token, std::string* pointer);

  // A mapped value. They are in the order of the document.
  struct Place {
    uint32_t token;  // Its first; kAbsent if a later member has the same key.
    PointerTree::StateId state;
    uint32_t next;  // Next place of the same state; kAbsent if it is the last.
  };
  const Place& place(uint32_t index) const { return places_[index]; }
  // The index of the first place of a state, or kAbsent.
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
  uint32_t count_ = 0;            // The number of tokens.
  const uint32_t* at_ = nullptr;  // Where each token begins.

  struct Chain {
    uint32_t first = kAbsent;
    uint32_t last = kAbsent;
  };
  std::vector<Place> places_;
  std::vector<Chain> chains_;  // By state.

  // A member whose key is on the way to mapped values, and the places in it.
  struct Member {
    uint32_t begin;
    uint32_t end;
  };
  std::vector<Member> members_;
  struct Seen {
    uint32_t object = kAbsent;  // Its first token.
    uint32_t member = 0;
  };
  std::vector<Seen> seen_;  // By edge: where it was last taken.
  // If several keys can take one edge: the member, by object and key.
  absl::flat_hash_map<std::pair<uint32_t, std::string_view>, uint32_t>
      seen_by_prefix_;

  struct Level {
    bool is_object;
    PointerTree::StateId state;
    uint32_t begin;    // Its first token.
    uint32_t element;  // For an array: the index of its next element.
    uint32_t member;   // The open member, or kAbsent.
  };
  std::vector<Level> levels_;
  struct Step {      // To the value that PointerTo() is at.
    uint32_t key;    // Its token in an object.
    uint32_t index;  // In an array.
  };
  std::vector<Step> steps_;  // To the token `stepped_`.
  uint32_t stepped_ = 0;
};

}  // namespace presshawk
