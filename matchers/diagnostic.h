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
  std::string file;       // As given; empty for a topic record.
  uint32_t line = 0;      // From 1; 0 where there is none.
  uint32_t column = 0;    // From 1, in code points.
  std::string watchlist;  // Its id; empty while unknown.
  std::string message;
  std::string span;  // The offending text; may be empty.
  std::string fix;   // A suggestion; may be empty.
  // Code points from the query's begin; only for errors in a query.
  std::optional<uint32_t> offset;
};

// `file:line:column: error: message`, then the span and the fix on lines of
// their own where there are any. Ends without a line feed.
std::string FormatText(const Diagnostic& diagnostic);
// The object of SPEC A48, on one line.
std::string FormatJson(const Diagnostic& diagnostic);

// As bytes, to keep; and back, nullopt where `bytes` are no such.
std::string EncodeDiagnostics(absl::Span<const Diagnostic> diagnostics);
std::optional<std::vector<Diagnostic>> DecodeDiagnostics(
    std::string_view bytes);

}  // namespace presshawk
