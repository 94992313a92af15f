// SPDX-License-Identifier: Apache-2.0
// What is stored of an article's text to recognize copies: at most 450 bytes.
//
//   canonical tokens ──SignatureBuilder──► Signature ──EncodeSignature──► bytes
//                                              ▲                            │
//                                              └──────DecodeSignature───────┘
//
// The worker that matches an article makes its signature, but only if the
// article alerts. The bytes travel in the binary Kafka header
// `presshawk-signature` and are stored. Their format is versioned and never
// changes within a version: README.md has the layout, and
// tests/unit/core/stories the golden bytes.
//
// THREAD SAFETY. A Signature is a value. Each worker has a SignatureBuilder.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "core/model/article.h"
#include "core/text/article_text.h"

namespace presshawk {

inline constexpr uint8_t kSignatureVersion = 1;
inline constexpr size_t kSignatureBytesMax = 450;

// The smallest hashes of a set, ascending and distinct. If the set has more
// than `kMax` elements, the others are not known ("full"). Two sketches are
// therefore compared below the smaller of their largest hashes, which works for
// sets of very different sizes.
template <typename Hash, size_t kMax>
struct Sketch {
  std::array<Hash, kMax> hashes = {};
  uint32_t size = 0;

  static constexpr size_t kSizeMax = kMax;
  absl::Span<const Hash> view() const { return {hashes.data(), size}; }
  bool full() const { return size == kMax; }
};

struct Signature {
  // The source cut the text ("… [+1234 chars]").
  static constexpr uint8_t kCut = 1;
  // The URL's last step names one article: words or a number.
  static constexpr uint8_t kUrlNamesArticle = 2;
  // The title or an outer paragraph begins with "Correction" or the like.
  static constexpr uint8_t kMarkedCorrection = 4;
  // Most tokens of the title are letters of a script without spaces.
  static constexpr uint8_t kLetterTokens = 8;

  uint8_t flags = 0;
  uint32_t shingles = 0;      // Runs of four tokens in the text, with repeats.
  uint32_t source = 0;        // Hash of the source's name, or else of its site.
  uint32_t title_digits = 0;  // Sum over the title's tokens with a digit.
  uint16_t number_count = 0;  // Tokens of the text that begin with a digit.
  uint64_t url = 0;           // Hash of the URL without fragment; 0 for none.

  Sketch<uint32_t, 64> body;     // Of runs of four tokens of the text.
  Sketch<uint32_t, 16> lead;     // Of runs of three of its first 48 tokens.
  Sketch<uint16_t, 24> title;    // Of the title's words that carry meaning.
  Sketch<uint16_t, 16> numbers;  // Of the tokens that begin with a digit.

  bool has(uint8_t flag) const { return (flags & flag) != 0; }
  void set(uint8_t flag, bool holds) {
    flags = static_cast<uint8_t>(holds ? flags | flag : flags & ~flag);
  }
  bool operator==(const Signature& other) const;
};

// Replaces *bytes by the encoded signature.
void EncodeSignature(const Signature& signature, std::string* bytes);
// Returns nullopt if `bytes` are not a signature of a version that this program
// reads: they are of another version, cut short, or not sorted.
std::optional<Signature> DecodeSignature(std::string_view bytes);

// Keeps its memory from article to article, so that it allocates nothing for
// another one of a source that it knows.
class SignatureBuilder {
 public:
  // Replaces *signature by that of `article`, which `text` holds.
  void Build(const Article& article, const ArticleText& text,
             Signature* signature);

 private:
  // Appends the tokens of a canonical field; drops the last ones.
  void HashTokens(std::string_view field);
  void DropLast(size_t tokens);
  void AddTitle(const Article& article, const ArticleText& text,
                Signature* signature);
  void AddNumbers(Signature* signature);
  template <size_t kRun, size_t kMax>
  void SketchRuns(size_t tokens, Sketch<uint32_t, kMax>* sketch);
  // The hashes of the words in the source's name and site. A title that ends
  // with these words is not more like another title for it.
  const std::vector<uint32_t>& NameWords(const Article& article);

  // The text's tokens: arrays with room behind their ends, which only grow.
  std::vector<uint32_t> hashes_;
  std::vector<uint32_t> digits_;  // Indexes of those that begin with a digit.
  size_t token_count_ = 0, digit_count_ = 0;
  // Scratch.
  std::vector<uint32_t> spaces_;
  std::vector<uint32_t> runs_;
  std::vector<uint32_t> kept_;
  absl::flat_hash_map<std::string, std::vector<uint32_t>> name_words_;
  std::string name_key_;
};

}  // namespace presshawk
