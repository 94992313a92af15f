// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/base/str_cat.h"
#include "matchers/cache/cache_directory.h"

// tests/fuzz/cache_fuzz.cc
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace presshawk {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

CacheKey KeyOf(std::string_view text) { return Sha256().Add(text).Finish(); }

std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class CacheDirectoryTest : public ::testing::Test {
 protected:
  CacheDirectoryTest() {
    WatchListSet set;
    ParseWatchLists("lists.yaml", R"(watchlists:
  - {id: kremlin, name: The Kremlin, labels: {desk: politics},
     terms: [Kremlin, "AT&T"], query: '/CVE-\d{4}/ OR Kreml* OR lang:en'}
  - {id: broken, query: 'a b'}
  - {id: follows, query: '@kremlin AND NOT "wom?n*s rights"'}
)",
                    &set);
    query_set_ = *QuerySet::Compile(set.lists, {});
    EXPECT_EQ(query_set_->size(), 2U);
  }
  ~CacheDirectoryTest() override { fs::remove_all(path_); }

  absl::Status Store() { return cache_.Store(key_, *query_set_, "noted"); }
  // Why the file, now of these bytes, is refused.
  absl::Status FoundAs(const std::string& bytes) {
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << bytes;
    return cache_.Find(key_).status();
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  const std::string path_ =
      (fs::temp_directory_path() /
       StrCat("presshawk-cache-test-", getpid(), "-",
              ::testing::UnitTest::GetInstance()->current_test_info()->name()))
          .string();
  const CacheDirectory cache_{path_};
  const CacheKey key_ = KeyOf("lists");
  const std::string file_ = cache_.PathOf(key_);
  std::shared_ptr<const QuerySet> query_set_;
};

TEST_F(CacheDirectoryTest, GivesBackWhatWasStored) {
  EXPECT_TRUE(absl::IsNotFound(cache_.Find(key_).status()));
  ASSERT_TRUE(Store().ok());
  const auto found = cache_.Find(key_);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->notes, "noted");
  const QuerySet& opened = *found->query_set;
  EXPECT_EQ(opened.id(), query_set_->id());
  ASSERT_EQ(opened.size(), query_set_->size());
  for (ListSlot slot = 0; slot < opened.size(); ++slot) {
    EXPECT_EQ(opened.list(slot).id, query_set_->list(slot).id);
    EXPECT_EQ(opened.list(slot).name, query_set_->list(slot).name);
    EXPECT_EQ(opened.list(slot).version, query_set_->list(slot).version);
    EXPECT_EQ(opened.list(slot).labels_json,
              query_set_->list(slot).labels_json);
  }
  ASSERT_EQ(opened.diagnostics().size(), query_set_->diagnostics().size());
  EXPECT_EQ(FormatJson(opened.diagnostics()[0]),
            FormatJson(query_set_->diagnostics()[0]));
}

TEST_F(CacheDirectoryTest, AFileStaysOpenWhenItIsReplacedAndRemoved) {
  ASSERT_TRUE(Store().ok());
  const auto found = cache_.Find(key_);
  ASSERT_TRUE(found.ok());
  ASSERT_TRUE(Store().ok());
  fs::remove_all(path_);
  EXPECT_EQ(found->query_set->list(0).id, "follows");
  EXPECT_NE(found->query_set->NewMatcher(), nullptr);
}

TEST_F(CacheDirectoryTest, WhatIsDamagedIsRefused) {
  ASSERT_TRUE(Store().ok());
  const std::string good = ReadBytes(file_);
  ASSERT_TRUE(FoundAs(good).ok());
  EXPECT_THAT(FoundAs("").ToString(), HasSubstr("cut short"));
  for (size_t size = 1; size < good.size(); size += 1 + size / 50) {
    EXPECT_FALSE(FoundAs(good.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(FoundAs(good + "x").ok());
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    std::string bad = good;
    // The header's bytes each, then any.
    const size_t at = i < 256 ? static_cast<size_t>(i) : random() % bad.size();
    bad[at] = static_cast<char>(bad[at] ^ (1 << random() % 8));
    EXPECT_FALSE(FoundAs(bad).ok()) << at;
  }
  EXPECT_TRUE(FoundAs(good).ok());
}

TEST_F(CacheDirectoryTest, TheReasonIsNamed) {
  ASSERT_TRUE(Store().ok());
  const std::string good = ReadBytes(file_);
  std::string bad = good;
  bad[0] = 'P';
  EXPECT_THAT(FoundAs(bad).ToString(), HasSubstr("not a compiled generation"));
  bad = good;
  ++bad[8];
  EXPECT_THAT(FoundAs(bad).ToString(), HasSubstr("another build"));
  bad = good;
  ++bad[112];  // In the build's name.
  EXPECT_THAT(FoundAs(bad).ToString(), HasSubstr("another build"));
  bad = good;
  ++bad[60];
  EXPECT_THAT(FoundAs(bad).ToString(), HasSubstr("other watch-lists"));
  bad = good;
  ++bad[bad.size() / 2];
  EXPECT_THAT(FoundAs(bad).ToString(), HasSubstr("checksum"));
  EXPECT_THAT(FoundAs(good.substr(0, good.size() - 1)).ToString(),
              HasSubstr("bytes of"));
  ASSERT_TRUE(FoundAs(good).ok());
  ASSERT_EQ(chmod(file_.c_str(), 0666), 0);
  EXPECT_THAT(cache_.Find(key_).status().ToString(),
              HasSubstr("another user can write"));
  fs::remove(file_);
  fs::create_directory(file_);
  EXPECT_THAT(cache_.Find(key_).status().ToString(), HasSubstr("not a file"));
  fs::remove(file_);
  fs::create_symlink("/dev/zero", file_);
  EXPECT_FALSE(cache_.Find(key_).ok());
}

TEST_F(CacheDirectoryTest, WhatCannotBeWrittenIsAnErrorAndLeavesNothing) {
  std::ofstream(path_) << "a file where the directory should be";
  EXPECT_THAT(Store().ToString(), HasSubstr("cannot make the directory"));
  fs::remove(path_);
  // As on a full disk: no file may grow beyond a few bytes.
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit = {};
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small = {.rlim_cur = 1000, .rlim_max = limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const absl::Status status = Store();
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, before);
  EXPECT_THAT(status.ToString(), HasSubstr("cannot write"));
  EXPECT_TRUE(Files().empty());
  EXPECT_TRUE(Store().ok());
}

TEST_F(CacheDirectoryTest, KeepsAFewGenerationsAndNothingElse) {
  ASSERT_TRUE(Store().ok());
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(2);
  const std::string left = path_ + "/0123.1.0.generation.tmp";
  const std::string stranger = path_ + "/README";
  for (const std::string& name : {left, stranger}) {
    std::ofstream(name) << "x";
    fs::last_write_time(name, old);
  }
  for (int i = 0; i < 6; ++i) {
    const CacheKey key = KeyOf(StrCat(i));
    ASSERT_TRUE(cache_.Store(key, *query_set_, "").ok());
    fs::last_write_time(cache_.PathOf(key), old + std::chrono::minutes(i));
  }
  // What was found last stays longest.
  fs::last_write_time(file_, old - std::chrono::hours(1));
  ASSERT_FALSE(fs::exists(left));
  ASSERT_TRUE(cache_.Find(KeyOf("3")).ok());
  ASSERT_TRUE(cache_.Store(KeyOf("new"), *query_set_, "").ok());
  EXPECT_EQ(Files().size(), CacheDirectory::kGenerationsMax + 1);
  EXPECT_TRUE(fs::exists(stranger));
  EXPECT_TRUE(cache_.Find(KeyOf("3")).ok());
  EXPECT_TRUE(cache_.Find(KeyOf("5")).ok());
  EXPECT_FALSE(cache_.Find(KeyOf("0")).ok());
}

// The checksum aside: what is refused or can be asked.
TEST(CacheFileTest, AnyWordsAreRefusedOrHarmless) {
  std::mt19937 random(7);
  constexpr uint32_t kValues[] = {0, 1, 2, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000};
  for (int i = 0; i < 20'000; ++i) {
    uint32_t words[6];
    for (size_t w = 0; w < std::size(words); w += 2) {
      words[w] = static_cast<uint32_t>(random());
      words[w + 1] = random() % 2 == 0 ? static_cast<uint32_t>(random() % 300)
                                       : kValues[random() % std::size(kValues)];
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(words),
                           (random() % 3 + 1) * 8);
  }
}

TEST(DiagnosticTest, DiagnosticsComeBackFromTheirBytes) {
  Diagnostic one;
  one.file = "f";
  one.line = 70'000;
  one.column = 3;
  one.watchlist = "id";
  one.message = std::string("m\0n", 3);
  one.offset = 5;
  Diagnostic two;
  two.severity = Diagnostic::Severity::kWarning;
  const std::string bytes = EncodeDiagnostics(std::vector{one, two});
  const auto decoded = DecodeDiagnostics(bytes);
  ASSERT_TRUE(decoded.has_value());
  ASSERT_EQ(decoded->size(), 2U);
  EXPECT_EQ(FormatJson(decoded->at(0)), FormatJson(one));
  EXPECT_EQ(FormatJson(decoded->at(1)), FormatJson(two));
  EXPECT_TRUE(DecodeDiagnostics("")->empty());
  for (size_t size = 1; size < bytes.size(); ++size) {
    const auto part = DecodeDiagnostics(bytes.substr(0, size));
    EXPECT_TRUE(!part.has_value() || part->size() == 1) << size;
  }
}

}  // namespace
}  // namespace presshawk
