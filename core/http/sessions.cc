// SPDX-License-Identifier: Apache-2.0
#include "core/http/sessions.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

#include <sys/random.h>

#include "core/base/hex.h"

namespace presshawk {
namespace {

Sha256Digest HashOf(std::string_view secret) {
  return Sha256().Add(secret).Finish();
}

int HexDigit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

std::string FormDecoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (text[i] == '%' && high >= 0 && low >= 0) {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

// The part of `list` between separators that begins with `name=`.
std::string_view Find(std::string_view list, char separator,
                      std::string_view name) {
  while (!list.empty()) {
    std::string_view part = list.substr(0, list.find(separator));
    list.remove_prefix(std::min(part.size() + 1, list.size()));
    while (part.starts_with(' ')) {
      part.remove_prefix(1);
    }
    if (part.size() > name.size() && part.starts_with(name) &&
        part[name.size()] == '=') {
      return part.substr(name.size() + 1);
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> Sessions::Begin(TokenOwner owner, absl::Time now) {
  std::array<uint8_t, 32> bytes;
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got =
        ::getrandom(bytes.data() + filled, bytes.size() - filled, 0);
    if (got < 0 && errno != EINTR) {
      return std::nullopt;
    }
    filled += got > 0 ? static_cast<size_t>(got) : 0;
  }
  std::string secret =
      HexOf({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  MutexLock lock(&mutex_);
  std::erase_if(sessions_, [&](const auto& session) {
    return now - session.second.last > kIdleMax;
  });
  if (sessions_.size() >= kSessionsMax) {
    sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(),
                                     [](const auto& a, const auto& b) {
                                       return a.second.last < b.second.last;
                                     }));
  }
  sessions_[HashOf(secret)] = {
      .live = {.number = ++newest_, .owner = std::move(owner)}, .last = now};
  return secret;
}

std::optional<Sessions::Live> Sessions::Touch(std::string_view secret,
                                              absl::Time now) {
  MutexLock lock(&mutex_);
  const auto session = sessions_.find(HashOf(secret));
  if (session == sessions_.end()) {
    return std::nullopt;
  }
  if (now - session->second.last > kIdleMax) {
    sessions_.erase(session);
    return std::nullopt;
  }
  session->second.last = now;
  return session->second.live;
}

uint64_t Sessions::End(std::string_view secret) {
  MutexLock lock(&mutex_);
  const auto session = sessions_.find(HashOf(secret));
  if (session == sessions_.end()) {
    return 0;
  }
  const uint64_t number = session->second.live.number;
  sessions_.erase(session);
  return number;
}

bool Sessions::Lives(uint64_t number) const {
  MutexLock lock(&mutex_);
  return std::any_of(sessions_.begin(), sessions_.end(), [&](const auto& one) {
    return one.second.live.number == number;
  });
}

std::string_view CookieValue(std::string_view header, std::string_view name) {
  return Find(header, ';', name);
}

std::string FormValue(std::string_view form, std::string_view name) {
  return FormDecoded(Find(form, '&', name));
}

}  // namespace presshawk
