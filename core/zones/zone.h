// SPDX-License-Identifier: Apache-2.0
// Where in an article a hit stands (SPEC ZONE-1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace presshawk {

// The first four are the story. The others are blocks that are not.
enum class Zone : uint8_t {
  kTitle,
  kLead,
  kMain,
  kQuote,
  kRelatedLinks,
  kCaption,
  kBioByline,
  kFooterPromo,
  kNav
};
inline constexpr size_t kZoneCount = 9;

// "title", "lead", "main", "quote", "related_links", "caption", "bio_byline",
// "footer_promo" or "nav".
std::string_view ZoneName(Zone zone);
// The zone of that name, if there is one.
std::optional<Zone> ZoneNamed(std::string_view name);

// Whether the zone is part of the story, which `editorial:` searches.
constexpr bool IsEditorial(Zone zone) { return zone <= Zone::kQuote; }

}  // namespace presshawk
