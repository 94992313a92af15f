// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/http/http_message.h"

namespace presshawk {

// The page at `/`: what the service is doing, kept up to date by
// /api/v1/events. Loads nothing from elsewhere.
std::string StatusPage(HttpCaller caller);

// Content-Security-Policy: the page's own script and style, its form, nothing
// else, and no text that becomes markup.
inline constexpr const char* kStatusPagePolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src "
    "'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action "
    "'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'";

}  // namespace presshawk
