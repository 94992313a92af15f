// Other vendors' Boolean queries to ours.
//
// Nothing is converted silently: where the meaning may differ or is not known
// there is a warning, what has no counterpart is an error with its span. What
// comes out is fully bracketed, and is read back by our own reader before it is
// handed out.
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

// `brandwatch`, `meltwater`, …; nullopt for another word.
std::optional<Dialect> DialectNamed(std::string_view name);
// All of them, `brandwatch|meltwater|…`.
std::string DialectNames();

struct ImportOptions {
  Dialect dialect = Dialect::kBrandwatch;
  // For vendors who do not say what the n of a distance counts: whether it is
  // positions (1: side by side) instead of the words between. The latter finds
  // more.
  bool unknown_distance_is_positions = false;
};

struct ImportNote {
  bool is_error = false;
  QuerySpan span;  // Code points of the vendor's query.
  std::string message;
};

struct ImportedQuery {
  std::string query;  // Ours, canonical; empty when a note is an error.
  std::vector<ImportNote> notes;
};

// Never throws; content never aborts. `text` is valid UTF-8.
ImportedQuery ImportQuery(std::string_view text, const ImportOptions& options);

}  // namespace presshawk
