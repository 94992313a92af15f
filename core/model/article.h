#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "core/model/field.h"

namespace presshawk {

// Whether a field's text is HTML; `kAuto` decides by SPEC A1.
enum class HtmlMode : uint8_t { kNo, kYes, kAuto };

// One decoded article. Owns nothing: every view points into the ArticleBatch
// that holds it, and dies with it. All text is valid UTF-8, unfolded, as it
// came after JSON decoding. An empty view means that the article has no such
// value (SPEC A39: empty and white space count as absent; in that case the view
// is empty).
struct Article {
  // Index of the message in the batch that the decoder was given.
  uint32_t message = 0;

  std::string_view id;  // Never empty: derived where the article has none.
  std::string_view version;

  // By Field. Arrays of values are joined with "; ".
  std::array<std::string_view, kFieldCount> text;
  std::array<HtmlMode, kFieldCount> html = {};

  // As the alert shows them; arrays joined with "; ".
  std::string_view source, site, url, lang, country, published_at;

  // By MetaField: each value by itself, for metadata conditions. kId holds
  // `id`; kSite holds `site` as given (the url's host is the matcher's
  // fallback, SPEC A37); kTag one entry a tag.
  std::array<absl::Span<const std::string_view>, kMetaFieldCount> meta;

  std::string_view text_of(Field field) const {
    return text[static_cast<size_t>(field)];
  }
  absl::Span<const std::string_view> meta_of(MetaField field) const {
    return meta[static_cast<size_t>(field)];
  }
};

}  // namespace presshawk
