// Every maximum, with its reason. Configurable ones are defaults.
#pragma once

#include <cstddef>

namespace presshawk {

// An article larger than any publisher sends, and small enough that one a
// worker fits in memory. SPEC REJECT-2.
inline constexpr size_t kArticleBytesMax = 16UL << 20;
// Canonical text of an article over `article_bytes` times this is too_large:
// one code point can become 18 (SPEC A45).
inline constexpr size_t kCanonicalGrowthMax = 4;
// Levels of JSON nesting (SPEC A45).
inline constexpr size_t kJsonDepthMax = 1024;

// Hits and snippets that an alert shows; hit_count is never cut.
inline constexpr size_t kAlertHitsMax = 20;
inline constexpr size_t kAlertSnippetsMax = 3;

// A query's size and nesting (SPEC A43).
inline constexpr size_t kQueryCodePointsMax = 20'000;
inline constexpr size_t kQueryLevelsMax = 200;
inline constexpr size_t kWatchListIdBytesMax = 128;

// What a truncated dead letter keeps of its value.
inline constexpr size_t kTruncatedDeadLetterBytes = 64UL << 10;

// What vector instructions may read beyond a text's end: buffers of ours keep
// this many zero bytes there. At least simdjson's SIMDJSON_PADDING and one
// AVX-512 register.
inline constexpr size_t kTextPaddingBytes = 64;

}  // namespace presshawk
