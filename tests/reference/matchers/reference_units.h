// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/model/hit.h"

namespace presshawk::reference {

// SPEC A30: the paragraphs, or sentences, of a text, in order, in bytes.
std::vector<ByteSpan> Paragraphs(std::string_view text);
std::vector<ByteSpan> Sentences(std::string_view text);

}  // namespace presshawk::reference
