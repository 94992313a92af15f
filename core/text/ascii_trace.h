// Where the tokens of plain English come from, without the automaton.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/text/token_writer.h"

namespace presshawk {

// As TraceTokens() in canonicalizer.h, appending, for a piece whose canonical
// text has `canonical_size` bytes. False, and nothing appended, where there is
// more than ASCII, dashes and quotation marks, or an acronym was joined: that
// is the automaton's to tell.
bool TraceAsciiTokens(std::string_view piece, uint32_t canonical_size,
                      std::vector<TokenTrace>* trace);

}  // namespace presshawk
