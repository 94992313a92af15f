#pragma once

#include <cstdint>
#include <string>

namespace presshawk {

// How the reader of a page got it.
enum class PageAccess : uint8_t {
  kOpen,     // No token is asked for, and the page says so.
  kToken,    // The request bore the token.
  kSession,  // He logged in, and can log out.
};

// The page at `/`: what the service is doing, from /api/v1/status and /readyz,
// refreshed by itself. Loads nothing from elsewhere.
std::string StatusPage(PageAccess access);

// Content-Security-Policy: the page's own script and style, its form, nothing
// else.
inline constexpr const char* kStatusPagePolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src "
    "'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action "
    "'self'; frame-ancestors 'none'";

}  // namespace presshawk
