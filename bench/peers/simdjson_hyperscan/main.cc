// SPDX-License-Identifier: Apache-2.0
// A pipeline as one writes it with the best C++ libraries, each used as its
// documentation shows: simdjson On-Demand's iterate_many over the file,
// Hyperscan literals, pairs out.
//
//   presshawk_peer_simdjson_hyperscan TERMS
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "bench/peers/hyperscan/boundary_scan.h"
#include "bench/peers/session.h"

namespace presshawk {
namespace {

class Pipeline {
 public:
  explicit Pipeline(const std::vector<std::string>& terms) : scan_(terms) {
    for (size_t i = 0; i < terms.size(); ++i) {
      char id[32];
      std::snprintf(id, sizeof id, "\tt%07zu\n", i);
      endings_.emplace_back(id);
    }
    parser_.threaded = false;  // One thread, as all the others.
  }

  PipelineCounts Run(const std::string& in, const std::string& out) {
    PipelineCounts counts;
    simdjson::padded_string json;
    simdjson::ondemand::document_stream articles;
    if (simdjson::padded_string::load(in).get(json) != simdjson::SUCCESS ||
        parser_.iterate_many(json).get(articles) != simdjson::SUCCESS) {
      std::fprintf(stderr, "%s: cannot read this file\n", in.c_str());
      std::exit(3);
    }
    std::FILE* const file = std::fopen(out.c_str(), "w");
    if (file == nullptr) {
      std::fprintf(stderr, "%s: cannot write this file\n", out.c_str());
      std::exit(3);
    }
    for (auto article : articles) {
      std::string_view id;
      std::string_view title;
      std::string_view body;
      if (article["id"].get(id) != simdjson::SUCCESS ||
          article["title"].get(title) != simdjson::SUCCESS ||
          article["body"].get(body) != simdjson::SUCCESS) {
        continue;
      }
      ++counts.articles;
      text_.assign(title).append("\n").append(body);
      scan_.Scan(text_, &found_);
      counts.pairs += found_.size();
      for (const uint32_t term : found_) {
        pairs_.append(id).append(endings_[term]);
      }
      if (pairs_.size() > 1 << 16) {
        std::fwrite(pairs_.data(), 1, pairs_.size(), file);
        pairs_.clear();
      }
    }
    std::fwrite(pairs_.data(), 1, pairs_.size(), file);
    pairs_.clear();
    std::fclose(file);
    return counts;
  }

 private:
  BoundaryScan scan_;
  std::vector<std::string> endings_;  // By term: tab, list id, line feed.
  simdjson::ondemand::parser parser_;
  std::string text_;
  std::string pairs_;
  std::vector<uint32_t> found_;
};

}  // namespace
}  // namespace presshawk

int main(int argc, char** argv) {
  if (argc != 2) {
    return 2;
  }
  const std::vector<std::string> terms = presshawk::ReadPeerTerms(argv[1]);
  std::unique_ptr<presshawk::Pipeline> pipeline;
  const double build_seconds = presshawk::SecondsOf(
      [&] { pipeline = std::make_unique<presshawk::Pipeline>(terms); });
  return presshawk::ServePipeline(
      "simdjson and Hyperscan", build_seconds,
      [&](const std::string& in, const std::string& out) {
        return pipeline->Run(in, out);
      });
}
