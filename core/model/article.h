// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "core/model/field.h"

namespace presshawk {

// Says whether the text of a field is HTML; `kAuto` decides by SPEC A1.
enum class HtmlMode : uint8_t { kNo, kYes, kAuto };

// One decoded article. It owns nothing: every view points into memory of the
// decoder or of the message, and is valid until the next Decoder::Decode(). All
// text is valid UTF-8, as it came out of the JSON strings and before any
// folding. An empty view means that the article has no such value: an empty
// value and one of white space count as absent (SPEC A39).
struct Article {
  // Index of the message in the batch that the decoder got.
  uint32_t message = 0;

  std::string_view id;  // Never empty: it is derived if the article has none.
  std::string_view version;

  // By Field. The values of an array are joined with "; ".
  std::array<std::string_view, kFieldCount> text;
  std::array<HtmlMode, kFieldCount> html = {};
  // By Field: whether the text is the one value of the member of the JSON that
  // has the field's name. Elsewhere Decoder::Locate() says where it stands.
  std::array<bool, kFieldCount> at_own_key = {};

  // As the alert shows them. The values of an array are joined with "; ".
  std::string_view source, site, url, lang, country, published_at;
  // What the publisher says of the article (SPEC MAP-8): `canceled` takes it
  // back, and `embargo` is the time before which it is not to be published.
  std::string_view status, embargo;

  // By MetaField: each value by itself, for metadata conditions. kId holds
  // `id`. kSite holds `site` as given; without it, the matcher takes the host
  // of the url (SPEC A37). kTag has one entry per tag.
  std::array<absl::Span<const std::string_view>, kMetaFieldCount> meta;

  std::string_view text_of(Field field) const {
    return text[static_cast<size_t>(field)];
  }
  absl::Span<const std::string_view> meta_of(MetaField field) const {
    return meta[static_cast<size_t>(field)];
  }
};

}  // namespace presshawk
