// SPDX-License-Identifier: Apache-2.0
// Names of hosts to all their addresses, without holding up who asks.
//
//   resolver.Resolve("hook.example", [](const auto& addresses) { … });
//
// Each lookup has a thread of its own, as getaddrinfo() may take many seconds
// and cannot be ended; at most 64 run at a time. Answers are kept for 30
// seconds, errors are not.
// THREAD SAFETY. All of it. `done` is called by a thread of the resolver, or at
// once where the answer is known. One that is being called at the resolver's
// end may go on after it, so what it uses must outlive the resolver.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace presshawk {

class HostResolver {
 public:
  // "192.0.2.1", "2001:db8::1"; never an empty list.
  using Addresses = absl::StatusOr<std::vector<std::string>>;
  // Blocks.
  using Lookup = std::function<Addresses(const std::string& host)>;
  using Done = std::function<void(const Addresses&)>;

  // `lookup` null: the system's.
  explicit HostResolver(Lookup lookup = nullptr);
  // Does not wait for lookups.
  ~HostResolver();
  HostResolver(const HostResolver&) = delete;
  HostResolver& operator=(const HostResolver&) = delete;

  void Resolve(const std::string& host, Done done);
  // Looks anew the next time: nobody answered at these addresses.
  void Forget(const std::string& host);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace presshawk
