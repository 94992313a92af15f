// SPDX-License-Identifier: Apache-2.0
#include "bench/peers/session.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

namespace presshawk {
namespace {

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(3);
}

double ResidentMegabytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmRSS:")) {
      return std::strtod(line.c_str() + 6, nullptr) / 1024;
    }
  }
  return 0;
}

void PrintReady(std::string_view ready, double build_seconds) {
  std::printf(
      "{\"ready\":\"%.*s\",\"build_seconds\":%.3f,\"resident_mb\":%.0f}\n",
      static_cast<int>(ready.size()), ready.data(), build_seconds,
      ResidentMegabytes());
  std::fflush(stdout);
}

void PrintRun(double seconds, uint64_t articles, uint64_t pairs, uint64_t sum) {
  std::printf(
      "{\"seconds\":%.6f,\"articles\":%llu,\"pairs\":%llu,\"sum\":%llu,"
      "\"resident_mb\":%.0f}\n",
      seconds, static_cast<unsigned long long>(articles),
      static_cast<unsigned long long>(pairs),
      static_cast<unsigned long long>(sum), ResidentMegabytes());
  std::fflush(stdout);
}

}  // namespace

PeerTexts::PeerTexts(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  if (!(content << file.rdbuf())) {
    Fail(path + ": cannot read this file");
  }
  bytes_ = content.str();
  for (size_t at = 0; at + 8 <= bytes_.size();) {
    uint32_t sizes[2];  // Of title and body.
    std::memcpy(sizes, bytes_.data() + at, sizeof sizes);
    const size_t size = size_t{sizes[0]} + 1 + sizes[1];
    all_.push_back({sizes[0], std::string_view(bytes_).substr(at + 8, size)});
    at += 8 + size;
  }
}

std::vector<std::string> ReadPeerTerms(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    Fail(path + ": cannot read this file");
  }
  std::vector<std::string> terms;
  for (std::string line; std::getline(file, line);) {
    terms.push_back(line);
  }
  return terms;
}

double SecondsOf(const std::function<void()>& build) {
  const auto begin = std::chrono::steady_clock::now();
  build();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

int ServeMatcher(std::string_view ready, double build_seconds,
                 const PeerTexts& texts, const MatchText& match) {
  PrintReady(ready, build_seconds);
  std::vector<uint32_t> terms;
  std::string command;
  while (std::cin >> command) {
    size_t first = 0;
    size_t count = 0;
    std::string path;
    std::cin >> first >> count;
    if (command == "pairs") {
      std::cin >> path;
    }
    std::FILE* const out =
        path.empty() ? nullptr : std::fopen(path.c_str(), "w");
    const size_t end = std::min(first + count, texts.all().size());
    uint64_t pairs = 0;
    uint64_t sum = 0;
    const double seconds = SecondsOf([&] {
      for (size_t i = first; i < end; ++i) {
        match(texts.all()[i], &terms);
        pairs += terms.size();
        for (const uint32_t term : terms) {
          sum += i * 2654435761U + term * 40503ULL;
          if (out != nullptr) {
            std::fprintf(out, "%zu\t%u\n", i, term);
          }
        }
      }
    });
    if (out != nullptr) {
      std::fclose(out);
    }
    PrintRun(seconds, end - std::min(first, end), pairs, sum);
  }
  return 0;
}

int ServePipeline(std::string_view ready, double build_seconds,
                  const RunPipeline& run) {
  PrintReady(ready, build_seconds);
  std::string command;
  std::string in;
  std::string out;
  while (std::cin >> command >> in >> out) {
    PipelineCounts counts;
    const double seconds = SecondsOf([&] { counts = run(in, out); });
    PrintRun(seconds, counts.articles, counts.pairs, 0);
  }
  return 0;
}

}  // namespace presshawk
