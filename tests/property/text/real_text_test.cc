// SPDX-License-Identifier: Apache-2.0
// core/text equals its reference on the Unicode test files, on hostile strings
// and on real articles of every language at hand.
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "core/base/utf8.h"
#include "tests/property/text/compare_text.h"
#include "tests/property/text/shared_texts.h"

namespace presshawk::testing {
namespace {

// What is compared of each file of articles.
constexpr size_t kSampleBytes = 150'000;

void CompareAll(const std::vector<SampleFile>& files) {
  if (files.empty()) {
    GTEST_SKIP() << "no shared data here";
  }
  for (const SampleFile& file : files) {
    SCOPED_TRACE(file.name);
    for (const std::string& text : file.texts) {
      ASSERT_TRUE(SameAsReference(text));
    }
  }
}

// "1E0A 0307" in a line: also as the characters that are meant.
std::vector<SampleFile> WithCodePoints(std::vector<SampleFile> files);

TEST(RealTextTest, ArticlesOfEveryLanguageEqualTheReference) {
  CompareAll(SampleArticles(PRESSHAWK_SHARED_DATA, kSampleBytes));
}

TEST(RealTextTest, UnicodeTestFilesEqualTheReference) {
  CompareAll(WithCodePoints(HostileLines(PRESSHAWK_SHARED_DATA, "unicode/")));
}

TEST(RealTextTest, NaughtyStringsEqualTheReference) {
  CompareAll(HostileLines(PRESSHAWK_SHARED_DATA, "blns/"));
}

bool IsScalar(unsigned long c) {
  return c < 0xD800 || (c >= 0xE000 && c <= 0x10FFFF);
}

std::vector<SampleFile> WithCodePoints(std::vector<SampleFile> files) {
  for (SampleFile& file : files) {
    if (file.name.find(".json") != std::string::npos) {
      file.texts.resize(std::min<size_t>(file.texts.size(), 2000));
    }
    const size_t size = file.texts.size();
    for (size_t i = 0; i < size; ++i) {
      // NormalizationTest: five columns, apart by ';'. The break tests put
      // ÷ and × between the code points.
      std::string characters;
      const std::string line = file.texts[i];
      for (size_t at = 0; at < line.size() && line[at] != '#';) {
        char* end;
        const unsigned long c = std::strtoul(line.c_str() + at, &end, 16);
        const size_t digits = static_cast<size_t>(end - (line.c_str() + at));
        if (digits >= 4 && IsScalar(c)) {
          AppendUtf8(static_cast<char32_t>(c), &characters);
        } else if (digits == 0 && line[at] == ';') {
          characters += " ; ";
        }
        at += digits == 0 ? 1 : digits;
      }
      file.texts.push_back(characters);
    }
  }
  return files;
}

}  // namespace
}  // namespace presshawk::testing
