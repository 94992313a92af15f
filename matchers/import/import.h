// SPDX-License-Identifier: Apache-2.0
// Translates Boolean queries of other vendors into ours.
//
//   ImportedQuery imported = ImportQuery("cyber w/5 attack",
//                                        {.dialect = Dialect::kLexisNexis});
//   // imported.query: `cyber NEAR/5 attack`
//
// Nothing is converted silently. A form whose meaning may differ or is not
// known gives a warning, and a form without a counterpart gives an error with
// its span. The result has all its brackets, and our own parser has read it
// back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/query/ast.h"

namespace presshawk {

enum class Dialect : uint8_t {
  kBrandwatch,
  kMeltwater,
  kFactiva,
  kLexisNexis,
  kCision,
  kTalkwalker,
  kLucene,
  kGoogle,
};

// Returns the dialect called `brandwatch`, `meltwater`, …; nullopt if none is.
std::optional<Dialect> DialectNamed(std::string_view name);
// The names of all dialects: `brandwatch|meltwater|…`.
std::string DialectNames();

struct ImportOptions {
  Dialect dialect = Dialect::kBrandwatch;
  // For vendors that do not say what the n of a distance counts. If true, it
  // counts positions, and 1 means side by side. If false, it counts the words
  // between, which finds more.
  bool unknown_distance_is_positions = false;
};

struct ImportNote {
  bool is_error = false;
  QuerySpan span;  // In code points of the vendor's query.
  std::string message;
};

struct ImportedQuery {
  std::string query;  // In our language, canonical; empty after an error.
  std::vector<ImportNote> notes;
};

// Never throws and never aborts, whatever the content. `text` is valid UTF-8.
ImportedQuery ImportQuery(std::string_view text, const ImportOptions& options);

}  // namespace presshawk
