// SPDX-License-Identifier: Apache-2.0
#include "core/base/heap.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

TEST(HeapTest, WhatABurstOfThreadsLeftIsGivenBack) {
  constexpr int64_t kMegabyte = 1 << 20;
  if (ReadHeapUse().in_use_bytes == 0) {
    GTEST_SKIP() << "this C library, or a sanitizer, does not tell";
  }
  // Each keeps the last piece of its arena, so that its end is in use.
  std::vector<std::unique_ptr<std::string>> kept(4);
  std::vector<std::thread> threads;
  threads.reserve(kept.size());
  for (auto& last : kept) {
    threads.emplace_back([&last] {
      constexpr size_t kPieces = 8192;
      std::vector<std::unique_ptr<std::string>> pieces;
      pieces.reserve(kPieces);
      for (size_t i = 0; i < kPieces; ++i) {
        pieces.push_back(std::make_unique<std::string>(1024, 'x'));
      }
      last = std::move(pieces.back());
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const HeapUse before = ReadHeapUse();
  EXPECT_GT(before.resident_bytes - before.in_use_bytes, 16 * kMegabyte);
  EXPECT_TRUE(TrimHeap(kMegabyte));
  const HeapUse after = ReadHeapUse();
  EXPECT_LT(after.resident_bytes - after.in_use_bytes, 16 * kMegabyte);
  EXPECT_FALSE(TrimHeap(1024 * kMegabyte));
}

TEST(HeapTest, LargeBlocksGoWhenTheyAreFreed) {
  if (ReadHeapUse().in_use_bytes == 0) {
    GTEST_SKIP() << "this C library, or a sanitizer, does not tell";
  }
  constexpr int64_t kBlock = 8 << 20;
  ConfigureHeap(4);
  // glibc by itself learns the size from the first.
  for (int i = 0; i < 3; ++i) {
    auto block = std::make_unique<std::string>(kBlock, 'x');
    const auto small = std::make_unique<std::string>(1024, 'x');
    const int64_t before = ReadHeapUse().resident_bytes;
    block.reset();
    EXPECT_LT(ReadHeapUse().resident_bytes, before - kBlock / 2) << i;
  }
}

}  // namespace
}  // namespace presshawk
