// SPDX-License-Identifier: Apache-2.0
// The tokens that may be borne besides the one of the configuration, each with
// what it may do. Whoever keeps them sets them here (SPEC HTTP-11).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "core/base/api_token.h"
#include "core/base/mutex.h"

namespace presshawk {

// THREAD SAFETY. All of it.
class AccessTokens {
 public:
  struct Token {
    std::string id;
    std::string hash;  // ApiTokenHash() of its text.
    TokenScope scope = TokenScope::kRead;
    absl::Time expires_at = absl::InfiniteFuture();
  };

  // Replaces all of them.
  void Replace(std::vector<Token> tokens) ABSL_LOCKS_EXCLUDED(mutex_);
  // The one with this text, if it holds at `now`; it counts as used.
  std::optional<Token> Find(std::string_view text, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether the one with this id still holds.
  bool Holds(const std::string& id, absl::Time now) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // When which was last used, of those that were used since the last call.
  std::map<std::string, absl::Time> TakeUses() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable Mutex mutex_;
  std::map<std::string, Token> tokens_ ABSL_GUARDED_BY(mutex_);  // By id.
  std::map<std::string, absl::Time> uses_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
