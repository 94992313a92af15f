// SPDX-License-Identifier: Apache-2.0
#include "core/zones/zone.h"

#include <array>

namespace presshawk {
namespace {

constexpr std::array<std::string_view, kZoneCount> kNames = {
    "title",   "lead",       "main",         "quote", "related_links",
    "caption", "bio_byline", "footer_promo", "nav"};

}  // namespace

std::string_view ZoneName(Zone zone) {
  return kNames[static_cast<size_t>(zone)];
}

std::optional<Zone> ZoneNamed(std::string_view name) {
  for (size_t i = 0; i < kZoneCount; ++i) {
    if (kNames[i] == name) {
      return static_cast<Zone>(i);
    }
  }
  return std::nullopt;
}

}  // namespace presshawk
