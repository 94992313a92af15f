// SPDX-License-Identifier: Apache-2.0
// Writes tokens from folded characters (SPEC TEXT-4 to TEXT-6), each followed
// by one space. It is an automaton without look-ahead: a stop between two
// letters is taken back once the second letter is known to stand alone.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "core/model/hit.h"

namespace presshawk {

// Where a token came from, and where it stands.
struct TokenTrace {
  uint32_t canonical_begin;
  ByteSpan source;
};

// With `kTrace` false it is for the hot path; with `kTrace` true it also
// reports the source of each token. The caller provides kRoomPerCharacter.
template <bool kTrace>
class TokenWriter {
 public:
  // The bytes that one call may write beyond those of its character: a space on
  // each side, and what a wide store may overwrite.
  static constexpr size_t kRoomPerCharacter = 8;

  // A space must stand before `out`: the first character starts a new token.
  explicit TokenWriter(char* out, std::vector<TokenTrace>* trace = nullptr)
      : out_(out), begin_(out), trace_(trace) {}

  char* out() const { return out_; }
  // Call it after the buffer grew: the same content is at another address.
  void Rebase(char* begin) {
    joinable_ = joinable_ == nullptr ? nullptr : begin + (joinable_ - begin_);
    out_ = begin + (out_ - begin_);
    begin_ = begin;
  }
  // Whether nothing before the next character can affect it.
  bool fresh() const { return mode_ == Mode::kFresh && !stop_pending_; }
  bool in_token() const { return mode_ == Mode::kToken; }
  // Whether the open token is one letter so far.
  bool lone() const { return mode_ == Mode::kToken && lone_; }
  // Whether an acronym may be in progress: bytes must then come one by one.
  bool undecided() const { return joinable_ != nullptr || stop_pending_; }

  // Takes a letter or digit. `utf8` holds `size` bytes, the first one lowest.
  // They may be several characters of one token (`is_letter` is then false).
  void Character(uint32_t utf8, uint32_t size, bool is_letter, bool keeps_marks,
                 ByteSpan source) {
    if (mode_ != Mode::kToken) {
      joinable_ = stop_pending_ && is_letter ? out_ - 1 : nullptr;
      lone_ = is_letter;
      mode_ = Mode::kToken;
      StartToken(source);
    } else {
      lone_ = false;
      joinable_ = nullptr;
    }
    stop_pending_ = false;
    keeps_ = keeps_marks;
    Write(utf8, size, source);
  }

  // Call it when letters of the open token, at least one, were written up to
  // `out` without the automaton.
  void LettersWritten(char* out, bool keeps_marks) {
    out_ = out;
    lone_ = false;
    joinable_ = nullptr;
    keeps_ = keeps_marks;
  }

  // Takes a letter of step 6.
  void Single(uint32_t utf8, uint32_t size, ByteSpan source) {
    EndToken();
    StartToken(source);
    Write(utf8, size, source);
    *out_++ = ' ';
    mode_ = Mode::kSingle;
    stop_pending_ = false;
    keeps_ = true;
  }

  // Takes a mark of category M. It is kept directly behind a letter or digit of
  // a script that keeps its marks, and behind another mark that was kept (A12).
  void Mark(uint32_t utf8, uint32_t size, ByteSpan source) {
    if (!keeps_) {
      return;
    }
    if (mode_ == Mode::kSingle) {
      --out_;
      Write(utf8, size, source);
      *out_++ = ' ';
    } else if (mode_ == Mode::kToken) {
      Write(utf8, size, source);
    }
  }

  void Separator() {
    EndToken();
    mode_ = Mode::kFresh;
    stop_pending_ = false;
    keeps_ = false;
  }

  // Takes U+002E (A14).
  void Stop() {
    const bool pending = mode_ == Mode::kToken && lone_;
    Separator();
    stop_pending_ = pending;
  }

  // Call it after a block whose bytes were written without the automaton.
  void Resume(char* out, bool in_token, bool lone) {
    out_ = out;
    mode_ = in_token ? Mode::kToken : Mode::kFresh;
    lone_ = lone;
    keeps_ = false;
    joinable_ = nullptr;
    stop_pending_ = false;
  }

 private:
  enum class Mode : uint8_t { kFresh, kToken, kSingle };

  void Write(uint32_t utf8, uint32_t size, ByteSpan source) {
    std::memcpy(out_, &utf8, sizeof(utf8));  // May write beyond `size`.
    out_ += size;
    if constexpr (kTrace) {
      if (source.end > trace_->back().source.end) {
        trace_->back().source.end = source.end;
      }
    }
  }

  void StartToken(ByteSpan source) {
    if constexpr (kTrace) {
      trace_->push_back({static_cast<uint32_t>(out_ - begin_), source});
    }
  }

  void EndToken() {
    if (mode_ != Mode::kToken) {
      return;
    }
    if (lone_ && joinable_ != nullptr) {
      const auto size = static_cast<size_t>(out_ - joinable_ - 1);
      std::memmove(joinable_, joinable_ + 1, size);
      --out_;
      if constexpr (kTrace) {
        const uint32_t end = trace_->back().source.end;
        trace_->pop_back();
        trace_->back().source.end = end;
      }
    }
    joinable_ = nullptr;
    *out_++ = ' ';
  }

  char* out_;
  char* begin_;
  std::vector<TokenTrace>* trace_;
  char* joinable_ = nullptr;  // The space that a lone letter takes back.
  Mode mode_ = Mode::kFresh;
  bool lone_ = false;          // The token is one letter so far.
  bool stop_pending_ = false;  // A lone letter and a stop came last.
  bool keeps_ = false;         // A mark would be kept here.
};

}  // namespace presshawk
