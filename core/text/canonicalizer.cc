// SPDX-License-Identifier: Apache-2.0
#include "core/text/canonicalizer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/utf8.h"
#include "core/text/ascii_block.h"
#include "core/text/fold_segment.h"
#include "core/text/fold_table.h"

namespace presshawk {
namespace {

// Most bytes of output for one byte of text on the fast paths: a two-byte code
// point becomes up to three bytes, and a letter of step 6 gets a space on each
// side. FoldSegment's output is reserved by itself.
constexpr size_t kGrowth = 2;
constexpr size_t kRoom = 64;

struct AsciiKernel {
  AsciiBlockFunction function = nullptr;  // Null: byte by byte.
  uint32_t bytes = 0;                     // Of a block.
};

AsciiKernel KernelOf(Kernel kernel) {
#if defined(__x86_64__)
  switch (kernel) {
    case Kernel::kAvx512:
      return {AsciiBlockAvx512, 64};
    case Kernel::kAvx2:
      return {AsciiBlockAvx2, 32};
    case Kernel::kPortable:
      break;
  }
#endif
  return {};
}

// One pass over a text. `kTrace`: with the tokens' sources, and no kernel.
template <bool kTrace>
class Pass {
 public:
  Pass(std::string_view text, bool wildcards, CanonicalBuffer* out,
       std::vector<TokenTrace>* trace)
      : table_(FoldTable().data()),
        begin_(text.data()),
        size_(static_cast<uint32_t>(text.size())),
        wildcards_(wildcards),
        buffer_(out),
        base_(out->size()),
        writer_(nullptr, trace) {
    buffer_->Reserve(size_ * kGrowth + kRoom);
    writer_ = TokenWriter<kTrace>(buffer_->data() + base_, trace);
  }

  CanonicalizeResult Run(AsciiKernel kernel, size_t written_max,
                         std::vector<Checkpoint>* checkpoints) {
    uint32_t next_checkpoint = kCheckpointBytes;
    while (at_ < size_ && written() <= written_max) {
      const char c = begin_[at_];
      if (static_cast<uint8_t>(c) >= 0x80 || (kTrace && IsBeforeNonAscii())) {
        NonAscii();
      } else if (kTrace || kernel.function == nullptr || IsShortAscii() ||
                 !Block(kernel)) {
        Ascii(c);
      }
      if (at_ >= next_checkpoint && writer_.fresh()) {
        if (checkpoints != nullptr) {
          checkpoints->push_back({at_, static_cast<uint32_t>(written())});
        }
        next_checkpoint = at_ + kCheckpointBytes;
      }
    }
    return Finish();
  }

 private:
  size_t written() const {
    return static_cast<size_t>(writer_.out() - buffer_->data()) - base_;
  }

  CanonicalizeResult Finish() {
    writer_.Separator();
    buffer_->set_size(base_ + written());
    return {.may_share_originals = may_share_originals_};
  }

  // A letter and marks behind it are one source, also where it is ASCII.
  bool IsBeforeNonAscii() const {
    return at_ + 1 < size_ && static_cast<uint8_t>(begin_[at_ + 1]) >= 0x80;
  }

  // PERF: a space or two between words of another script are not worth a
  // block.
  bool IsShortAscii() const {
    return begin_[at_] < '0' && at_ + 2 < size_ &&
           static_cast<uint8_t>(begin_[at_ + 1] | begin_[at_ + 2]) >= 0x80;
  }

  // False when it took nothing.
  bool Block(AsciiKernel kernel) {
    if (writer_.undecided()) {
      return false;
    }
    const uint32_t left = size_ - at_;
    AsciiBlock block;
    if (left >= kernel.bytes) {
      block = kernel.function(
          begin_ + at_, kernel.bytes,
          left > kernel.bytes ? begin_[at_ + kernel.bytes] : '\0',
          writer_.in_token(), writer_.lone(), writer_.out());
    } else {
      // The last bytes: never read behind the text.
      alignas(64) std::array<char, 65> rest = {};
      std::memcpy(rest.data(), begin_ + at_, left);
      block = kernel.function(rest.data(), left, '\0', writer_.in_token(),
                              writer_.lone(), writer_.out());
    }
    if (block.consumed == 0) {
      return false;
    }
    at_ += block.consumed;
    writer_.Resume(writer_.out() + block.written, block.ends_in_token,
                   block.ends_lone);
    return true;
  }

  void Ascii(char c) {
    if (wildcards_ && (c == '*' || c == '?')) {
      writer_.Character(static_cast<uint8_t>(c), 1, false, false,
                        {at_, at_ + 1});
      ++at_;
      return;
    }
    Emit(table_[static_cast<uint8_t>(c)], {at_, at_ + 1});
    ++at_;
  }

  FoldEntry EntryAt(uint32_t at, uint32_t* code_point_size) const {
    const char* text = begin_ + at;
    *code_point_size = Utf8Size(*text);
    if (*code_point_size == 4) {  // kSlow.
      return {HasBoundaryBefore(DecodeUtf8(text)) ? FoldEntry::kBoundary : 0};
    }
    return table_[DecodeUtf8(text)];
  }

  // A run of code points that are no ASCII, each looked up before the one
  // behind it is known to leave it alone.
  void NonAscii() {
    uint32_t code_point_size;
    FoldEntry entry = EntryAt(at_, &code_point_size);
    while (true) {
      const uint32_t next = at_ + code_point_size;
      uint32_t next_size = 1;
      const bool next_is_ascii =
          next >= size_ || static_cast<uint8_t>(begin_[next]) < 0x80;
      const FoldEntry next_entry = next_is_ascii
                                       ? FoldEntry{FoldEntry::kBoundary}
                                       : EntryAt(next, &next_size);
      if (entry.fold_class() != FoldClass::kSlow && next_entry.boundary())
          [[likely]] {
        Emit(entry, {at_, next});
        at_ = next;
        if (next_is_ascii) {
          return;
        }
        entry = next_entry;
        code_point_size = next_size;
        if (!kTrace && code_point_size == 2 && entry.plain_letter() &&
            writer_.in_token()) {
          LetterRun(&entry);
        }
        continue;
      }
      at_ = Segment(entry, next);
      return;
    }
  }

  // PERF: writes a word of two-byte letters but for its last one, which stays
  // in *entry, without the automaton between them: Russian 1.4 x, Arabic 1.3 x.
  void LetterRun(FoldEntry* entry) {
    char* out = writer_.out();
    FoldEntry written = {0};
    while (at_ + 4 <= size_) {
      const auto lead = static_cast<uint8_t>(begin_[at_ + 2]);
      if (lead < 0xC2 || lead > 0xDF) {
        break;
      }
      const FoldEntry next = table_[static_cast<size_t>(lead & 0x1F) << 6 |
                                    (begin_[at_ + 3] & 0x3F)];
      if (!next.plain_letter()) {
        break;
      }
      const uint32_t utf8 = entry->utf8();
      std::memcpy(out, &utf8, sizeof(utf8));
      out += entry->size();
      written = *entry;
      *entry = next;
      at_ += 2;
    }
    if (written.bits != 0) {
      writer_.LettersWritten(out, written.keeps_marks());
    }
  }

  void Emit(FoldEntry entry, ByteSpan source) {
    switch (entry.fold_class()) {
      case FoldClass::kLetter:
        writer_.Character(entry.utf8(), entry.size(), true, entry.keeps_marks(),
                          source);
        return;
      case FoldClass::kOther:
        writer_.Character(entry.utf8(), entry.size(), false,
                          entry.keeps_marks(), source);
        return;
      case FoldClass::kSeparator:
        writer_.Separator();
        return;
      case FoldClass::kSingle:
        writer_.Single(entry.utf8(), entry.size(), source);
        return;
      case FoldClass::kMark:
        if (entry.keeps_marks()) {
          writer_.Mark(entry.utf8(), entry.size(), source);
        }
        return;
      case FoldClass::kStop:
        writer_.Stop();
        return;
      case FoldClass::kDrop:
      case FoldClass::kSlow:
        return;
    }
  }

  // The code point at at_ and what belongs to it, up to the next boundary.
  // Returns where that is. `next` is behind the first code point.
  uint32_t Segment(FoldEntry first, uint32_t next) {
    const bool has_base = first.fold_class() != FoldClass::kSlow &&
                          first.fold_class() != FoldClass::kMark &&
                          first.fold_class() != FoldClass::kDrop;
    // The usual case, without normalizing: a base whose marks are all dropped.
    const bool base_is_plain =
        has_base && !first.changed_by_marks() && !first.keeps_marks();
    bool only_dropped_marks = true;
    uint32_t end = next;
    uint32_t count = 1;
    while (end < size_) {
      uint32_t code_point_size;
      const FoldEntry entry = EntryAt(end, &code_point_size);
      if (entry.boundary() || static_cast<uint8_t>(begin_[end]) < 0x80) {
        break;
      }
      only_dropped_marks &= entry.fold_class() == FoldClass::kMark ||
                            entry.fold_class() == FoldClass::kDrop;
      end += code_point_size;
      ++count;
    }
    const bool one_inert_mark =
        count == 2 && has_base && first.keeps_marks() && InertMarkAt(next);
    if (kTrace) {
      SlowSegment(end);  // Tells what came from where.
    } else if (base_is_plain && only_dropped_marks) {
      Emit(first, {at_, next});
    } else if (one_inert_mark) {
      Emit(first, {at_, next});
      uint32_t code_point_size;
      const FoldEntry mark = EntryAt(next, &code_point_size);
      Emit(mark, {next, end});
    } else {
      SlowSegment(end);
    }
    return end;
  }

  bool InertMarkAt(uint32_t at) const {
    uint32_t code_point_size;
    const FoldEntry entry = EntryAt(at, &code_point_size);
    return entry.fold_class() == FoldClass::kMark && entry.inert_alone();
  }

  void SlowSegment(uint32_t end) {
    // Kept by the thread, so that the steady state allocates nothing.
    static thread_local std::vector<SourceCodePoint> source;
    static thread_local std::vector<FoldedCharacter> folded;
    source.clear();
    folded.clear();
    for (uint32_t i = at_; i < end;) {
      const uint32_t code_point_size = Utf8Size(begin_[i]);
      source.push_back({DecodeUtf8(begin_ + i), i, i + code_point_size});
      i += code_point_size;
    }
    FoldSegment(source, &folded);
    for (size_t i = 1; i < folded.size(); ++i) {
      may_share_originals_ |= folded[i].begin == folded[i - 1].begin;
    }
    ReserveFor(folded.size() * (4 + 2), end);
    for (const FoldedCharacter& character : folded) {
      EmitFolded(character);
    }
  }

  void EmitFolded(const FoldedCharacter& folded) {
    std::array<char, 4> utf8 = {};
    const uint32_t size = EncodeUtf8(folded.c, utf8.data());
    uint32_t bytes;
    std::memcpy(&bytes, utf8.data(), sizeof(bytes));
    const ByteSpan source = {folded.begin, folded.end};
    if (folded.c == U'.') {
      writer_.Stop();
    } else if (IsMark(folded.c)) {
      writer_.Mark(bytes, size, source);
    } else if (IsStepSixLetter(folded.c)) {
      writer_.Single(bytes, size, source);
    } else if (IsTokenCharacter(folded.c)) {
      writer_.Character(bytes, size, IsLetter(folded.c), KeepsMarks(folded.c),
                        source);
    } else {
      writer_.Separator();
    }
  }

  // Room for `bytes` now, and for what the fast paths still write.
  void ReserveFor(size_t bytes, uint32_t end) {
    buffer_->set_size(base_ + written());
    buffer_->Reserve(bytes + (size_ - end) * kGrowth + kRoom);
    writer_.Rebase(buffer_->data() + base_);
  }

  const FoldEntry* const table_;
  const char* const begin_;
  const uint32_t size_;
  const bool wildcards_;
  CanonicalBuffer* const buffer_;
  const size_t base_;
  TokenWriter<kTrace> writer_;
  uint32_t at_ = 0;
  bool may_share_originals_ = false;
};

}  // namespace

Kernel BestKernel() {
#if defined(__x86_64__)
  static const Kernel best = [] {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2")) {
      return Kernel::kPortable;
    }
    return __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512vbmi2")
               ? Kernel::kAvx512
               : Kernel::kAvx2;
  }();
  return best;
#else
  return Kernel::kPortable;
#endif
}

absl::Span<const Kernel> AvailableKernels() {
  static constexpr std::array kKernels = {Kernel::kPortable, Kernel::kAvx2,
                                          Kernel::kAvx512};
  return absl::MakeConstSpan(kKernels).subspan(
      0, static_cast<size_t>(BestKernel()) + 1);
}

CanonicalizeResult CanonicalizeText(std::string_view text, Kernel kernel,
                                    bool wildcards, size_t size_max,
                                    CanonicalBuffer* out,
                                    std::vector<Checkpoint>* checkpoints) {
  out->Append(' ');
  Pass<false> pass(text, wildcards, out, nullptr);
  const size_t base = out->size();
  return pass.Run(wildcards ? AsciiKernel() : KernelOf(kernel),
                  size_max > base ? size_max - base : 0, checkpoints);
}

void TraceTokens(std::string_view piece, bool wildcards,
                 CanonicalBuffer* scratch, std::vector<TokenTrace>* trace) {
  scratch->Clear();
  trace->clear();
  Pass<true>(piece, wildcards, scratch, trace)
      .Run(AsciiKernel(), ~size_t{0}, nullptr);
}

}  // namespace presshawk
