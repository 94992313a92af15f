// SPDX-License-Identifier: Apache-2.0
// Normalizes the metadata values of an article when it is decoded.
#pragma once

#include <string>
#include <string_view>

#include "core/model/field.h"

namespace presshawk {

// Replaces *normalized by what `value` means. For a language or country, that
// is its ISO code (iso_codes.h). For a source or tag, which are texts for
// people, it is the value with its character references decoded once, if it has
// one as in SPEC A1. Returns false if the value stays as it is written;
// *normalized is then unspecified. Ids and sites always stay, because others
// compare them. Thread-safe.
bool NormalizeMetadata(MetaField field, std::string_view value,
                       std::string* normalized);

}  // namespace presshawk
