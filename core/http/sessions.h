// SPDX-License-Identifier: Apache-2.0
// Browsers that logged in with the token: what their cookie means.
//
// A session is 256 random bits, kept as their hash, and only by this process:
// a restart ends all. It ends at logout, after kIdleMax without a request, and
// when kSessionsMax others were begun since its last request.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/base/api_token.h"
#include "core/base/mutex.h"
#include "core/base/sha256.h"

namespace presshawk {

// With what somebody logged in.
struct TokenOwner {
  std::string id = {};  // Of an AccessTokens::Token; empty: the configured one.
  TokenScope scope = TokenScope::kAdmin;
};

// THREAD SAFETY. All of it.
class Sessions {
 public:
  static constexpr absl::Duration kIdleMax = absl::Hours(12);
  static constexpr size_t kSessionsMax = 1000;

  // A new session's secret, for the cookie: 64 hex digits. Nothing where the
  // system has no random bytes.
  std::optional<std::string> Begin(TokenOwner owner, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  struct Live {
    uint64_t number = 0;  // Which no other session ever has.
    TokenOwner owner;
  };
  // The session, whose end is moved; nothing where it is none.
  std::optional<Live> Touch(std::string_view secret, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The number of the session that ended; 0 where it was none.
  uint64_t End(std::string_view secret) ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether the session of this number has not ended.
  bool Lives(uint64_t number) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Session {
    Live live;
    absl::Time last;  // Request.
  };

  mutable Mutex mutex_;
  uint64_t newest_ ABSL_GUARDED_BY(mutex_) = 0;
  // By the secret's hash: a look-up's time then tells nothing of a secret.
  std::map<Sha256Digest, Session> sessions_ ABSL_GUARDED_BY(mutex_);
};

// The value of a cookie in a header `Cookie`; empty where it has none.
std::string_view CookieValue(std::string_view header, std::string_view name);

// A field of a form (application/x-www-form-urlencoded), decoded; empty where
// it has none.
std::string FormValue(std::string_view form, std::string_view name);

}  // namespace presshawk
