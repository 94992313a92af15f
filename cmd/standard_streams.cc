// SPDX-License-Identifier: Apache-2.0
#include "cmd/standard_streams.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>

#include <sys/epoll.h>
#include <sys/inotify.h>

#include "cmd/exit_code.h"

namespace presshawk {
namespace {

constexpr int kSignalExit = 128;

// What stands in for a standard descriptor that the caller closed.
int OpenInstead(int descriptor) {
  switch (descriptor) {
    case STDIN_FILENO:
      // It cannot be read, and it cannot be opened: /dev/null could be, by the
      // name /dev/stdin.
      return epoll_create1(0);
    case STDOUT_FILENO: {
      // Writing fails, and so does opening by the name /dev/stdout, which a
      // sink may have: what goes to /dev/null is lost.
      const int closed = inotify_init1(0);
      return closed >= 0 ? closed : epoll_create1(0);
    }
    default:
      return open("/dev/null", O_WRONLY);
  }
}

void EndWithNumber(int number) { _exit(kSignalExit + number); }

bool ReaderIsGone() {
  pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

}  // namespace

void OpenStandardStreams() {
  for (int descriptor = 0; descriptor < 3; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) {
      // The lowest free number is this one, as all below are open.
      [[maybe_unused]] const int opened = OpenInstead(descriptor);
    }
  }
}

void EndOnSignalsAsProcessOne() {
  if (getpid() != 1) {
    return;
  }
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) {
    struct sigaction before = {};
    if (sigaction(number, nullptr, &before) == 0 &&
        before.sa_handler == SIG_DFL) {
      struct sigaction action = {};
      action.sa_handler = EndWithNumber;
      sigaction(number, &action, nullptr);
    }
  }
}

int FinishStandardOutput(int exit_code) {
  errno = 0;
  std::cout.flush();  // It flushes stdout, too.
  bool failed =
      std::fflush(stdout) != 0 || std::ferror(stdout) != 0 || std::cout.fail();
  // 0 where an earlier write failed, of which no reason is kept.
  int error = errno;
  if (!failed) {
    // Network file systems tell only now that the disk is full.
    const int copy = dup(STDOUT_FILENO);
    failed = copy >= 0 && close(copy) != 0 && errno != EINTR;
    error = errno;
  }
  if (!failed || exit_code == kExitGaveUp) {
    return exit_code;
  }
  if (error == EPIPE || ReaderIsGone()) {
    return kSignalExit + SIGPIPE;
  }
  std::fprintf(stderr, "presshawk: cannot write to standard output%s%s\n",
               error != 0 ? ": " : "", error != 0 ? std::strerror(error) : "");
  return kExitGaveUp;
}

}  // namespace presshawk
