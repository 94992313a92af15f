// SPDX-License-Identifier: Apache-2.0
// Every kernel that this processor can run gives the same hits.
#include "matchers/tokens/token_engine.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "tests/unit/matchers/term_patterns.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TokenEngineTest : public ::testing::TestWithParam<Kernel> {
 protected:
  void Compile(const std::vector<std::string>& terms) {
    terms_ = std::make_unique<TermPatterns>(terms);
    engine_ = CompileTokenEngine(terms_->patterns(), GetParam());
    scanner_ = *engine_->NewScanner();
    hits_ = std::make_unique<HitStore>(terms.size());
  }
  // `words` between single spaces, as a field.
  void Scan(const std::string& words) {
    bytes_ = StrCat("\1 ", words, " \1", std::string(64, 'x'));
    canonical_ = std::string_view(bytes_).substr(0, bytes_.size() - 64);
    hits_->Clear();
    ASSERT_TRUE(scanner_->Scan(canonical_, hits_.get()));
  }
  std::vector<std::string> Found(PatternId pattern) const {
    return TextsOf(*hits_, pattern, canonical_);
  }

  std::unique_ptr<TermPatterns> terms_;
  std::unique_ptr<const TermEngine> engine_;
  std::unique_ptr<TermScanner> scanner_;
  std::unique_ptr<HitStore> hits_;
  std::string bytes_;
  std::string_view canonical_;
};

TEST_P(TokenEngineTest, FindsEachKindOfPattern) {
  Compile({"kremlin", "us election", "elec*", "*gate", "the elec*"});
  Scan("the electorate in the us election kremlin watergate");
  EXPECT_THAT(Found(0), ElementsAre("kremlin"));
  EXPECT_THAT(Found(1), ElementsAre("us election"));
  EXPECT_THAT(Found(2), ElementsAre("electorate", "election"));
  EXPECT_THAT(Found(3), ElementsAre("watergate"));
  EXPECT_THAT(Found(4), ElementsAre("the electorate"));
}

// A token that ends, and a pair that lies, on every side of 64 bytes.
TEST_P(TokenEngineTest, ATokenMayLieAcrossTwoBlocks) {
  Compile({"kremlin", "kremlin moscow", "krem*", "*scow"});
  for (size_t before = 1; before < 200; ++before) {
    Scan(StrCat(std::string(before, 'x'), " kremlin moscow"));
    ASSERT_THAT(Found(0), ElementsAre("kremlin")) << before;
    ASSERT_THAT(Found(1), ElementsAre("kremlin moscow")) << before;
    ASSERT_THAT(Found(2), ElementsAre("kremlin")) << before;
    ASSERT_THAT(Found(3), ElementsAre("moscow")) << before;
  }
}

// What stands behind the text is read, and is no part of it.
TEST_P(TokenEngineTest, WhatIsBehindTheTextIsNotFound) {
  Compile({"xx", "xx*", "kremlin"});
  for (size_t before = 1; before < 130; ++before) {
    Scan(std::string(before, 'y'));
    ASSERT_THAT(hits_->occurring(), IsEmpty()) << before;
  }
}

TEST_P(TokenEngineTest, AShortTokenHasNoTailOfWhatIsBeforeIt) {
  Compile({"*gate", "*te"});
  Scan("ga te e gate");
  EXPECT_THAT(Found(0), ElementsAre("gate"));
  EXPECT_THAT(Found(1), ElementsAre("te", "gate"));
}

TEST_P(TokenEngineTest, FieldsWithoutTokensAreFine) {
  Compile({"kremlin"});
  bytes_ = StrCat("\1 \1 kremlin \1 \1 \1", std::string(64, ' '));
  canonical_ = std::string_view(bytes_).substr(0, bytes_.size() - 64);
  hits_->Clear();
  ASSERT_TRUE(scanner_->Scan(canonical_, hits_.get()));
  EXPECT_THAT(Found(0), ElementsAre("kremlin"));
}

TEST_P(TokenEngineTest, LeavesOutWhatItDoesNotTake) {
  Compile({"*middle*", "kremlin"});
  EXPECT_FALSE(IsForTokenEngine((*terms_)[0]));
  EXPECT_TRUE(IsForTokenEngine((*terms_)[1]));
  Scan("amiddleb kremlin");
  EXPECT_THAT(Found(0), IsEmpty());
  EXPECT_THAT(Found(1), ElementsAre("kremlin"));
}

std::string NameOf(const ::testing::TestParamInfo<Kernel>& info) {
  switch (info.param) {
    case Kernel::kPortable:
      return "Portable";
    case Kernel::kAvx2:
      return "Avx2";
    case Kernel::kAvx512:
      return "Avx512";
  }
  return "";
}

INSTANTIATE_TEST_SUITE_P(Kernels, TokenEngineTest,
                         ::testing::ValuesIn(AvailableKernels().begin(),
                                             AvailableKernels().end()),
                         NameOf);

}  // namespace
}  // namespace presshawk
