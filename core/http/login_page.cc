// SPDX-License-Identifier: Apache-2.0
#include "core/http/login_page.h"

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr std::string_view kHead = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>presshawk: log in</title>
<style>
:root { color-scheme: light dark; background: Canvas; color: CanvasText; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem;
       max-width: 30rem; }
input, button { font: inherit; padding: .3rem .6rem; }
input { width: 100%; box-sizing: border-box; margin: .3rem 0 .8rem; }
</style>
</head>
<body>
<h1>presshawk</h1>
)html";

constexpr std::string_view kForm = R"html(<form method="post" action="login">
<label for="token">Token (the first line of token_file)</label>
<input id="token" name="token" type="password" autocomplete="current-password"
       required autofocus>
<button>Log in</button>
</form>
</body>
</html>
)html";

std::string Cookie(std::string_view name, std::string_view value,
                   std::string_view age, bool secure) {
  return StrCat(name, "=", value, "; Path=/; HttpOnly", age,
                secure ? "; SameSite=Lax; Secure" : "; SameSite=Strict");
}

}  // namespace

std::string LoginPage(std::string_view message) {
  return StrCat(
      kHead,
      message.empty() ? "" : StrCat("<p role=\"alert\">", message, "</p>\n"),
      kForm);
}

std::string SessionCookie(std::string_view name, std::string_view secret,
                          bool secure) {
  return Cookie(name, secret, "", secure);
}

std::string ForgottenCookie(std::string_view name, bool secure) {
  return Cookie(name, "", "; Max-Age=0", secure);
}

}  // namespace presshawk
