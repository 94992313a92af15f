// SPDX-License-Identifier: Apache-2.0
// Who may read what needs a token: whoever bears it, and browsers that logged
// in with it at /login.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/http/access_tokens.h"
#include "core/http/host_policy.h"
#include "core/http/http_message.h"
#include "core/http/sessions.h"

namespace presshawk {

// THREAD SAFETY. All of it.
class BrowserLogin {
 public:
  // `token` may be empty: then everyone may. `hosts` must outlive it, and so
  // must `tokens`, which may be null and count beside `token` only.
  BrowserLogin(std::string token, AccessTokens* tokens,
               const HostPolicy* hosts);

  bool has_token() const { return !token_.empty(); }
  // The port that is listened on. Before the first request.
  void set_port(uint16_t port) { port_ = port; }

  struct Caller {
    HttpCaller kind = HttpCaller::kAnyone;
    uint64_t session = 0;  // Its number; 0: none.
    TokenScope scope = TokenScope::kAdmin;
  };
  // As whom the client asks; nothing where it may not. A session lives on.
  std::optional<Caller> CallerOf(const HttpRequest& request);
  // Whether what was begun for this session may go on; true of 0.
  bool MayGoOn(uint64_t session) const {
    return session == 0 || sessions_.Lives(session);
  }
  // The 401: the login for a browser that wants a page, else a problem.
  static HttpResponse AskForToken(const HttpRequest& request);

  static HttpResponse Page();
  // A form with `token`: a cookie that stands for it.
  HttpResponse LogIn(const HttpRequest& request);
  // *session: the number of the one that ended; 0: there was none.
  HttpResponse LogOut(const HttpRequest& request, uint64_t* session);

 private:
  std::string CookieName(bool is_secure) const;
  // Whose token this is; nothing where it is none.
  std::optional<TokenOwner> OwnerOf(std::string_view token);

  const std::string token_;
  AccessTokens* const tokens_;
  const HostPolicy& hosts_;
  uint16_t port_ = 0;
  Sessions sessions_;
};

}  // namespace presshawk
