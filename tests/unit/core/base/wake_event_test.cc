// SPDX-License-Identifier: Apache-2.0
#include "core/base/wake_event.h"

#include <poll.h>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

bool IsReady(const WakeEvent& event) {
  pollfd ready = {.fd = event.fd(), .events = POLLIN, .revents = 0};
  return poll(&ready, 1, 0) == 1;
}

TEST(WakeEventTest, IsReadableFromWakeUntilClear) {
  const WakeEvent event;
  EXPECT_FALSE(IsReady(event));
  event.Clear();
  event.Wake();
  event.Wake();
  EXPECT_TRUE(IsReady(event));
  EXPECT_TRUE(IsReady(event));
  event.Clear();
  EXPECT_FALSE(IsReady(event));
}

}  // namespace
}  // namespace presshawk
