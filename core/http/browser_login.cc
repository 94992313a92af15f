// SPDX-License-Identifier: Apache-2.0
#include "core/http/browser_login.h"

#include <utility>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "core/http/bearer_token.h"
#include "core/http/login_page.h"

namespace presshawk {
namespace {

constexpr char kHtml[] = "text/html; charset=utf-8";

HttpResponse ShowLogin(int status, std::string_view message) {
  return {.status = status,
          .content_type = kHtml,
          .body = LoginPage(message),
          .headers = {{"Content-Security-Policy", kLoginPagePolicy},
                      {"Referrer-Policy", "no-referrer"}}};
}

// Back to the page, with a cookie. Relative: any prefix that a proxy puts
// before it works.
HttpResponse Redirect(std::string cookie) {
  return {.status = 303,
          .content_type = "text/plain; charset=utf-8",
          .body = "",
          .headers = {{"Location", "./"}, {"Set-Cookie", std::move(cookie)}}};
}

}  // namespace

BrowserLogin::BrowserLogin(std::string token, AccessTokens* tokens,
                           const HostPolicy* hosts)
    : token_(std::move(token)), tokens_(tokens), hosts_(*hosts) {}

std::optional<TokenOwner> BrowserLogin::OwnerOf(std::string_view token) {
  if (IsSameToken(token, token_)) {
    return TokenOwner{};
  }
  const auto found =
      tokens_ == nullptr ? std::nullopt : tokens_->Find(token, absl::Now());
  return found.has_value()
             ? std::optional(TokenOwner{.id = found->id, .scope = found->scope})
             : std::nullopt;
}

// Cookies do not know ports: two instances on one machine have two names.
std::string BrowserLogin::CookieName(bool is_secure) const {
  return is_secure ? "__Host-presshawk" : StrCat("presshawk-", port_);
}

std::optional<BrowserLogin::Caller> BrowserLogin::CallerOf(
    const HttpRequest& request) {
  if (token_.empty()) {
    return Caller{HttpCaller::kAnyone};
  }
  if (const auto owner = OwnerOf(BearerOf(request.Header("Authorization")));
      owner.has_value()) {
    return Caller{.kind = HttpCaller::kToken, .scope = owner->scope};
  }
  const std::string name = CookieName(hosts_.IsPublicHttps(request.host));
  const std::string_view secret = CookieValue(request.Header("Cookie"), name);
  const absl::Time now = absl::Now();
  const auto session = sessions_.Touch(secret, now);
  if (!session.has_value()) {
    return std::nullopt;
  }
  if (!session->owner.id.empty() && !tokens_->Holds(session->owner.id, now)) {
    sessions_.End(secret);  // Its token was revoked, or has expired.
    return std::nullopt;
  }
  return Caller{.kind = HttpCaller::kSession,
                .session = session->number,
                .scope = session->owner.scope};
}

HttpResponse BrowserLogin::AskForToken(const HttpRequest& request) {
  // The form goes to `login` beside the page.
  const bool shows_login =
      request.method == "GET" && request.segments.size() == 1 &&
      request.Header("Accept").find("text/html") != std::string_view::npos;
  HttpResponse response =
      shows_login
          ? ShowLogin(401, "")
          : HttpResponse::Of(Problem{
                401, "this needs a token", "header Authorization",
                "send Authorization: Bearer TOKEN, or log in at /login"});
  response.headers.push_back(
      {"WWW-Authenticate", "Bearer realm=\"presshawk\""});
  return response;
}

HttpResponse BrowserLogin::Page() { return ShowLogin(200, ""); }

HttpResponse BrowserLogin::LogIn(const HttpRequest& request) {
  const std::string given = FormValue(request.body, "token");
  std::optional<TokenOwner> owner = OwnerOf(BearerOf(StrCat("Bearer ", given)));
  if (!owner.has_value()) {
    return ShowLogin(401, "That is not the token.");
  }
  const std::optional<std::string> secret =
      sessions_.Begin(*std::move(owner), absl::Now());
  if (!secret.has_value()) {
    return ShowLogin(503, "The system gives no random bytes at the moment.");
  }
  const bool is_secure = hosts_.IsPublicHttps(request.host);
  return Redirect(SessionCookie(CookieName(is_secure), *secret, is_secure));
}

HttpResponse BrowserLogin::LogOut(const HttpRequest& request,
                                  uint64_t* session) {
  const bool is_secure = hosts_.IsPublicHttps(request.host);
  const std::string name = CookieName(is_secure);
  *session = sessions_.End(CookieValue(request.Header("Cookie"), name));
  return Redirect(ForgottenCookie(name, is_secure));
}

}  // namespace presshawk
