// SPDX-License-Identifier: Apache-2.0
#include "tests/property/matchers/saved_and_opened.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk::testing {

std::shared_ptr<const QuerySet> SavedAndOpened(const QuerySet& query_set,
                                               const FormTables* forms) {
  static std::atomic<int> count = 0;
  const std::string path =
      (std::filesystem::temp_directory_path() /
       StrCat("presshawk-test-", getpid(), "-", count.fetch_add(1)))
          .string();
  const CacheKey key = Sha256().Add(path).Finish();
  const absl::Status saved = query_set.Save(path, key, "notes");
  EXPECT_TRUE(saved.ok()) << saved;
  auto opened = QuerySet::Open(path, key, forms);
  EXPECT_TRUE(opened.ok()) << opened.status();
  std::filesystem::remove(path);  // The mapping stays.
  if (!opened.ok()) {
    return nullptr;
  }
  EXPECT_EQ(opened->notes, "notes");
  EXPECT_EQ(opened->query_set->id(), query_set.id());
  EXPECT_EQ(opened->query_set->size(), query_set.size());
  return opened->query_set;
}

}  // namespace presshawk::testing
