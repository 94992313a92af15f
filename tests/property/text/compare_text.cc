// SPDX-License-Identifier: Apache-2.0
#include "tests/property/text/compare_text.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/text/article_text.h"
#include "core/text/canonicalize.h"
#include "core/text/canonicalizer.h"
#include "tests/property/text/random_text.h"
#include "tests/reference/text/reference_text.h"

namespace presshawk::testing {
namespace {

using ::testing::AssertionFailure;
using ::testing::AssertionResult;
using ::testing::AssertionSuccess;

constexpr size_t kNoLimit = ~size_t{0};

AssertionResult SameCanonical(std::string_view text, Kernel kernel,
                              const std::string& expected) {
  CanonicalBuffer buffer;
  std::vector<Checkpoint> checkpoints;
  CanonicalizeText(text, kernel, /*wildcards=*/false, kNoLimit, &buffer,
                   &checkpoints);
  const std::string_view canonical(buffer.data(), buffer.size());
  if (canonical != expected) {
    return AssertionFailure()
           << "kernel " << static_cast<int>(kernel) << "\n  text      "
           << Quoted(text) << "\n  canonical " << Quoted(canonical)
           << "\n  expected  " << Quoted(expected);
  }
  // Every checkpoint is as good a begin as the text's own. A few are enough in
  // a long text.
  const size_t step = checkpoints.size() / 8 + 1;
  for (size_t i = 0; i < checkpoints.size(); i += step) {
    const Checkpoint& checkpoint = checkpoints[i];
    CanonicalBuffer rest;
    CanonicalizeText(text.substr(checkpoint.original), Kernel::kPortable,
                     /*wildcards=*/false, kNoLimit, &rest, nullptr);
    if (std::string_view(rest.data() + 1, rest.size() - 1) !=
        canonical.substr(checkpoint.canonical + 1)) {
      return AssertionFailure() << "checkpoint at " << checkpoint.original
                                << " is no begin: " << Quoted(text);
    }
  }
  return AssertionSuccess();
}

// The article's body is `text`.
AssertionResult SameTokens(std::string_view text, const ArticleText& article,
                           const reference::Canonical& expected) {
  const auto field = Field::kBody;
  if (article.TokenCount(field) != expected.tokens.size()) {
    return AssertionFailure() << "token count: " << Quoted(text);
  }
  std::vector<ByteSpan> spans;
  uint32_t at = article.FieldSpan(field).begin + 1;
  for (const reference::Token& token : expected.tokens) {
    const auto size = static_cast<uint32_t>(token.text.size());
    spans.push_back({at, at + size});
    at += size + 1;
  }
  std::set<std::pair<uint32_t, uint32_t>> originals;
  for (size_t i = 0; i < spans.size(); ++i) {
    if (article.TokenIndex(spans[i].begin) != i ||
        article.TokenIndex(spans[i].end - 1) != i ||
        article.FieldAt(spans[i].begin) != field) {
      return AssertionFailure() << "token index " << i << ": " << Quoted(text);
    }
    // A token, a phrase of up to 4, and now and then everything from here on.
    for (const size_t words :
         std::set{size_t{1}, i % 4 + 1, spans.size() - i}) {
      if (words > 4 && i % 64 != 0) {
        continue;
      }
      const size_t last = std::min(i + words, spans.size()) - 1;
      const ByteSpan got =
          article.ToOriginal(field, {spans[i].begin, spans[last].end});
      const ByteSpan want = reference::HitSpan(text, expected, i, last);
      if (got != want) {
        return AssertionFailure()
               << "tokens " << i << " to " << last << " map to [" << got.begin
               << ", " << got.end << "), expected [" << want.begin << ", "
               << want.end << "): " << Quoted(text);
      }
      if (words == 1 && !originals.insert({got.begin, got.end}).second &&
          !article.MayShareOriginals(field)) {
        return AssertionFailure() << "MayShareOriginals: " << Quoted(text);
      }
    }
  }
  return AssertionSuccess();
}

}  // namespace

AssertionResult SameAsReference(std::string_view text) {
  const reference::Canonical expected = reference::Canonicalize(text);
  for (const Kernel kernel : AvailableKernels()) {
    const AssertionResult same = SameCanonical(text, kernel, expected.text);
    if (!same) {
      return same;
    }
  }
  if (Canonicalize(text) != expected.text) {
    return AssertionFailure() << "Canonicalize: " << Quoted(text);
  }
  if (CanonicalizePattern(text) != reference::Canonicalize(text, true).text) {
    return AssertionFailure()
           << "CanonicalizePattern: " << Quoted(text) << "\n  got "
           << Quoted(CanonicalizePattern(text)) << "\n  expected "
           << Quoted(reference::Canonicalize(text, true).text);
  }
  std::string folded;
  AppendFoldedMetadata(text, &folded);
  if (folded != reference::FoldMetadata(text)) {
    return AssertionFailure() << "AppendFoldedMetadata: " << Quoted(text)
                              << "\n  got " << Quoted(folded);
  }
  Article article;
  article.text[static_cast<size_t>(Field::kTitle)] = "A title. U.S.";
  article.text[static_cast<size_t>(Field::kBody)] = text;
  static thread_local ArticleText article_text;
  if (!article_text.Assign(article, kNoLimit)) {
    return AssertionFailure() << "Assign refused: " << Quoted(text);
  }
  const ByteSpan span = article_text.FieldSpan(Field::kBody);
  if (article_text.canonical().substr(span.begin, span.end - span.begin) !=
      expected.text) {
    return AssertionFailure() << "ArticleText: " << Quoted(text);
  }
  return SameTokens(text, article_text, expected);
}

}  // namespace presshawk::testing
