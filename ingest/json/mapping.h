// Which JSON values become which fields of an article (SPEC MAP-1, MAP-2).
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
  kPublishedAt
};
inline constexpr size_t kArticleKeyCount = 13;

// "id", "version", "title", …: the keys of SPEC WORD-1 and of a mapping file.
std::string_view ArticleKeyName(ArticleKey key);

// A JSON Pointer (RFC 6901) that may name several values: a step `*` is each
// element of an array, a step that ends in `*` each member of an object whose
// key begins so. `~2` is a star that is one, as `~1` is a slash and `~0` a
// tilde.
using ArticlePointer = std::string;

struct Mapping {
  // Pointers whose values are taken together, in the order of the article.
  using Together = std::vector<ArticlePointer>;
  struct Source {
    // The first that has a value wins.
    std::vector<Together> from;
    HtmlMode html = HtmlMode::kNo;  // Text fields only.
    // Tags only: one text holds several tags, between these; empty: it is one.
    std::string split;
  };
  std::array<Source, kArticleKeyCount> sources;

  Source& of(ArticleKey key) { return sources[static_cast<size_t>(key)]; }
  const Source& of(ArticleKey key) const {
    return sources[static_cast<size_t>(key)];
  }
};

// What is wrong with a pointer, and what to do; empty where it is good.
std::string ArticlePointerError(std::string_view pointer);

// The names of the presets, for messages: "generic, newsapi, …".
std::string MappingPresetNames();

struct MappingMistake {
  uint32_t line = 1;    // From 1.
  uint32_t column = 1;  // From 1, in code points.
  std::string message;
};

// A preset's name, or a YAML file's path. An error tells every mistake of the
// file, one a line, as `file:line:column: error: text`; `mistakes`, where
// given, gets them one by one. (None: there is no such preset or file.)
absl::StatusOr<Mapping> LoadMapping(
    const std::string& preset_or_path,
    std::vector<MappingMistake>* mistakes = nullptr);

// The same from the file's content; `file` names it in errors.
absl::StatusOr<Mapping> ParseMapping(
    std::string_view file, const std::string& yaml,
    std::vector<MappingMistake>* mistakes = nullptr);

}  // namespace presshawk
