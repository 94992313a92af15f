// SPDX-License-Identifier: Apache-2.0
#include "matchers/regex/regex.h"

#include <algorithm>
#include <utility>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

using Kind = RegexNode::Kind;

}  // namespace

// Thompson's construction, from the end to the start.
class RegexCompiler {
 public:
  explicit RegexCompiler(Regex* regex) : regex_(*regex) {}

  // False when there are too many states.
  bool Run() {
    const uint32_t match = Add({.kind = Regex::State::Kind::kMatch});
    regex_.start_ = Compile(*regex_.tree_, match);
    if (regex_.states_.size() > kRegexStatesMax) {
      return false;
    }
    regex_.first_bytes_.assign(256, false);
    std::vector<bool> seen(regex_.states_.size(), false);
    FindFirstBytes(&seen);
    return true;
  }

 private:
  uint32_t Add(Regex::State state) {
    // Past the limit nothing is kept: counts multiply.
    if (regex_.states_.size() <= kRegexStatesMax) {
      regex_.states_.push_back(state);
    }
    return static_cast<uint32_t>(regex_.states_.size() - 1);
  }

  // The state from which `node`, then `next`, is matched.
  uint32_t Compile(const RegexNode& node, uint32_t next) {
    if (regex_.states_.size() > kRegexStatesMax) {
      return next;
    }
    switch (node.kind) {
      case Kind::kSet:
        return Add({.kind = Regex::State::Kind::kSet,
                    .set = SetIndex(node),
                    .next = next});
      case Kind::kAssertion:
        return Add({.kind = Regex::State::Kind::kAssertion,
                    .assertion = node.assertion,
                    .next = next});
      case Kind::kSequence:
        for (size_t i = node.children.size(); i-- > 0;) {
          next = Compile(*node.children[i], next);
        }
        return next;
      case Kind::kChoice: {
        uint32_t entry = Compile(*node.children.back(), next);
        for (size_t i = node.children.size() - 1; i-- > 0;) {
          entry = Split(Compile(*node.children[i], next), entry);
        }
        return entry;
      }
      case Kind::kRepeat:
        return CompileRepeat(node, next);
    }
    return next;
  }

  uint32_t CompileRepeat(const RegexNode& node, uint32_t next) {
    const RegexNode& child = *node.children[0];
    if (WidthOf(child).max == 0) {
      // Edges only: once is as good as often.
      return node.min == 0 ? next : Compile(child, next);
    }
    uint32_t entry = next;
    if (node.max == RegexNode::kUnbounded) {
      entry = Split(0, next);
      const uint32_t body = Compile(child, entry);
      regex_.states_[entry].next = body;
    } else {
      for (uint32_t i = node.min; i < node.max && !Full(); ++i) {
        entry = Split(Compile(child, entry), next);
      }
    }
    for (uint32_t i = 0; i < node.min && !Full(); ++i) {
      entry = Compile(child, entry);
    }
    return entry;
  }

  bool Full() const { return regex_.states_.size() > kRegexStatesMax; }

  uint32_t Split(uint32_t first, uint32_t second) {
    return Add(
        {.kind = Regex::State::Kind::kSplit, .next = first, .second = second});
  }

  uint32_t SetIndex(const RegexNode& node) {
    // Copies of a repeated set share it.
    const auto known = std::find(nodes_.begin(), nodes_.end(), &node);
    if (known != nodes_.end()) {
      return static_cast<uint32_t>(known - nodes_.begin());
    }
    nodes_.push_back(&node);
    regex_.sets_.push_back(node.set);
    return static_cast<uint32_t>(nodes_.size() - 1);
  }

  // Of the sets that can be met first.
  void FindFirstBytes(std::vector<bool>* seen) {
    std::vector<uint32_t> pending = {regex_.start_};
    while (!pending.empty()) {
      const uint32_t id = pending.back();
      pending.pop_back();
      if ((*seen)[id]) {
        continue;
      }
      (*seen)[id] = true;
      const Regex::State& state = regex_.states_[id];
      switch (state.kind) {
        case Regex::State::Kind::kSet:
          AddFirstBytes(regex_.sets_[state.set]);
          break;
        case Regex::State::Kind::kSplit:
          pending.push_back(state.second);
          [[fallthrough]];
        case Regex::State::Kind::kAssertion:
          pending.push_back(state.next);
          break;
        case Regex::State::Kind::kMatch:
          break;
      }
    }
  }

  void AddFirstBytes(const CodePointSet& set) {
    for (const CodePointSet::Range& range : set.ranges()) {
      char low[4];
      char high[4];
      EncodeUtf8(range.first, low);
      EncodeUtf8(range.last, high);
      for (int byte = static_cast<uint8_t>(low[0]);
           byte <= static_cast<uint8_t>(high[0]); ++byte) {
        // Of `A` to `Ã` the bytes between are not all begins.
        regex_.first_bytes_[static_cast<size_t>(byte)] =
            regex_.first_bytes_[static_cast<size_t>(byte)] ||
            !IsUtf8Continuation(static_cast<char>(byte));
      }
    }
  }

  Regex& regex_;
  std::vector<const RegexNode*> nodes_;  // By index of their set.
};

Regex::Compiled Regex::Compile(std::string_view pattern, bool ignore_case) {
  ParsedRegex parsed = ParseRegex(pattern, ignore_case);
  if (parsed.root == nullptr) {
    return {nullptr, std::move(parsed.message), std::move(parsed.fix)};
  }
  auto regex = std::make_shared<Regex>();
  regex->tree_ = std::move(parsed.root);
  if (!RegexCompiler(regex.get()).Run()) {
    return {nullptr,
            StrCat("this regular expression is too large: counts multiply to "
                   "more than ",
                   kRegexStatesMax, " states"),
            "use smaller counts, or + and *"};
  }
  return {std::move(regex), "", ""};
}

bool RegexSearch::FindAll(const Regex& regex, std::string_view text,
                          std::vector<ByteSpan>* found) {
  found->clear();
  regex_ = &regex;
  text_ = text;
  steps_ = 0;
  steps_max_ = 1'000'000 + 100 * uint64_t{text.size()};
  if (seen_.size() < regex.states_.size()) {
    seen_.resize(regex.states_.size());
  }
  uint32_t from = 0;
  ByteSpan match;
  while (FindNext(from, &match)) {
    found->push_back(match);
    from = match.end;
  }
  return steps_ <= steps_max_;
}

bool RegexSearch::FindNext(uint32_t from, ByteSpan* match) {
  const auto size = static_cast<uint32_t>(text_.size());
  threads_.clear();
  matched_ = false;
  for (uint32_t at = from; steps_ <= steps_max_;) {
    if (threads_.empty()) {
      if (matched_) {
        break;
      }
      while (at < size &&
             !regex_->first_bytes_[static_cast<uint8_t>(text_[at])]) {
        ++at;
      }
    }
    // Threads that begin later come later: the earliest begin wins a state.
    // `round_` is that of the threads at hand, so that a state is taken once.
    if (!matched_ && at < size) {
      if (threads_.empty()) {
        ++round_;
      }
      std::swap(threads_, next_threads_);
      Follow(regex_->start_, at, at);
      std::swap(threads_, next_threads_);
    }
    if (at >= size) {
      break;
    }
    const char32_t c = DecodeUtf8(text_.data() + at);
    at += Utf8Size(text_[at]);
    next_threads_.clear();
    ++round_;
    for (const Thread& thread : threads_) {
      if (matched_ && thread.begin > match_.begin) {
        break;
      }
      ++steps_;
      const Regex::State& state = regex_->states_[thread.state];
      if (regex_->sets_[state.set].Contains(c)) {
        Follow(state.next, thread.begin, at);
      }
    }
    std::swap(threads_, next_threads_);
  }
  *match = match_;
  return matched_ && steps_ <= steps_max_;
}

// Enters `state` and all that can be reached from it without text.
void RegexSearch::Follow(uint32_t first, uint32_t begin, uint32_t at) {
  pending_.assign(1, first);
  while (!pending_.empty()) {
    const uint32_t id = pending_.back();
    pending_.pop_back();
    if (seen_[id] == round_) {
      continue;
    }
    seen_[id] = round_;
    ++steps_;
    const Regex::State& state = regex_->states_[id];
    switch (state.kind) {
      case Regex::State::Kind::kSet:
        next_threads_.push_back({id, begin});
        break;
      case Regex::State::Kind::kSplit:
        pending_.push_back(state.second);
        pending_.push_back(state.next);
        break;
      case Regex::State::Kind::kAssertion:
        if (Holds(state.assertion, at)) {
          pending_.push_back(state.next);
        }
        break;
      case Regex::State::Kind::kMatch:
        // Leftmost first, then longest; `at` only grows.
        if (!matched_ || begin <= match_.begin) {
          matched_ = true;
          match_ = {begin, at};
        }
        break;
    }
  }
}

bool RegexSearch::Holds(RegexNode::Assertion assertion, uint32_t at) const {
  using Assertion = RegexNode::Assertion;
  const auto is_word_at = [this](uint32_t offset) {
    return RegexWordCharacters().Contains(DecodeUtf8(text_.data() + offset));
  };
  switch (assertion) {
    case Assertion::kTextBegin:
      return at == 0;
    case Assertion::kTextEnd:
      return at == text_.size();
    case Assertion::kTextEndOrLf:
      return at == text_.size() ||
             (at + 1 == text_.size() && text_[at] == '\n');
    case Assertion::kLineBegin:
      return at == 0 || text_[at - 1] == '\n';
    case Assertion::kLineEnd:
      return at == text_.size() || text_[at] == '\n';
    case Assertion::kWordEdge:
    case Assertion::kNotWordEdge: {
      uint32_t before = at;
      while (before > 0 && IsUtf8Continuation(text_[--before])) {
      }
      const bool word_before = at > 0 && is_word_at(before);
      const bool word_behind = at < text_.size() && is_word_at(at);
      return (word_before != word_behind) ==
             (assertion == Assertion::kWordEdge);
    }
  }
  return false;
}

}  // namespace presshawk
