// SPDX-License-Identifier: Apache-2.0
// Maps JSON values to the fields of an article (SPEC MAP-1, MAP-2).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model/article.h"

namespace presshawk {

enum class ArticleKey : uint8_t {
  kId,
  kVersion,
  kTitle,
  kSummary,
  kBody,
  kAuthor,
  kSource,
  kSite,
  kUrl,
  kLang,
  kCountry,
  kTags,
  kPublishedAt,
  kStatus,
  kEmbargo
};
inline constexpr size_t kArticleKeyCount = 15;

// Returns "id", "version", "title", …: the keys of SPEC WORD-1 and of mapping
// files.
std::string_view ArticleKeyName(ArticleKey key);

// A JSON Pointer (RFC 6901) that may name several values. A step `*` stands for
// each element of an array, and a step that ends in `*` for each member of an
// object whose key has that prefix. `~2` is a literal star, as `~1` is a slash
// and `~0` a tilde.
using ArticlePointer = std::string;

struct Mapping {
  // Pointers whose values are joined, in the order of the article.
  using Together = std::vector<ArticlePointer>;
  struct Source {
    // The first entry with a value wins.
    std::vector<Together> from;
    HtmlMode html = HtmlMode::kNo;  // Only for text fields.
    // Only for tags: the separator of several tags in one text; empty for none.
    std::string split;
  };
  std::array<Source, kArticleKeyCount> sources;

  Source& of(ArticleKey key) { return sources[static_cast<size_t>(key)]; }
  const Source& of(ArticleKey key) const {
    return sources[static_cast<size_t>(key)];
  }
};

// Says what is wrong with a pointer and what to do; empty if nothing is.
std::string ArticlePointerError(std::string_view pointer);

// The names of the presets, for messages: "generic, newsapi, …".
std::string MappingPresetNames();

struct MappingMistake {
  uint32_t line = 1;    // Counted from 1.
  uint32_t column = 1;  // Counted from 1, in code points.
  std::string message;
};

// Loads a preset by its name, or a YAML file by its path. An error has every
// mistake of the file, one per line, as `file:line:column: error: text`. If
// `mistakes` is not null, it gets them one by one; it gets none if there is no
// such preset or file.
absl::StatusOr<Mapping> LoadMapping(
    const std::string& preset_or_path,
    std::vector<MappingMistake>* mistakes = nullptr);

// Does the same from the content of a file; `file` names it in errors.
absl::StatusOr<Mapping> ParseMapping(
    std::string_view file, const std::string& yaml,
    std::vector<MappingMistake>* mistakes = nullptr);

}  // namespace presshawk
