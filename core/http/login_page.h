// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// The page that asks for the token, with `message` (our own text) above the
// field where it is not empty. Its form is sent to `login`; no script.
std::string LoginPage(std::string_view message);

inline constexpr const char* kLoginPagePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

// `Set-Cookie` for a session. `secure`: for https alone, and by its name bound
// to this host and all of its paths; else for plain http, as on loopback.
std::string SessionCookie(std::string_view name, std::string_view secret,
                          bool secure);
// The same, to forget it.
std::string ForgottenCookie(std::string_view name, bool secure);

}  // namespace presshawk
