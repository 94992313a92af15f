// SPDX-License-Identifier: Apache-2.0
// core/text equals its reference on random text. A failure prints the text as
// C++ source: SameAsReference(THAT) is the reproducer.
#include "tests/property/text/random_text.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "core/base/utf8.h"
#include "core/text/canonicalizer.h"
#include "tests/property/text/compare_text.h"
#include "tests/reference/text/reference_text.h"

namespace presshawk::testing {
namespace {

uint64_t Seed() {
  const char* const seed = std::getenv("PRESSHAWK_SEED");
  return seed == nullptr ? 20260101 : std::strtoull(seed, nullptr, 10);
}

size_t Cases(size_t usual) {
  const char* const times = std::getenv("PRESSHAWK_SOAK");
  return usual * (times == nullptr ? 1 : std::strtoull(times, nullptr, 10));
}

TEST(RandomTextTest, ShortTextsEqualTheReference) {
  std::mt19937_64 random(Seed());
  for (size_t i = 0; i < Cases(40'000); ++i) {
    ASSERT_TRUE(SameAsReference(RandomText(&random, 12)))
        << "PRESSHAWK_SEED=" << Seed() << " case " << i;
  }
}

TEST(RandomTextTest, LongTextsEqualTheReference) {
  std::mt19937_64 random(Seed() + 1);
  for (size_t i = 0; i < Cases(600); ++i) {
    ASSERT_TRUE(SameAsReference(RandomText(&random, 1200)))
        << "PRESSHAWK_SEED=" << Seed() << " case " << i;
  }
}

TEST(RandomTextTest, EveryCodePointAloneAndBetweenLettersEqualsTheReference) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if ((c >= 0xD800 && c < 0xE000) || (c > 0x323AF && c < 0xE0000) ||
        c > 0xE0FFF) {
      continue;
    }
    std::string text;
    for (const char32_t part : {c, U' ', U'a', c, U'.', U'b', U' ', U'न', c}) {
      AppendUtf8(part, &text);
    }
    const reference::Canonical expected = reference::Canonicalize(text);
    for (const Kernel kernel : AvailableKernels()) {
      CanonicalBuffer buffer;
      CanonicalizeText(text, kernel, false, ~size_t{0}, &buffer, nullptr);
      ASSERT_EQ(std::string_view(buffer.data(), buffer.size()), expected.text)
          << "U+" << std::hex << static_cast<uint32_t>(c);
    }
  }
}

// Nothing is read behind the text: it ends, and begins, at a page that cannot
// be read, at every length of a block and alignment.
TEST(RandomTextTest, TextsAtUnmappedPagesEqualTheReference) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  auto* const memory = static_cast<char*>(
      mmap(nullptr, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(memory, MAP_FAILED);
  char* const middle = memory + page;
  ASSERT_EQ(mprotect(middle, page, PROT_READ | PROT_WRITE), 0);
  std::mt19937_64 random(Seed() + 2);
  for (size_t i = 0; i < Cases(8'000); ++i) {
    std::string text = RandomText(&random, i % 300);
    if (i % 2 == 0) {  // Letters and spaces only: the kernel's own ground.
      for (char& c : text) {
        c = "abc U.S"[static_cast<uint8_t>(c) % 7];
      }
    }
    if (text.size() > page) {
      continue;
    }
    const std::string expected = reference::Canonicalize(text).text;
    for (char* const at : {middle, middle + page - text.size()}) {
      std::memcpy(at, text.data(), text.size());
      for (const Kernel kernel : AvailableKernels()) {
        CanonicalBuffer buffer;
        CanonicalizeText({at, text.size()}, kernel, false, ~size_t{0}, &buffer,
                         nullptr);
        ASSERT_EQ(std::string_view(buffer.data(), buffer.size()), expected)
            << Quoted(text);
      }
    }
  }
  munmap(memory, 3 * page);
}

}  // namespace
}  // namespace presshawk::testing
