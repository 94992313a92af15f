// SPDX-License-Identifier: Apache-2.0
// Real texts that are not part of the repository, where they are at hand.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace presshawk::testing {

struct SampleFile {
  std::string name;
  std::vector<std::string> texts;  // Valid UTF-8.
};

// From every file of articles (NDJSON, zstd) in `shared_data`, up to
// `bytes_max` bytes of titles and bodies, taken evenly over its first 8 MiB.
// Empty where there is no such folder.
std::vector<SampleFile> SampleArticles(const std::string& shared_data,
                                       size_t bytes_max);

// Up to `count` articles as JSON of shared_data/articles/`file`, taken evenly
// over its first 8 MiB.
std::vector<std::string> SampleArticleLines(const std::string& shared_data,
                                            const std::string& file,
                                            size_t count);

// The members of the archive of hostile input whose path begins with `prefix`;
// a text a line. Lines that are not UTF-8 are left out.
std::vector<SampleFile> HostileLines(const std::string& shared_data,
                                     const std::string& prefix);

}  // namespace presshawk::testing
