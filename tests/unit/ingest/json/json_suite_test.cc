// SPDX-License-Identifier: Apache-2.0
// JSONTestSuite: every n_ file is refused with a reason, as a document and as
// the value of an article's field; every y_ file decodes, or is no article.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"
#include "tests/unit/ingest/json/decoding.h"

namespace presshawk {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// Unpacks the suite; empty where there is none.
std::filesystem::path SuiteFolder() {
  const std::filesystem::path archive =
      std::filesystem::path(PRESSHAWK_SHARED_DATA) / "hostile/hostile.tar.zst";
  if (!std::filesystem::exists(archive)) {
    return {};
  }
  const std::filesystem::path folder =
      testing::TempDir() + "/json_suite_" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  const std::string command =
      "tar --zstd -xf '" + archive.string() + "' -C '" + folder.string() + "'";
  return std::system(command.c_str()) == 0 ? folder : std::filesystem::path();
}

TEST(JsonSuiteTest, BadDocumentsAreRefusedAndGoodOnesAreNot) {
  const std::filesystem::path folder = SuiteFolder();
  if (folder.empty()) {
    GTEST_SKIP() << "no test data";
  }
  Decoding decoding;
  size_t bad = 0;
  size_t good = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json")) {
      continue;
    }
    const std::string document = ReadFile(entry.path());
    const std::string as_field = R"({"title":"T","x":)" + document + "}";
    if (name.starts_with("n_")) {
      ++bad;
      EXPECT_NE(decoding.Outcome(document), "ok") << name;
      if (name != "n_structure_open_array_object.json" &&
          name != "n_structure_100000_opening_arrays.json") {
        EXPECT_TRUE(decoding.reject().reason == RejectReason::kNotJson ||
                    decoding.reject().reason == RejectReason::kNotUtf8)
            << name << " " << RejectReasonName(decoding.reject().reason);
      }
      // `{"x":` + `1}` + `}` is no JSON, `{"x":` + `1,"y":2` + `}` is: only
      // what is bad as a value by itself is bad as a field. A file that closes
      // the article early leaves text behind it.
      EXPECT_NE(decoding.Outcome(as_field), "ok") << name;
    } else if (name.starts_with("y_")) {
      ++good;
      const std::string_view outcome = decoding.Outcome(document);
      EXPECT_TRUE(outcome == "missing_text" || outcome == "not_an_object" ||
                  outcome == "ok")
          << name << " " << outcome << " " << decoding.reject().detail;
      EXPECT_EQ(decoding.Outcome(as_field), "ok")
          << name << " " << decoding.reject().detail;
    } else {
      decoding.Outcome(document);  // Either way, and never a crash.
    }
  }
  EXPECT_GT(bad, 180u);
  EXPECT_GT(good, 90u);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace presshawk
