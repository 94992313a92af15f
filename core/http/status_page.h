#pragma once

#include <string_view>

namespace presshawk {

// The page at `/`: what the service is doing, from /api/v1/status and /readyz,
// refreshed by itself. Loads nothing from elsewhere.
std::string_view StatusPage();

// Content-Security-Policy: the page's own script and style, nothing else.
inline constexpr const char* kStatusPagePolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src "
    "'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action "
    "'none'; frame-ancestors 'none'";

}  // namespace presshawk
