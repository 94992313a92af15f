// SPDX-License-Identifier: Apache-2.0
// What every C++ peer shares: the inputs as the driver (peers.py) makes them,
// and the conversation with it. The peers in other languages speak the same.
//
//   PEER TEXTS TERMS         a matcher: texts in memory, one pass a command
//     < run FIRST COUNT          > {"seconds":…,"articles":…,"pairs":…,"sum":…}
//     < pairs FIRST COUNT FILE   > the same; FILE: article<TAB>term, by index
//   PEER TERMS               a pipeline: articles as JSON in a file
//     < run IN OUT               > the same; OUT: article id<TAB>list id
//
// Before its first command a peer prints {"ready":…,"build_seconds":…,
// "resident_mb":…}. The end of its input ends it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

struct PeerText {
  uint32_t title_bytes;
  std::string_view text;  // title, "\n", body
};

class PeerTexts {
 public:
  // Ends the program with a message where the file cannot be read.
  explicit PeerTexts(const std::string& path);
  PeerTexts(const PeerTexts&) = delete;
  PeerTexts& operator=(const PeerTexts&) = delete;

  const std::vector<PeerText>& all() const { return all_; }

 private:
  std::string bytes_;
  std::vector<PeerText> all_;
};

// One term a line.
std::vector<std::string> ReadPeerTerms(const std::string& path);

// Seconds of `build`.
double SecondsOf(const std::function<void()>& build);

// Replaces *terms with the distinct terms that occur in `text`.
using MatchText =
    std::function<void(const PeerText& text, std::vector<uint32_t>* terms)>;

// Answers commands until the end of standard input. Returns the exit status.
int ServeMatcher(std::string_view ready, double build_seconds,
                 const PeerTexts& texts, const MatchText& match);

struct PipelineCounts {
  uint64_t articles = 0;
  uint64_t pairs = 0;
};
using RunPipeline = std::function<PipelineCounts(const std::string& in,
                                                 const std::string& out)>;
int ServePipeline(std::string_view ready, double build_seconds,
                  const RunPipeline& run);

}  // namespace presshawk
