// SPDX-License-Identifier: Apache-2.0
#include "core/text/metadata_value.h"

#include "core/text/html_text.h"
#include "core/text/iso_codes.h"

namespace presshawk {

bool NormalizeMetadata(MetaField field, std::string_view value,
                       std::string* normalized) {
  switch (field) {
    case MetaField::kLang:
    case MetaField::kCountry:
      return ToIsoCode(field, value, normalized);
    case MetaField::kSource:
    case MetaField::kTag:
      if (!HasClosedReference(value)) {
        return false;
      }
      DecodeReferences(value, normalized);
      return true;
    case MetaField::kId:
    case MetaField::kSite:
      return false;
  }
  return false;
}

}  // namespace presshawk
