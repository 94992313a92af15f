// SPDX-License-Identifier: Apache-2.0
#include "core/stories/token_kernel.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace presshawk::stories {
namespace {

// Every kernel that this processor can run.
std::vector<const TokenKernel*> Kernels() {
  std::vector<const TokenKernel*> kernels = {&kPortableKernel};
  if (&BestTokenKernel() != &kPortableKernel) {
    kernels.push_back(&BestTokenKernel());
  }
  return kernels;
}

struct Tokens {
  std::vector<uint32_t> hashes, digits;
  bool operator==(const Tokens&) const = default;
};

// One token after another, without any of the kernels' loops.
Tokens NaiveTokens(const std::string& field) {
  Tokens tokens;
  for (size_t begin = 1; begin < field.size();) {
    const size_t end = field.find(' ', begin);
    std::string token = field.substr(begin, end - begin);
    const size_t size = token.size();
    if (token[0] >= '0' && token[0] <= '9') {
      tokens.digits.push_back(static_cast<uint32_t>(tokens.hashes.size()));
    }
    token.append(8, 'x');
    tokens.hashes.push_back(HashToken(token.data(), size));
    begin = end + 1;
  }
  return tokens;
}

Tokens KernelTokens(const TokenKernel& kernel, const std::string& field) {
  const std::string padded = field + std::string(64, ' ');
  const size_t room = field.size() / 2 + kTokenSlack;
  std::vector<uint32_t> spaces(room), hashes(room), digits(room);
  const TokenCounts counts =
      kernel.hash_tokens(std::string_view(padded).substr(0, field.size()),
                         {spaces.data(), hashes.data(), digits.data()});
  hashes.resize(counts.tokens);
  digits.resize(counts.digits);
  return {hashes, digits};
}

std::vector<uint32_t> NaiveRuns(const std::vector<uint32_t>& hashes,
                                size_t runs, const RunFactors& factors,
                                uint32_t bound) {
  std::vector<uint32_t> small;
  for (size_t i = 0; i < runs; ++i) {
    uint32_t sum = 0;
    for (size_t k = 0; k < factors.size(); ++k) {
      sum += hashes[i + k] * factors[k];
    }
    if (Mix(sum) <= bound) {
      small.push_back(Mix(sum));
    }
  }
  return small;
}

// Tokens of 1 to `bytes_max` bytes: letters, digits and bytes of other scripts.
std::string RandomField(size_t tokens, size_t bytes_max, std::mt19937* random) {
  std::string field = " ";
  for (size_t i = 0; i < tokens; ++i) {
    for (size_t size = 1 + (*random)() % bytes_max; size > 0; --size) {
      constexpr std::string_view kBytes = "abcxyz019!\x1f\xa0\xd0\xff\x80";
      field += kBytes[(*random)() % kBytes.size()];
    }
    field += ' ';
  }
  return field;
}

TEST(TokenKernelTest, TokensAreThoseOfTheNaiveLoop) {
  std::mt19937 random(5);
  for (const TokenKernel* kernel : Kernels()) {
    EXPECT_EQ(KernelTokens(*kernel, ""), Tokens());
    EXPECT_EQ(KernelTokens(*kernel, " "), Tokens());
    for (size_t i = 0; i < 3000; ++i) {
      // Words of one byte fill a block with 32 spaces, long ones with none.
      constexpr size_t kBytesMax[] = {1, 2, 9, 20, 200};
      const std::string field =
          RandomField(random() % 90, kBytesMax[i % 5], &random);
      ASSERT_EQ(KernelTokens(*kernel, field), NaiveTokens(field)) << field;
    }
  }
}

TEST(TokenKernelTest, RunsAreThoseOfTheNaiveLoop) {
  std::mt19937 random(6);
  for (const TokenKernel* kernel : Kernels()) {
    for (size_t runs = 0; runs < 300; ++runs) {
      std::vector<uint32_t> hashes(runs + kTokenSlack);
      for (uint32_t& hash : hashes) {
        hash = static_cast<uint32_t>(random());
      }
      const RunFactors factors = {static_cast<uint32_t>(random()), 3, 5,
                                  runs % 2 == 0 ? 0U : 7U};
      const uint32_t bounds[] = {0, static_cast<uint32_t>(random()),
                                 UINT32_MAX};
      for (const uint32_t bound : bounds) {
        std::vector<uint32_t> out(runs + kTokenSlack);
        out.resize(kernel->small_runs(hashes.data(), runs, factors, bound,
                                      out.data()));
        ASSERT_EQ(out, NaiveRuns(hashes, runs, factors, bound));
      }
    }
  }
}

}  // namespace
}  // namespace presshawk::stories
