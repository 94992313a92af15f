// SPDX-License-Identifier: Apache-2.0
#include "bench/macro/corpus.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"
#include "ingest/json/article_decoder.h"
#include "ingest/json/mapping.h"

namespace presshawk {
namespace {

// The longest term that is looked for when terms are drawn, in tokens.
constexpr size_t kTokensMax = 5;

// Calls `use` with each line of a .zst file until it returns false.
template <typename Use>
void ForEachLine(const std::string& path, Use use) {
  const std::string command = "zstd -dcq '" + path + "'";
  std::FILE* pipe =
      std::filesystem::exists(path) ? popen(command.c_str(), "r") : nullptr;
  if (pipe == nullptr) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::exit(3);
  }
  char* line = nullptr;
  size_t capacity = 0;
  ssize_t size = 0;
  while ((size = getline(&line, &capacity, pipe)) > 0) {
    std::string_view text(line, static_cast<size_t>(size));
    if (text.ends_with('\n')) {
      text.remove_suffix(1);
    }
    if (!use(text)) {
      break;
    }
  }
  std::free(line);
  pclose(pipe);
}

// Marks every canonical term that occurs in ` a b c `.
void MarkOccurring(std::string_view text,
                   const absl::flat_hash_map<std::string, size_t>& terms,
                   std::vector<bool>* occurs) {
  std::vector<size_t> spaces;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ' ') {
      continue;
    }
    spaces.push_back(i);
    const size_t last = spaces.size() - 1;
    for (size_t tokens = 1; tokens <= kTokensMax && tokens <= last; ++tokens) {
      const size_t begin = spaces[last - tokens];
      const auto it =
          terms.find(std::string(text.substr(begin, i - begin + 1)));
      if (it != terms.end()) {
        (*occurs)[it->second] = true;
      }
    }
  }
}

}  // namespace

Corpus LoadCorpus(const std::string& path, uint64_t bytes_max) {
  Corpus corpus;
  ForEachLine(path, [&](std::string_view line) {
    if (corpus.bytes + line.size() > bytes_max) {
      return false;
    }
    corpus.bytes += line.size();
    corpus.lines.emplace_back(line);
    return true;
  });
  return corpus;
}

std::vector<std::string> LoadTerms(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().string().ends_with(".tsv.zst")) {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> terms;
  absl::flat_hash_set<std::string> seen;
  for (const std::string& file : files) {
    ForEachLine(file, [&](std::string_view line) {
      const std::string term(line.substr(0, line.find('\t')));
      if (seen.insert(term).second) {
        terms.push_back(term);
      }
      return true;
    });
  }
  return terms;
}

std::vector<std::string> DrawOccurringTerms(
    const std::vector<std::string>& terms,
    const std::vector<std::string>& canonical_texts, size_t count) {
  absl::flat_hash_map<std::string, size_t> by_canonical;
  for (size_t i = 0; i < terms.size(); ++i) {
    const std::string canonical = Canonicalize(terms[i]);
    if (canonical.size() >= 5) {
      by_canonical.emplace(canonical, i);
    }
  }
  std::vector<bool> occurs(terms.size());
  for (const std::string& text : canonical_texts) {
    MarkOccurring(text, by_canonical, &occurs);
  }
  std::map<std::string, size_t> occurring;  // Ordered: the same on every run.
  for (const auto& [canonical, index] : by_canonical) {
    if (occurs[index]) {
      occurring.emplace(canonical, index);
    }
  }
  std::vector<std::pair<std::string, size_t>> drawn(occurring.begin(),
                                                    occurring.end());
  std::mt19937 random(7);
  for (size_t i = drawn.size(); i > 1; --i) {  // The same with every library.
    std::swap(drawn[i - 1], drawn[random() % i]);
  }
  drawn.resize(std::min(count, drawn.size()));
  // Filled up with those that do not occur, as most of a large set does not.
  std::map<std::string, size_t> others;
  for (const auto& [canonical, index] : by_canonical) {
    if (!occurs[index] && drawn.size() < count) {
      others.emplace(canonical, index);
    }
  }
  std::vector<std::pair<std::string, size_t>> rest(others.begin(),
                                                   others.end());
  for (size_t i = rest.size(); i > 1 && drawn.size() < count; --i) {
    std::swap(rest[i - 1], rest[random() % i]);
    drawn.push_back(rest[i - 1]);
  }
  std::sort(drawn.begin(), drawn.end());
  std::vector<std::string> result;
  for (const auto& [canonical, index] : drawn) {
    result.push_back(terms[index]);
  }
  return result;
}

std::vector<std::string> NotOccurring(
    const std::vector<std::string>& canonical_terms,
    const std::vector<std::string>& canonical_texts) {
  absl::flat_hash_map<std::string, size_t> by_canonical;
  for (size_t i = 0; i < canonical_terms.size(); ++i) {
    by_canonical.emplace(canonical_terms[i], i);
  }
  std::vector<bool> occurs(canonical_terms.size());
  for (const std::string& text : canonical_texts) {
    MarkOccurring(text, by_canonical, &occurs);
  }
  std::vector<std::string> result;
  for (size_t i = 0; i < canonical_terms.size(); ++i) {
    if (!occurs[i]) {
      result.push_back(canonical_terms[i]);
    }
  }
  return result;
}

std::vector<std::string> LoadWordPairs(const std::string& folder,
                                       size_t count) {
  const Mapping mapping = *LoadMapping("generic");
  JsonArticleDecoder decoder(mapping);
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  absl::flat_hash_set<std::string> seen;
  std::vector<std::string> pairs;
  const auto add_pairs = [&](std::string_view text) {
    size_t before = std::string_view::npos;  // The space before a pair.
    size_t between = 0;
    for (size_t i = text.find(' ', 1);
         i != std::string_view::npos && pairs.size() < count;
         i = text.find(' ', i + 1)) {
      if (before != std::string_view::npos) {
        const std::string pair(text.substr(before, i - before + 1));
        if (seen.insert(pair).second) {
          pairs.push_back(pair);
        }
      }
      before = between;
      between = i;
    }
  };
  for (const char* name : {"reuters21578", "fnc1", "wikiref", "fakenewsnet",
                           "minhash1000", "newsapi"}) {
    ForEachLine(StrCat(folder, "/", name, ".ndjson.zst"),
                [&](std::string_view line) {
                  decoder.Decode({&line, 1}, &articles, &rejects);
                  for (const Article& article : articles) {
                    add_pairs(Canonicalize(article.text_of(Field::kTitle)));
                    add_pairs(Canonicalize(article.text_of(Field::kBody)));
                  }
                  return pairs.size() < count;
                });
  }
  return pairs;
}

}  // namespace presshawk
