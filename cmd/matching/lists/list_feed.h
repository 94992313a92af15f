// SPDX-License-Identifier: Apache-2.0
// A place that watch-lists come from: files, a topic. The ListKeeper asks each
// of its feeds what is new and makes a generation of all of it.
//
//   feed.Start(&lists, wake);
//   loop: sleep until feed.next_look(), feed.fd() or wake();
//         feed.Look(&lists, now);
//         if (now >= feed.due()) { feed.Load(&lists, now, false); lists.Apply(); }
//
// THREAD SAFETY. The keeper's thread calls everything; Start() is called before
// that thread exists.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "matchers/live/live_lists.h"

namespace presshawk {

class ListFeed {
 public:
  virtual ~ListFeed() = default;

  // Begins, and puts into *lists what can be had at once. `wake` may be called
  // on any thread until the feed is destroyed; it never waits. An error means
  // that part of the feed could not be read: all else of it was taken.
  virtual absl::Status Start(LiveLists* lists, std::function<void()> wake) = 0;

  // Becomes readable when Look() has something to see; -1 for none.
  virtual int fd() const { return -1; }
  // When Look() wants to be called although nothing woke it.
  virtual absl::Time next_look() const { return absl::InfiniteFuture(); }
  // Looks at what is new, and sets due().
  virtual void Look(LiveLists* lists, absl::Time now) = 0;

  // When a generation should be made of what is new; the infinite future while
  // nothing is.
  virtual absl::Time due() const = 0;
  // Puts what is due into *lists, and with `all` also what did not seem to
  // change. due() is in the infinite future afterwards, or when what could not
  // be read is tried again. Errors as of Start().
  virtual absl::Status Load(LiveLists* lists, absl::Time now, bool all) = 0;

  // Why no generation can be made before this feed has more, for a person;
  // empty when one can.
  virtual std::string waiting_for() const { return ""; }
};

}  // namespace presshawk
