// SPDX-License-Identifier: Apache-2.0
#include "core/base/buffer_trimmer.h"

#include <string>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

TEST(BufferTrimmerTest, AfterABurstTheBufferIsAsLargeAsWhatIsUsual) {
  BufferTrimmer trimmer;
  std::string buffer;
  const auto use = [&](size_t bytes) {
    buffer.clear();
    buffer.append(bytes, 'x');
    trimmer.AfterUse(&buffer);
  };
  use(1 << 20);
  for (size_t i = 0; i < BufferTrimmer::kUses; ++i) {
    EXPECT_GE(buffer.capacity(), size_t{1} << 20) << i;
    use(1000);
  }
  for (size_t i = 0; i < BufferTrimmer::kUses; ++i) {
    use(1000);
  }
  EXPECT_GE(buffer.capacity(), 1000U);
  EXPECT_LT(buffer.capacity(), 3000U);
}

TEST(BufferTrimmerTest, WhatIsUsualIsNeverAllocatedAnew) {
  BufferTrimmer trimmer;
  std::string buffer(5000, 'x');
  const char* const bytes = buffer.data();
  for (size_t i = 0; i < 3 * BufferTrimmer::kUses; ++i) {
    buffer.resize(i % 10 == 0 ? 4000 : 100);
    trimmer.AfterUse(&buffer);
    EXPECT_EQ(buffer.data(), bytes);
    buffer.clear();
  }
}

}  // namespace
}  // namespace presshawk
