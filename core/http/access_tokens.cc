// SPDX-License-Identifier: Apache-2.0
#include "core/http/access_tokens.h"

#include <utility>

namespace presshawk {

void AccessTokens::Replace(std::vector<Token> tokens) {
  std::map<std::string, Token> by_id;
  for (Token& token : tokens) {
    std::string id = token.id;
    by_id[std::move(id)] = std::move(token);
  }
  MutexLock lock(&mutex_);
  tokens_ = std::move(by_id);
}

std::optional<AccessTokens::Token> AccessTokens::Find(std::string_view text,
                                                      absl::Time now) {
  const std::optional<std::string> id = ApiTokenId(text);
  if (!id.has_value()) {
    return std::nullopt;
  }
  // Of the hash nothing can be learnt by how long a comparison takes.
  const std::string hash = ApiTokenHash(text);
  MutexLock lock(&mutex_);
  const auto found = tokens_.find(*id);
  if (found == tokens_.end() || found->second.hash != hash ||
      now >= found->second.expires_at) {
    return std::nullopt;
  }
  uses_[*id] = now;
  return found->second;
}

bool AccessTokens::Holds(const std::string& id, absl::Time now) const {
  MutexLock lock(&mutex_);
  const auto found = tokens_.find(id);
  return found != tokens_.end() && now < found->second.expires_at;
}

std::map<std::string, absl::Time> AccessTokens::TakeUses() {
  MutexLock lock(&mutex_);
  return std::exchange(uses_, {});
}

}  // namespace presshawk
