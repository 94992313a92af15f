// SPDX-License-Identifier: Apache-2.0
#include "matchers/tokens/token_hash.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace presshawk::tokens {
namespace {

// What stands behind a token is read, and must not count.
std::string Padded(const std::string& token, char padding) {
  return token + std::string(kHashPaddingBytes, padding);
}

std::string Letters(size_t count) {
  std::string letters;
  for (size_t i = 0; i < count; ++i) {
    letters += static_cast<char>('a' + i % 26);
  }
  return letters;
}

// On both sides of 8 and 16 bytes, where the way of comparing changes.
TEST(SameBytesTest, SeesEveryByteAndNoneBehindThem) {
  for (size_t size = 1; size <= 40; ++size) {
    const std::string token = Letters(size);
    const std::string one = Padded(token, 'x');
    EXPECT_TRUE(SameBytes(one.data(), Padded(token, 'y').data(), size)) << size;
    for (size_t i = 0; i < size; ++i) {
      std::string other = token;
      other[i] = '!';
      EXPECT_FALSE(SameBytes(one.data(), Padded(other, 'x').data(), size))
          << size << ", " << i;
    }
  }
}

TEST(TokenHashTest, DependsOnTheTokenAndNotOnWhatIsBehindIt) {
  for (size_t size = 1; size <= 40; ++size) {
    const std::string token = Letters(size);
    EXPECT_EQ(TokenHash(Padded(token, 'x').data(), size),
              TokenHash(Padded(token, ' ').data(), size))
        << size;
  }
}

TEST(TokenHashTest, DependsOnTheSizeAndOnBothEnds) {
  const auto hash = [](const std::string& token) {
    return TokenHash(Padded(token, ' ').data(), token.size());
  };
  EXPECT_NE(hash("aaa"), hash("aaaa"));
  EXPECT_NE(hash(std::string(20, 'a')), hash(std::string(21, 'a')));
  EXPECT_NE(hash("baaaaaaaaaaa"), hash("aaaaaaaaaaaa"));
  EXPECT_NE(hash("aaaaaaaaaaab"), hash("aaaaaaaaaaaa"));
}

TEST(PairHashTest, DependsOnTheOrder) {
  EXPECT_NE(PairHash(1, 2), PairHash(2, 1));
}

TEST(EdgeHashTest, TakesSoManyBytesOfAnEnd) {
  const std::string one = Padded("  election", ' ');
  const std::string other = Padded("  elephants", ' ');
  const char* const head = one.data() + 2;
  EXPECT_EQ(HeadHash(head, 3), HeadHash(other.data() + 2, 3));
  EXPECT_NE(HeadHash(head, 4), HeadHash(other.data() + 2, 4));
  EXPECT_NE(HeadHash(head, 2), HeadHash(head, 3));
  const std::string tail = "watergate";
  const std::string other_tail = "frigate";
  const std::string third_tail = "climate";
  const char* const end = tail.data() + tail.size();
  const char* const third_end = third_tail.data() + third_tail.size();
  EXPECT_EQ(TailHash(end, 4),
            TailHash(other_tail.data() + other_tail.size(), 4));
  EXPECT_EQ(TailHash(end, 3), TailHash(third_end, 3));
  EXPECT_NE(TailHash(end, 4), TailHash(third_end, 4));
}

TEST(EdgeHashTest, AHeadIsNotATail) {
  const std::string token = Padded("  anan", ' ');
  EXPECT_NE(HeadHash(token.data() + 2, 2), TailHash(token.data() + 6, 2));
}

TEST(FilterTest, PassesWhatWasPutIn) {
  constexpr uint32_t kShift = 58;
  std::vector<uint64_t> filter(uint64_t{1} << (64 - kShift), 0);
  const std::string token = Padded("kremlin", ' ');
  const uint64_t hash = TokenHash(token.data(), 7);
  EXPECT_FALSE(PassesFilter(filter.data(), kShift, hash));
  filter[hash >> kShift] |= FilterBits(kShift, hash);
  EXPECT_TRUE(PassesFilter(filter.data(), kShift, hash));
}

// One of the two bits alone is not enough.
TEST(FilterTest, WantsBothBits) {
  constexpr uint32_t kShift = 58;
  const uint64_t hash = uint64_t{1} << 52;  // Bits 1 and 0 of word 0.
  std::vector<uint64_t> filter(uint64_t{1} << (64 - kShift), 0);
  ASSERT_EQ(FilterBits(kShift, hash), 3U);
  filter[0] = 1;
  EXPECT_FALSE(PassesFilter(filter.data(), kShift, hash));
  filter[0] = 2;
  EXPECT_FALSE(PassesFilter(filter.data(), kShift, hash));
  filter[0] = 3;
  EXPECT_TRUE(PassesFilter(filter.data(), kShift, hash));
}

}  // namespace
}  // namespace presshawk::tokens
