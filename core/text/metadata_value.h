// What a metadata value of an article becomes when it is decoded.
#pragma once

#include <string>
#include <string_view>

#include "core/model/field.h"

namespace presshawk {

// Replaces *normalized by what `value` means: of a language or country its ISO
// code (iso_codes.h), of a source or tag, which are texts for people, the value
// with its character references decoded once, where one is as SPEC A1 wants it.
// False, and *normalized is unspecified, where it stays as written. Ids and
// sites always do: others compare them as they are. Thread-safe.
bool NormalizeMetadata(MetaField field, std::string_view value,
                       std::string* normalized);

}  // namespace presshawk
