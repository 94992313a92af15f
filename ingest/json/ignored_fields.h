// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ingest/json/mapping.h"

namespace presshawk {

// Why a mapped value is not used as it stands.
enum class IgnoredKind : uint8_t {
  kObject,   // An object in place of a text, also within an array.
  kArray,    // An array within an array.
  kBoolean,  // true or false.
  kText,     // For tags, a text with commas, which is one tag. For id and url,
             // a text that identifies nothing (`True`, `#article`).
};
inline constexpr size_t kIgnoredKindCount = 4;

// Returns "object", "array", "boolean" or "text", which is a metric label.
std::string_view IgnoredKindName(IgnoredKind kind);

// Describes it for a person: "`source` is an object".
std::string IgnoredFieldText(ArticleKey key, IgnoredKind kind);
// Says what to do about it.
std::string_view IgnoredFieldAdvice(ArticleKey key, IgnoredKind kind);

// Counts the articles with a mapped value that is not used, by field and kind.
// It shows when a feed changes its form.
//
// THREAD SAFETY. All decoders may share one; any thread may call any method.
class IgnoredFields {
 public:
  using OnFirst = std::function<void(ArticleKey key, IgnoredKind kind)>;

  // `on_first`, if not null, is called for the first article of each field and
  // kind, by the thread that decodes it.
  explicit IgnoredFields(OnFirst on_first = nullptr)
      : on_first_(std::move(on_first)) {}

  void Count(ArticleKey key, IgnoredKind kind) {
    if (counts_[Index(key, kind)].fetch_add(1, std::memory_order_relaxed) ==
            0 &&
        on_first_ != nullptr) {
      on_first_(key, kind);
    }
  }
  // Calls `use` with each field and kind that occurred, and how often.
  template <typename Use>
  void ForEach(Use use) const {
    for (size_t key = 0; key < kArticleKeyCount; ++key) {
      for (size_t kind = 0; kind < kIgnoredKindCount; ++kind) {
        const auto k = static_cast<ArticleKey>(key);
        const auto i = static_cast<IgnoredKind>(kind);
        if (const uint64_t count = articles(k, i); count > 0) {
          use(k, i, count);
        }
      }
    }
  }
  uint64_t articles(ArticleKey key, IgnoredKind kind) const {
    return counts_[Index(key, kind)].load(std::memory_order_relaxed);
  }

 private:
  static size_t Index(ArticleKey key, IgnoredKind kind) {
    return static_cast<size_t>(key) * kIgnoredKindCount +
           static_cast<size_t>(kind);
  }

  const OnFirst on_first_;
  std::array<std::atomic<uint64_t>, kArticleKeyCount* kIgnoredKindCount>
      counts_ = {};
};

}  // namespace presshawk
