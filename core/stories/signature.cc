#include "core/stories/signature.h"

#include <algorithm>
#include <cstring>

#include "absl/container/flat_hash_set.h"
#include "core/base/utf8.h"
#include "core/stories/correction_words.h"
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
  // Reads eight bytes at a time: from a copy with room behind it.
  std::string padded(text);
  padded.resize(text.size() + 8);
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
  url = url.substr(0, url.find_first_of("?#"));
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

// Distinct and ascending; the smallest of `hashes`, which it reorders.
template <typename Hash, size_t kMax, typename Values>
void Keep(Values* hashes, Sketch<Hash, kMax>* sketch) {
  std::sort(hashes->begin(), hashes->end());
  const auto end = std::unique(hashes->begin(), hashes->end());
  sketch->size = static_cast<uint32_t>(
      std::min<size_t>(kMax, static_cast<size_t>(end - hashes->begin())));
  for (uint32_t i = 0; i < sketch->size; ++i) {
    sketch->hashes[i] = static_cast<Hash>((*hashes)[i]);
  }
}

// Tokens at the end of a text among which its last paragraph begins.
constexpr size_t kLastTokens = 80;

// Whether the last paragraph says that something was corrected. `last` are the
// hashes of the last tokens.
template <typename Tokens>
bool EndsWithCorrection(std::string_view body, const Tokens& last) {
  // PERF: canonicalizing the start of each last paragraph would cost as much as
  // the rest of a signature; hardly any has such a word near its end.
  static const absl::flat_hash_set<uint32_t> first_words = [] {
    absl::flat_hash_set<uint32_t> hashes;
    for (const std::string_view start : CorrectionStarts()) {
      std::string word(start.substr(1, start.find(' ', 1) - 1));
      const size_t size = word.size();
      word.append(8, ' ');
      hashes.insert(HashToken(word.data(), size));
    }
    return hashes;
  }();
  const auto is_first_word = [&](const auto& token) {
    return first_words.contains(token.hash);
  };
  const size_t count = std::min(last.size(), kLastTokens);
  if (std::none_of(last.end() - static_cast<std::ptrdiff_t>(count), last.end(),
                   is_first_word)) {
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

void SignatureBuilder::HashTokens(std::string_view field,
                                  std::vector<Token>* tokens) const {
  ForEachToken(field, [&](const char* token, size_t size) {
    tokens->push_back({HashToken(token, size), IsDigit(*token)});
  });
}

// hashes_ has the tokens; every run of `kRun` of the first `tokens` is hashed
// and the smallest are kept.
template <size_t kRun, size_t kMax>
void SignatureBuilder::SketchRuns(size_t tokens,
                                  Sketch<uint32_t, kMax>* sketch) {
  constexpr std::array<uint32_t, 4> kFactors = {0x9E3779B1U, 0x85EBCA77U,
                                                0xC2B2AE3DU, 0x27D4EB2FU};
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
    Keep(&kept_, sketch);
    return;
  }
  const size_t runs = tokens - kRun + 1;
  const auto run_hash = [&](size_t i) {
    uint32_t hash = 0;
    for (size_t k = 0; k < kRun; ++k) {
      hash += hashes_[i + k] * kFactors[k];
    }
    return Mix(hash);
  };
  // PERF: sorting some 100 of 1,000 hashes instead of all is most of what a
  // signature does not cost. Where many repeat too few may be left; then more
  // are let through.
  for (uint64_t wanted = kMax * 3 / 2;; wanted *= 4) {
    const uint64_t bound =
        std::min<uint64_t>(UINT32_MAX, (wanted << 32) / runs);
    kept_.resize(runs);
    size_t count = 0;
    for (size_t i = 0; i < runs; ++i) {
      const uint32_t hash = run_hash(i);
      kept_[count] = hash;
      count += hash <= bound ? 1 : 0;
    }
    kept_.resize(count);
    Keep(&kept_, sketch);
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
  Keep(&kept_, &signature->title);
}

void SignatureBuilder::AddNumbers(Signature* signature) {
  kept_.clear();
  for (const Token& token : tokens_) {
    if (token.begins_with_digit) {
      kept_.push_back(token.hash >> 16);
    }
  }
  signature->number_count =
      static_cast<uint16_t>(std::min<size_t>(kept_.size(), UINT16_MAX));
  Keep(&kept_, &signature->numbers);
}

void SignatureBuilder::Build(const Article& article, const ArticleText& text,
                             Signature* signature) {
  *signature = Signature();
  tokens_.clear();
  HashTokens(CanonicalOf(text, Field::kBody), &tokens_);
  const bool is_correction =
      IsCorrectionStart(CanonicalOf(text, Field::kTitle)) ||
      IsCorrectionStart(CanonicalOf(text, Field::kBody)) ||
      EndsWithCorrection(text.original(Field::kBody), tokens_);
  const size_t tail = CutTailTokens(text.original(Field::kBody));
  if (tail > 0) {
    signature->set(Signature::kCut, true);
    tokens_.resize(tokens_.size() - std::min(tail, tokens_.size()));
  }
  if (tokens_.size() < kTextTokensMin) {
    const std::vector<Token> body = tokens_;
    tokens_.clear();
    HashTokens(CanonicalOf(text, Field::kSummary), &tokens_);
    tokens_.insert(tokens_.end(), body.begin(), body.end());
  }
  hashes_.clear();
  for (const Token& token : tokens_) {
    hashes_.push_back(token.hash);
  }
  signature->shingles = static_cast<uint32_t>(
      tokens_.size() < kTextRun ? (tokens_.empty() ? 0 : 1)
                                : tokens_.size() - kTextRun + 1);
  SketchRuns<kTextRun>(hashes_.size(), &signature->body);
  SketchRuns<kLeadRun>(std::min<size_t>(hashes_.size(), kLeadTokens),
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
