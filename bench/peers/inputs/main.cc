// SPDX-License-Identifier: Apache-2.0
// Makes what all peers are given, once, in one folder.
//
//   presshawk_peer_inputs DATA OUT MEGABYTES TERMS... [boolean LISTS...]
//
//   articles.ndjson        the first articles of DATA, as they are
//   texts.bin              size of title, size of body (32 bits each), title,
//                          "\n", body of each
//   canonical.txt          canonical title, tab, canonical body of each
//   terms_N.txt            N names that occur in the articles, in ASCII,
//                          without symbols that would ask for themselves
//   terms_N.ndjson         the same as watch-lists t0000000, t0000001, …
//   terms_N.prefix         the same, canonical, as prefix expressions
//   boolean_N.ndjson, .prefix   N Boolean lists
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "bench/macro/corpus.h"
#include "bench/macro/inputs.h"
#include "bench/peers/inputs/boolean_pairs.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"

namespace presshawk {
namespace {

class OutFile {
 public:
  explicit OutFile(const std::string& path)
      : path_(path), file_(path, std::ios::binary) {}
  ~OutFile() {
    file_.close();
    if (file_.fail()) {
      std::fprintf(stderr, "%s: cannot write this file\n", path_.c_str());
      std::exit(3);
    }
  }
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  void Write(std::string_view text) {
    file_.write(text.data(), static_cast<std::streamsize>(text.size()));
  }

 private:
  const std::string path_;
  std::ofstream file_;
};

// Names that mean the same to all: case apart, the raw bytes are the term.
bool IsForAll(const std::string& term) {
  return std::all_of(term.begin(), term.end(), [](char c) {
    return c >= 0x20 && c < 0x7f &&
           std::string_view("#@$&+%*?{}\"\\<>").find(c) ==
               std::string_view::npos;
  });
}

std::string WithoutEdgeSpaces(const std::string& canonical) {
  return canonical.size() > 2 ? canonical.substr(1, canonical.size() - 2)
                              : std::string();
}

std::string ListId(size_t index) {
  char id[32];
  std::snprintf(id, sizeof id, "t%07zu", index);
  return id;
}

std::string CanonicalField(const ArticleText& text, Field field) {
  const ByteSpan span = text.FieldSpan(field);
  std::string canonical(
      text.canonical().substr(span.begin, span.end - span.begin));
  return WithoutEdgeSpaces(canonical);
}

void WriteArticles(const Inputs& inputs, const std::string& out) {
  OutFile json(out + "/articles.ndjson");
  for (const std::string& line : inputs.lines) {
    json.Write(line);
    json.Write("\n");
  }
  OutFile texts(out + "/texts.bin");
  for (size_t i = 0; i < inputs.articles.size(); ++i) {
    const auto title =
        static_cast<uint32_t>(inputs.articles[i].text_of(Field::kTitle).size());
    const uint32_t sizes[2] = {
        title, static_cast<uint32_t>(inputs.texts[i].size()) - title - 1};
    texts.Write({reinterpret_cast<const char*>(sizes), sizeof sizes});
    texts.Write(inputs.texts[i]);
  }
  OutFile canonical(out + "/canonical.txt");
  for (const ArticleText& text : inputs.canonical) {
    canonical.Write(StrCat(CanonicalField(text, Field::kTitle), "\t",
                           CanonicalField(text, Field::kBody), "\n"));
  }
}

void WriteTerms(const std::vector<std::string>& terms,
                const std::string& stem) {
  OutFile text(stem + ".txt");
  OutFile lists(stem + ".ndjson");
  OutFile prefix(stem + ".prefix");
  for (size_t i = 0; i < terms.size(); ++i) {
    text.Write(terms[i] + "\n");
    std::string json = StrCat("{\"id\":\"", ListId(i), "\",\"terms\":[");
    AppendJsonString(terms[i], &json);
    lists.Write(json + "]}\n");
    prefix.Write(
        StrCat("(term ", WithoutEdgeSpaces(Canonicalize(terms[i])), ")\n"));
  }
}

void WriteBooleanLists(const std::vector<BooleanPair>& pairs,
                       const std::string& stem) {
  OutFile lists(stem + ".ndjson");
  OutFile prefix(stem + ".prefix");
  for (size_t i = 0; i < pairs.size(); ++i) {
    std::string json = StrCat("{\"id\":\"", ListId(i), "\",\"query\":");
    AppendJsonString(pairs[i].query, &json);
    lists.Write(json + "}\n");
    prefix.Write(pairs[i].prefix + "\n");
  }
}

int Run(const std::string& data, const std::string& out, uint64_t megabytes,
        const std::vector<size_t>& term_counts,
        const std::vector<size_t>& list_counts) {
  const absl::StatusOr<Mapping> mapping = LoadMapping("generic");
  const Inputs inputs = Prepare(
      LoadCorpus(data + "/articles/abp.ndjson.zst", megabytes * 1'000'000),
      *mapping);
  if (inputs.canonical.size() != inputs.lines.size()) {
    std::fprintf(stderr, "an article of the data cannot be read\n");
    return 3;
  }
  WriteArticles(inputs, out);
  std::vector<std::string> canonical_texts;
  for (const ArticleText& text : inputs.canonical) {
    canonical_texts.emplace_back(text.canonical());
  }
  std::vector<std::string> all = LoadTerms(data + "/terms");
  std::erase_if(all, [](const std::string& term) { return !IsForAll(term); });
  for (const size_t count : term_counts) {
    WriteTerms(DrawOccurringTerms(all, canonical_texts, count),
               StrCat(out, "/terms_", count));
  }
  constexpr size_t kNames = 10'000;
  std::vector<std::string> names;
  for (const std::string& term :
       DrawOccurringTerms(all, canonical_texts, kNames)) {
    names.push_back(WithoutEdgeSpaces(Canonicalize(term)));
  }
  for (const size_t count : list_counts) {
    WriteBooleanLists(MakeBooleanPairs(names, canonical_texts, count),
                      StrCat(out, "/boolean_", count));
  }
  return 0;
}

}  // namespace
}  // namespace presshawk

int main(int argc, char** argv) {
  std::vector<size_t> term_counts;
  std::vector<size_t> list_counts;
  std::vector<size_t>* counts = &term_counts;
  for (int i = 4; i < argc; ++i) {
    if (std::string_view(argv[i]) == "boolean") {
      counts = &list_counts;
    } else {
      counts->push_back(std::strtoull(argv[i], nullptr, 10));
    }
  }
  if (argc < 5) {
    std::fprintf(stderr,
                 "presshawk_peer_inputs DATA OUT MEGABYTES TERMS... [boolean "
                 "LISTS...]\n");
    return 2;
  }
  return presshawk::Run(argv[1], argv[2], std::strtoull(argv[3], nullptr, 10),
                        term_counts, list_counts);
}
