// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace presshawk {

// One error or warning about a watch-list (SPEC A48).
struct Diagnostic {
  enum class Severity : uint8_t { kError, kWarning };

  Severity severity = Severity::kError;
  std::string file;       // The name as given; empty for a topic record.
  uint32_t line = 0;      // Counted from 1; 0 if there is no line.
  uint32_t column = 0;    // Counted from 1, in code points.
  std::string watchlist;  // The list's id; empty if it is not known.
  std::string message;
  std::string span;  // The offending text; may be empty.
  std::string fix;   // A suggestion; may be empty.
  // Code points from the start of the query; set only for errors in a query.
  std::optional<uint32_t> offset;
  // In `line`, what stands in the columns [begin, end) becomes `text`.
  struct Edit {
    uint32_t begin = 0;  // As `column`.
    uint32_t end = 0;
    std::string text;
  };
  // Each mends it by itself. Only where the text stands in the file as it is,
  // and the new one may stand there. Not stored.
  std::vector<Edit> edits = {};
};

// Returns `file:line:column: error: message`. The span and the fix follow, each
// on a line of its own, if there are any. There is no line feed at the end.
std::string FormatText(const Diagnostic& diagnostic);
// Returns the JSON object of SPEC A48, on one line.
std::string FormatJson(const Diagnostic& diagnostic);

// Serializes diagnostics so that they can be stored. DecodeDiagnostics()
// returns nullopt if EncodeDiagnostics() did not write `bytes`.
std::string EncodeDiagnostics(absl::Span<const Diagnostic> diagnostics);
std::optional<std::vector<Diagnostic>> DecodeDiagnostics(
    std::string_view bytes);

}  // namespace presshawk
