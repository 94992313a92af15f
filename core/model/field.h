// SPDX-License-Identifier: Apache-2.0
// The text fields of an article, and the metadata that queries can name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace presshawk {

// The order is that of the hits in an alert.
enum class Field : uint8_t { kTitle, kSummary, kBody, kAuthor };
inline constexpr size_t kFieldCount = 4;
inline constexpr std::array<Field, kFieldCount> kFields = {
    Field::kTitle, Field::kSummary, Field::kBody, Field::kAuthor};

// "title", "summary", "body" or "author".
std::string_view FieldName(Field field);

// A set of text fields, one bit each.
using FieldMask = uint8_t;
constexpr FieldMask MaskOf(Field field) {
  return static_cast<FieldMask>(1U << static_cast<unsigned>(field));
}
// The fields in which a term without a scope is searched for.
inline constexpr FieldMask kDefaultFields =
    MaskOf(Field::kTitle) | MaskOf(Field::kSummary) | MaskOf(Field::kBody);

// The metadata that conditions (`lang:en`) compare.
enum class MetaField : uint8_t { kId, kSource, kSite, kLang, kCountry, kTag };
inline constexpr size_t kMetaFieldCount = 6;

// "id", "source", "site", "lang", "country" or "tag".
std::string_view MetaFieldName(MetaField field);

}  // namespace presshawk
