// SPDX-License-Identifier: Apache-2.0
#include "core/http/host_resolver.h"

#include <netdb.h>

#include <deque>
#include <thread>
#include <utility>

#include <sys/socket.h>

#include "absl/container/flat_hash_map.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/deadline.h"
#include "core/base/mutex.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kLookupsMax = 64;
constexpr size_t kKnownMax = 4096;
constexpr absl::Duration kKnownFor = absl::Seconds(30);

HostResolver::Addresses AskSystem(const std::string& host) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) {
    return absl::NotFoundError(
        StrCat(error == EAI_NONAME ? "no such host" : gai_strerror(error), ": ",
               host));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found,
                                                             freeaddrinfo);
  std::vector<std::string> addresses;
  for (; found != nullptr; found = found->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text),
                    nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text);
    }
  }
  return addresses;
}

}  // namespace

struct HostResolver::State {
  struct Known {
    std::vector<std::string> addresses;
    Deadline::Steady::time_point until;
  };

  Lookup lookup;
  Mutex mutex;
  bool is_over ABSL_GUARDED_BY(mutex) = false;
  size_t threads ABSL_GUARDED_BY(mutex) = 0;
  absl::flat_hash_map<std::string, Known> known ABSL_GUARDED_BY(mutex);
  // Who waits for a host that is being looked up, or is in the queue.
  absl::flat_hash_map<std::string, std::vector<Done>> waiting
      ABSL_GUARDED_BY(mutex);
  std::deque<std::string> queue ABSL_GUARDED_BY(mutex);

  // Looks up what is queued until nothing is.
  void Work() ABSL_LOCKS_EXCLUDED(mutex);
  std::vector<Done> Keep(const std::string& host, const Addresses& addresses)
      ABSL_LOCKS_EXCLUDED(mutex);
};

void HostResolver::State::Work() {
  while (true) {
    std::string host;
    {
      MutexLock lock(&mutex);
      if (is_over || queue.empty()) {
        --threads;
        return;
      }
      host = std::move(queue.front());
      queue.pop_front();
    }
    Addresses addresses = lookup(host);
    if (addresses.ok() && addresses->empty()) {
      addresses = absl::NotFoundError(StrCat("no address: ", host));
    }
    for (const Done& done : Keep(host, addresses)) {
      done(addresses);
    }
  }
}

std::vector<HostResolver::Done> HostResolver::State::Keep(
    const std::string& host, const Addresses& addresses) {
  MutexLock lock(&mutex);
  if (is_over) {
    return {};
  }
  if (addresses.ok()) {
    if (known.size() >= kKnownMax) {
      known.clear();  // Rather than a list of the oldest: it is a cache.
    }
    known[host] = {*addresses, Deadline::After(kKnownFor).steady()};
  }
  std::vector<Done> waiters = std::move(waiting[host]);
  waiting.erase(host);
  return waiters;
}

HostResolver::HostResolver(Lookup lookup) : state_(std::make_shared<State>()) {
  state_->lookup = lookup != nullptr ? std::move(lookup) : AskSystem;
}

HostResolver::~HostResolver() {
  MutexLock lock(&state_->mutex);
  state_->is_over = true;
  state_->waiting.clear();
}

void HostResolver::Resolve(const std::string& host, Done done) {
  Addresses addresses = std::vector<std::string>();
  {
    MutexLock lock(&state_->mutex);
    const auto found = state_->known.find(host);
    if (found == state_->known.end() ||
        found->second.until < Deadline::Steady::now()) {
      std::vector<Done>& waiting = state_->waiting[host];
      waiting.push_back(std::move(done));
      if (waiting.size() > 1) {
        return;
      }
      state_->queue.push_back(host);
      if (state_->threads < kLookupsMax) {
        ++state_->threads;
        std::thread([state = state_] { state->Work(); }).detach();
      }
      return;
    }
    addresses = found->second.addresses;
  }
  done(addresses);
}

void HostResolver::Forget(const std::string& host) {
  MutexLock lock(&state_->mutex);
  state_->known.erase(host);
}

}  // namespace presshawk
