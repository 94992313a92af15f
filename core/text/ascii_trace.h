// SPDX-License-Identifier: Apache-2.0
// Traces the tokens of plain English to their sources, without the automaton.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/text/token_writer.h"

namespace presshawk {

// Does what TraceTokens() in canonicalizer.h does, but appends, for a piece
// whose canonical text has `canonical_size` bytes. Returns false and appends
// nothing if the piece has more than ASCII, dashes and quotation marks, or if
// an acronym was joined: only the automaton can trace these.
bool TraceAsciiTokens(std::string_view piece, uint32_t canonical_size,
                      std::vector<TokenTrace>* trace);

}  // namespace presshawk
