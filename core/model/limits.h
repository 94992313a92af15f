// SPDX-License-Identifier: Apache-2.0
// Every limit, with its reason. The configurable ones are defaults.
#pragma once

#include <cstddef>

namespace presshawk {

// The size of an article: larger than any publisher sends, and small enough to
// hold one per worker in memory (SPEC REJECT-2).
inline constexpr size_t kArticleBytesMax = 16UL << 20;
// The canonical text may be this many times as long as `article_bytes`; beyond
// that the article is too_large. One code point can become 18 (SPEC A45).
inline constexpr size_t kCanonicalGrowthMax = 4;
// The nesting depth of JSON (SPEC A45).
inline constexpr size_t kJsonDepthMax = 1024;

// The number of hits and snippets that an alert shows. hit_count is never cut.
inline constexpr size_t kAlertHitsMax = 20;
inline constexpr size_t kAlertSnippetsMax = 3;

// A query's size and nesting (SPEC A43).
inline constexpr size_t kQueryCodePointsMax = 20'000;
inline constexpr size_t kQueryLevelsMax = 200;

// The number of bytes that a truncated dead letter keeps of its value.
inline constexpr size_t kTruncatedDeadLetterBytes = 64UL << 10;

// Vector instructions may read this many bytes behind a text, so our buffers
// have as many zero bytes there. It is at least simdjson's SIMDJSON_PADDING and
// the size of an AVX-512 register.
inline constexpr size_t kTextPaddingBytes = 64;

}  // namespace presshawk
