// Connections whose request is not there yet, without a thread for each.
//
//   accept ─► Add() ─► the header is whole ─► whole(socket, has_body)
//                   └► too slow, or too many: closed
//
// The bytes are looked at, not taken. A client that sends its header at once is
// through before 256 others can push it out; one that drips it costs a
// descriptor.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "core/http/http_limits.h"

namespace presshawk {

// THREAD SAFETY. Add(): any thread. `whole` is called on the room's thread, and
// owns the socket.
class WaitingRoom {
 public:
  WaitingRoom(const HttpLimits& limits,
              std::function<void(int socket, bool has_body)> whole);
  ~WaitingRoom();  // Closes all that still wait.
  WaitingRoom(const WaitingRoom&) = delete;
  WaitingRoom& operator=(const WaitingRoom&) = delete;

  // Takes the socket. Where the room is full, who has waited longest goes.
  void Add(int socket) ABSL_LOCKS_EXCLUDED(mutex_);
  // No request comes out any more when it returns.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Guest {
    int socket = -1;
    absl::Time deadline;
  };
  enum class Header { kPart, kWhole, kWholeBeforeBody };

  void Serve() ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes the newcomers; false when closed.
  bool Welcome() ABSL_LOCKS_EXCLUDED(mutex_);
  Header LookAt(int socket);
  void Wake() const;

  const HttpLimits limits_;
  const std::function<void(int, bool)> whole_;
  const int wake_;  // An eventfd: poll() ends when there is something to do.
  Mutex mutex_;
  std::deque<Guest> newcomers_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Guest> guests_;  // The thread's; who came first stands first.
  std::string buffer_;        // The thread's.
  std::thread thread_;        // Last: it uses all of the above.
};

}  // namespace presshawk
