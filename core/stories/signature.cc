// SPDX-License-Identifier: Apache-2.0
#include "core/stories/signature.h"

#include <algorithm>
#include <bitset>

#include "absl/container/flat_hash_set.h"
#include "core/base/utf8.h"
#include "core/stories/correction_words.h"
#include "core/stories/token_kernel.h"
#include "core/stories/token_stream.h"
#include "core/text/canonicalize.h"

namespace presshawk {
namespace {

using stories::HashToken;
using stories::Mix;
using stories::TokenSize;

constexpr uint32_t kTextTokensMin = 25;  // A shorter body has the summary too.
constexpr uint32_t kLeadTokens = 48;
constexpr size_t kTextRun = 4;
constexpr size_t kLeadRun = 3;
constexpr size_t kShortWordBytes = 3;
constexpr size_t kNamesKept = 4096;

uint32_t HashOfText(std::string_view text) {
  if (text.size() >= 8) {
    return HashToken(text.data(), text.size());
  }
  // Eight bytes are read: from a copy with room behind it.
  std::array<char, 16> padded = {};
  std::copy(text.begin(), text.end(), padded.begin());
  return text.empty() ? 0 : HashToken(padded.data(), text.size());
}

std::string_view CanonicalOf(const ArticleText& text, Field field) {
  const ByteSpan span = text.FieldSpan(field);
  return text.canonical().substr(span.begin, span.end - span.begin);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The tokens of a canonical field, one after another.
template <typename Visit>
void ForEachToken(std::string_view field, Visit visit) {
  const char* at = field.data() + 1;  // Behind the first space.
  const char* const end = field.data() + field.size();
  while (at < end) {
    const size_t size = TokenSize(at);
    visit(at, size);
    at += size + 1;
  }
}

// How many tokens at the end of a body are "… [+1234 chars]" and the half word
// before it, as some aggregators cut their texts.
size_t CutTailTokens(std::string_view body) {
  while (!body.empty() && (body.back() == ' ' || body.back() == '\n')) {
    body.remove_suffix(1);
  }
  constexpr std::string_view kEnd = " chars]";
  if (!body.ends_with(kEnd)) {
    return 0;
  }
  body.remove_suffix(kEnd.size());
  const size_t digits = body.size();
  while (!body.empty() && IsDigit(body.back())) {
    body.remove_suffix(1);
  }
  if (body.size() == digits || !body.ends_with("[+")) {
    return 0;
  }
  body.remove_suffix(2);
  while (!body.empty() && body.back() == ' ') {
    body.remove_suffix(1);
  }
  const bool half_word = body.ends_with("…") || body.ends_with("...");
  return half_word ? 3 : 2;
}

std::string_view UrlWithoutFragment(std::string_view url) {
  return url.substr(0, url.find('#'));
}

// The last step has four words or more, or five digits in a row or more.
bool UrlNamesArticle(std::string_view url) {
  url = url.substr(0, std::min(url.find('?'), url.find('#')));
  while (url.ends_with('/')) {
    url.remove_suffix(1);
  }
  const size_t slash = url.rfind('/');
  if (slash == std::string_view::npos || slash < sizeof("https:/")) {
    return false;  // Nothing but a host.
  }
  size_t words = 0, digits = 0, digits_max = 0;
  bool in_word = false;
  for (const char c : url.substr(slash + 1)) {
    const bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    const bool is_word = is_letter || IsDigit(c) || c == '%' || c < 0;
    words += is_word && !in_word ? 1 : 0;
    in_word = is_word;
    digits = IsDigit(c) ? digits + 1 : 0;
    digits_max = std::max(digits_max, digits);
  }
  return words >= 4 || digits_max >= 5;
}

// Sorts values of which none is above `bound`. PERF: hashes are spread evenly,
// so that each goes nearly to its place at once; std::sort guesses wrongly at
// half of its branches.
void SortHashes(uint32_t bound, std::vector<uint32_t>* hashes) {
  constexpr size_t kBuckets = 128;
  constexpr size_t kHashesMax = 256;  // More may be of a hostile text.
  constexpr size_t kFew = 12;
  const size_t count = hashes->size();
  std::array<uint32_t, kHashesMax> values;
  if (count > kHashesMax || count < kFew) {
    std::sort(hashes->begin(), hashes->end());
    return;
  }
  std::copy(hashes->begin(), hashes->end(), values.begin());
  const uint64_t scale = (kBuckets << 32) / (uint64_t{bound} + 1);
  const auto bucket_of = [&](uint32_t value) { return value * scale >> 32; };
  std::array<uint16_t, kBuckets + 1> ends = {};
  for (size_t i = 0; i < count; ++i) {
    ++ends[bucket_of(values[i]) + 1];
  }
  for (size_t i = 1; i < kBuckets; ++i) {
    ends[i] = static_cast<uint16_t>(ends[i] + ends[i - 1]);
  }
  uint32_t* const sorted = hashes->data();
  for (size_t i = 0; i < count; ++i) {
    sorted[ends[bucket_of(values[i])]++] = values[i];
  }
  for (size_t i = 1; i < count; ++i) {
    const uint32_t value = sorted[i];
    size_t at = i;
    for (; at > 0 && sorted[at - 1] > value; --at) {
      sorted[at] = sorted[at - 1];
    }
    sorted[at] = value;
  }
}

// Distinct and ascending; the smallest of `hashes`, which it reorders. None is
// above `bound`.
template <typename Hash, size_t kMax>
void Keep(uint32_t bound, std::vector<uint32_t>* hashes,
          Sketch<Hash, kMax>* sketch) {
  SortHashes(bound, hashes);
  sketch->size = 0;
  for (const uint32_t hash : *hashes) {
    if (sketch->size > 0 && sketch->hashes[sketch->size - 1] == hash) {
      continue;
    }
    if (sketch->size == kMax) {
      return;
    }
    sketch->hashes[sketch->size++] = static_cast<Hash>(hash);
  }
}

// The first words of CorrectionStarts(), by hash. PERF: looking for all of them
// in each outer paragraph would cost as much as the rest of a signature.
class CorrectionFirstWords {
 public:
  CorrectionFirstWords() {
    for (const std::string_view start : CorrectionStarts()) {
      const uint32_t hash = HashOfText(start.substr(1, start.find(' ', 1) - 1));
      hashes_.insert(hash);
      maybe_.set(hash % maybe_.size());
    }
  }
  bool Has(uint32_t hash) const {
    return maybe_.test(hash % maybe_.size()) && hashes_.contains(hash);
  }
  static const CorrectionFirstWords& Get() {
    static const CorrectionFirstWords words;
    return words;
  }

 private:
  std::bitset<4096> maybe_;
  absl::flat_hash_set<uint32_t> hashes_;
};

// Whether a canonical field says at its start that something was corrected.
bool StartsWithCorrection(std::string_view field) {
  if (field.size() < 2) {
    return false;
  }
  const char* const word = field.data() + 1;
  return CorrectionFirstWords::Get().Has(HashToken(word, TokenSize(word))) &&
         IsCorrectionStart(field);
}

// Tokens at the end of a text among which its last paragraph begins.
constexpr size_t kLastTokens = 80;

// Whether the last paragraph says that something was corrected. `tokens` are
// the hashes of all tokens.
bool EndsWithCorrection(std::string_view body,
                        absl::Span<const uint32_t> tokens) {
  // PERF: canonicalizing the start of each last paragraph would cost as much as
  // the rest of a signature; hardly any has such a word near its end.
  const CorrectionFirstWords& first_words = CorrectionFirstWords::Get();
  const size_t count = std::min(tokens.size(), kLastTokens);
  const auto last = tokens.subspan(tokens.size() - count);
  if (std::none_of(last.begin(), last.end(),
                   [&](uint32_t hash) { return first_words.Has(hash); })) {
    return false;
  }
  while (!body.empty() && (body.back() == ' ' || body.back() == '\n')) {
    body.remove_suffix(1);
  }
  constexpr size_t kBytes = 64;
  const size_t line_feed = body.rfind('\n');
  return line_feed != std::string_view::npos &&
         IsCorrectionStart(
             Canonicalize(Utf8Prefix(body.substr(line_feed + 1), kBytes)));
}

}  // namespace

bool Signature::operator==(const Signature& other) const {
  const auto same = [](const auto& a, const auto& b) {
    return std::ranges::equal(a.view(), b.view());
  };
  return flags == other.flags && shingles == other.shingles &&
         source == other.source && title_digits == other.title_digits &&
         number_count == other.number_count && url == other.url &&
         same(body, other.body) && same(lead, other.lead) &&
         same(title, other.title) && same(numbers, other.numbers);
}

void SignatureBuilder::HashTokens(std::string_view field) {
  const size_t room = token_count_ + field.size() / 2 + stories::kTokenSlack;
  if (hashes_.size() < room) {
    spaces_.resize(room);
    hashes_.resize(room);
    digits_.resize(room);
  }
  const stories::TokenCounts counts = stories::BestTokenKernel().hash_tokens(
      field, {.spaces = spaces_.data(),
              .hashes = hashes_.data() + token_count_,
              .digits = digits_.data() + digit_count_});
  for (size_t i = 0; token_count_ > 0 && i < counts.digits; ++i) {
    digits_[digit_count_ + i] += static_cast<uint32_t>(token_count_);
  }
  token_count_ += counts.tokens;
  digit_count_ += counts.digits;
}

void SignatureBuilder::DropLast(size_t tokens) {
  token_count_ -= std::min(tokens, token_count_);
  while (digit_count_ > 0 && digits_[digit_count_ - 1] >= token_count_) {
    --digit_count_;
  }
}

// Every run of `kRun` of the first `tokens` of hashes_ is hashed, and the
// smallest are kept.
template <size_t kRun, size_t kMax>
void SignatureBuilder::SketchRuns(size_t tokens,
                                  Sketch<uint32_t, kMax>* sketch) {
  constexpr stories::RunFactors kFactors = {
      0x9E3779B1U, 0x85EBCA77U, 0xC2B2AE3DU, kRun == 4 ? 0x27D4EB2FU : 0};
  static_assert(kRun == 3 || kRun == 4);
  kept_.clear();
  if (tokens == 0) {
    sketch->size = 0;
    return;
  }
  if (tokens < kRun) {
    uint32_t hash = static_cast<uint32_t>(tokens);
    for (size_t i = 0; i < tokens; ++i) {
      hash += hashes_[i] * kFactors[i];
    }
    kept_.push_back(Mix(hash));
    Keep(UINT32_MAX, &kept_, sketch);
    return;
  }
  const size_t runs = tokens - kRun + 1;
  if (runs_.size() < runs + stories::kTokenSlack) {
    runs_.resize(runs + stories::kTokenSlack);
  }
  // PERF: sorting some 100 of 1,000 hashes instead of all is most of what a
  // signature does not cost. Where many repeat too few may be left; then more
  // are let through.
  for (uint64_t wanted = kMax * 3 / 2;; wanted *= 4) {
    const auto bound = static_cast<uint32_t>(
        std::min<uint64_t>(UINT32_MAX, (wanted << 32) / runs));
    const size_t count = stories::BestTokenKernel().small_runs(
        hashes_.data(), runs, kFactors, bound, runs_.data());
    kept_.assign(runs_.data(), runs_.data() + count);
    Keep(bound, &kept_, sketch);
    if (sketch->full() || bound == UINT32_MAX) {
      return;
    }
  }
}

const std::vector<uint32_t>& SignatureBuilder::NameWords(
    const Article& article) {
  name_key_.assign(article.source);
  name_key_ += '\n';
  name_key_ += article.site;
  const auto it = name_words_.find(name_key_);
  if (it != name_words_.end()) {
    return it->second;
  }
  if (name_words_.size() >= kNamesKept) {
    name_words_.clear();
  }
  std::vector<uint32_t>& words = name_words_[name_key_];
  std::string names = Canonicalize(name_key_);
  const size_t size = names.size();
  names.append(16, ' ');
  ForEachToken({names.data(), size}, [&](const char* token, size_t bytes) {
    words.push_back(HashToken(token, bytes));
  });
  return words;
}

void SignatureBuilder::AddTitle(const Article& article, const ArticleText& text,
                                Signature* signature) {
  const std::string_view field = CanonicalOf(text, Field::kTitle);
  const std::vector<uint32_t>& names = NameWords(article);
  kept_.clear();
  size_t tokens = 0, letters = 0;
  ForEachToken(field, [&](const char* token, size_t size) {
    const std::string_view word(token, size);
    ++tokens;
    letters += *token < 0 && Utf8Size(*token) == size ? 1 : 0;
    const uint32_t hash = HashToken(token, size);
    if (std::any_of(word.begin(), word.end(), IsDigit)) {
      signature->title_digits += hash;
    }
    if (size <= kShortWordBytes && IsAscii(word)) {
      return;
    }
    if (std::find(names.begin(), names.end(), hash) == names.end()) {
      kept_.push_back(hash >> 16);
    }
  });
  signature->set(Signature::kLetterTokens, letters * 2 > tokens);
  Keep(UINT16_MAX, &kept_, &signature->title);
}

void SignatureBuilder::AddNumbers(Signature* signature) {
  kept_.clear();
  for (size_t i = 0; i < digit_count_; ++i) {
    kept_.push_back(hashes_[digits_[i]] >> 16);
  }
  signature->number_count =
      static_cast<uint16_t>(std::min<size_t>(kept_.size(), UINT16_MAX));
  Keep(UINT16_MAX, &kept_, &signature->numbers);
}

void SignatureBuilder::Build(const Article& article, const ArticleText& text,
                             Signature* signature) {
  *signature = Signature();
  token_count_ = digit_count_ = 0;
  const std::string_view body = CanonicalOf(text, Field::kBody);
  HashTokens(body);
  const std::string_view original = text.original(Field::kBody);
  const bool is_correction =
      StartsWithCorrection(CanonicalOf(text, Field::kTitle)) ||
      StartsWithCorrection(body) ||
      EndsWithCorrection(original, {hashes_.data(), token_count_});
  const size_t tail = CutTailTokens(original);
  signature->set(Signature::kCut, tail > 0);
  DropLast(tail);
  if (token_count_ < kTextTokensMin) {
    token_count_ = digit_count_ = 0;
    HashTokens(CanonicalOf(text, Field::kSummary));
    const size_t summary = token_count_;
    HashTokens(body);
    DropLast(std::min(tail, token_count_ - summary));
  }
  signature->shingles = static_cast<uint32_t>(
      token_count_ < kTextRun ? (token_count_ == 0 ? 0 : 1)
                              : token_count_ - kTextRun + 1);
  SketchRuns<kTextRun>(token_count_, &signature->body);
  SketchRuns<kLeadRun>(std::min<size_t>(token_count_, kLeadTokens),
                       &signature->lead);
  AddTitle(article, text, signature);
  AddNumbers(signature);
  signature->source =
      HashOfText(!article.source.empty() ? article.source : article.site);
  const std::string_view url = UrlWithoutFragment(article.url);
  if (!url.empty()) {
    signature->url = uint64_t{HashOfText(url)} << 32 |
                     HashOfText(url.substr(url.size() / 2));
    signature->set(Signature::kUrlNamesArticle, UrlNamesArticle(url));
  }
  signature->set(Signature::kMarkedCorrection, is_correction);
}

}  // namespace presshawk
