// SPDX-License-Identifier: Apache-2.0
// What the benchmarks measure on: articles and terms from a data folder that is
// not part of the repository (see bench/README.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

struct Corpus {
  std::vector<std::string> lines;  // One article as JSON each.
  uint64_t bytes = 0;
};

// The first articles of an .ndjson.zst file, up to `bytes_max`. Ends the
// program with a message where the file cannot be read.
Corpus LoadCorpus(const std::string& path, uint64_t bytes_max);

// All distinct terms (first column) of the .tsv.zst files of a folder.
std::vector<std::string> LoadTerms(const std::string& folder);

// `count` of `terms`, drawn with a fixed seed from those whose canonical form
// occurs in `canonical_texts` and has three characters or more, and where these
// are fewer, from the others; ordered by canonical form, one a form.
std::vector<std::string> DrawOccurringTerms(
    const std::vector<std::string>& terms,
    const std::vector<std::string>& canonical_texts, size_t count);

// Which of ` canonical terms ` occur in none of `canonical_texts`.
std::vector<std::string> NotOccurring(
    const std::vector<std::string>& canonical_terms,
    const std::vector<std::string>& canonical_texts);

// The first `count` distinct pairs of neighbouring words, ` canonical `, of the
// titles and bodies of the English article files that the stages are not
// measured on.
std::vector<std::string> LoadWordPairs(const std::string& folder, size_t count);

}  // namespace presshawk
