// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/article_walk.h"

#include <algorithm>

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/model/limits.h"

namespace presshawk {

bool ArticleWalk::Run(std::string_view document) {
  document_ = document;
  return FindStructure() && WalkTokens();
}

bool ArticleWalk::Prepare(size_t bytes) {
  if (parser_ != nullptr && bytes <= capacity_) {
    return true;
  }
  const size_t wanted = std::max<size_t>(bytes * 5 / 4, 64UL << 10);
  if (parser_ == nullptr) {
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            wanted, simdjson::DEFAULT_MAX_DEPTH, parser_) !=
        simdjson::SUCCESS) {
      return false;
    }
  } else if (parser_->set_capacity(wanted) != simdjson::SUCCESS) {
    return false;
  }
  capacity_ = wanted;
  return true;
}

bool ArticleWalk::FindStructure() {
  if (document_.empty() || !Prepare(document_.size())) {
    return false;
  }
  if (parser_->stage1(reinterpret_cast<const uint8_t*>(document_.data()),
                      document_.size(),
                      simdjson::stage1_mode::regular) != simdjson::SUCCESS) {
    return false;
  }
  count_ = parser_->n_structural_indexes;
  at_ = parser_->structural_indexes.get();
  return count_ > 0;
}

// The text between the quotes of the string that begins at `index`.
std::string_view ArticleWalk::StringAt(uint32_t index) const {
  uint32_t end = index + 1 < count_ ? at_[index + 1]
                                    : static_cast<uint32_t>(document_.size());
  while (end > at_[index] + 1 && IsJsonSpace(document_[end - 1])) {
    --end;
  }
  return document_.substr(at_[index] + 1, end - 1 - (at_[index] + 1));
}

std::string_view ArticleWalk::ScalarAt(uint32_t index) const {
  uint32_t end = index + 1 < count_ ? at_[index + 1]
                                    : static_cast<uint32_t>(document_.size());
  while (end > at_[index] && IsJsonSpace(document_[end - 1])) {
    --end;
  }
  return document_.substr(at_[index], end - at_[index]);
}

void ArticleWalk::PointerTo(uint32_t token, std::string* pointer) {
  if (token < stepped_) {
    steps_.clear();
    stepped_ = 0;
  }
  for (; stepped_ < token; ++stepped_) {
    switch (CharAt(stepped_)) {
      case '{':
      case '[':
        steps_.push_back({.key = kAbsent, .index = 0});
        break;
      case '}':
      case ']':
        steps_.pop_back();
        break;
      case ',':
        ++steps_.back().index;
        break;
      case ':':
        steps_.back().key = stepped_ - 1;
        break;
      default:
        break;
    }
  }
  pointer->clear();
  for (const Step& step : steps_) {
    *pointer += '/';
    if (step.key == kAbsent) {
      StrAppend(pointer, step.index);
      continue;
    }
    for (const char c : Text(step.key)) {
      if (c == '~' || c == '/') {
        *pointer += '~';
      }
      *pointer += c == '~' ? '0' : c == '/' ? '1' : c;
    }
  }
}

bool ArticleWalk::CheckScalar(uint32_t index) const {
  const char first = document_[at_[index]];
  if (first == '"') {
    // The scan has paired the quotes and refused control characters.
    return HasValidEscapes(StringAt(index));
  }
  const std::string_view scalar = ScalarAt(index);
  return scalar == "true" || scalar == "false" || scalar == "null" ||
         IsJsonNumber(scalar);
}

std::string_view ArticleWalk::Unescaped(std::string_view content) {
  if (content.find('\\') == std::string_view::npos) {
    return content;
  }
  char* const out = arena_.Allocate(content.size());
  return {out, UnescapeJson(content, out)};
}

// Where the key at token `key` of the innermost object leads. Of repeated keys
// the last counts: what was found in an earlier one is forgotten.
PointerTree::StateId ArticleWalk::MemberState(uint32_t key) {
  Level& level = levels_.back();
  if (level.state == PointerTree::kNone || !pointers_.HasMembers(level.state)) {
    return PointerTree::kNone;
  }
  if (level.member != kAbsent) {
    members_[level.member].end = static_cast<uint32_t>(places_.size());
    level.member = kAbsent;
  }
  const std::string_view name = Unescaped(StringAt(key));
  const PointerTree::Step step = pointers_.Member(level.state, name);
  if (step.to == PointerTree::kNone) {
    return PointerTree::kNone;
  }
  const auto member = static_cast<uint32_t>(members_.size());
  uint32_t before = kAbsent;
  if (step.by_prefix) {
    const auto [it, is_new] =
        seen_by_prefix_.try_emplace({level.begin, name}, member);
    if (!is_new) {
      before = std::exchange(it->second, member);
    }
  } else {
    Seen& last = seen_[step.edge];
    if (last.object == level.begin) {
      before = last.member;
    }
    last = {.object = level.begin, .member = member};
  }
  for (uint32_t i = before == kAbsent ? 0 : members_[before].begin;
       before != kAbsent && i < members_[before].end; ++i) {
    places_[i].token = kAbsent;
  }
  const auto begin = static_cast<uint32_t>(places_.size());
  members_.push_back({.begin = begin, .end = begin});
  level.member = member;
  return step.to;
}

// A value of which `*index` is the first token: a scalar is passed, an object
// or array opened.
bool ArticleWalk::WalkValue(uint32_t* index, PointerTree::StateId state) {
  if (*index >= count_) {
    return false;
  }
  if (state != PointerTree::kNone && pointers_.IsWanted(state)) {
    Chain& chain = chains_[state];
    const auto place = static_cast<uint32_t>(places_.size());
    places_.push_back({.token = *index, .state = state, .next = kAbsent});
    (chain.first == kAbsent ? chain.first : places_[chain.last].next) = place;
    chain.last = place;
  }
  const char c = document_[at_[*index]];
  if (c == '{' || c == '[') {
    if (levels_.size() == kJsonDepthMax) {
      return false;
    }
    levels_.push_back({.is_object = c == '{',
                       .state = state,
                       .begin = *index,
                       .element = 0,
                       .member = kAbsent});
    ++*index;
    return true;
  }
  return CheckScalar((*index)++);
}

// Over every token of the document_: its grammar, and where mapped values are.
bool ArticleWalk::WalkTokens() {
  std::fill(chains_.begin(), chains_.end(), Chain());
  std::fill(seen_.begin(), seen_.end(), Seen());
  if (!seen_by_prefix_.empty()) {
    seen_by_prefix_.clear();
  }
  places_.clear();
  members_.clear();
  levels_.clear();
  steps_.clear();
  stepped_ = 0;
  uint32_t index = 0;
  if (!WalkValue(&index, PointerTree::kRoot)) {
    return false;
  }
  bool first = true;  // Of the innermost object or array.
  while (!levels_.empty()) {
    if (index >= count_) {
      return false;
    }
    Level& level = levels_.back();
    const char c = document_[at_[index]];
    if (c == (level.is_object ? '}' : ']')) {
      levels_.pop_back();
      ++index;
      first = false;
      continue;
    }
    if (!first) {
      if (c != ',') {
        return false;
      }
      if (++index >= count_) {
        return false;
      }
    }
    PointerTree::StateId state = PointerTree::kNone;
    if (level.is_object) {
      if (document_[at_[index]] != '"' || !CheckScalar(index) ||
          index + 1 >= count_ || document_[at_[index + 1]] != ':') {
        return false;
      }
      state = MemberState(index);
      index += 2;
    } else if (level.state != PointerTree::kNone &&
               pointers_.HasElements(level.state)) {
      state = pointers_.Element(level.state, level.element++);
    }
    const size_t depth = levels_.size();
    if (!WalkValue(&index, state)) {
      return false;
    }
    first = levels_.size() > depth;
  }
  return index == count_;
}

}  // namespace presshawk
