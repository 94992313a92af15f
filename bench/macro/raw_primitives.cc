// SPDX-License-Identifier: Apache-2.0
#include "bench/macro/raw_primitives.h"

#include <simdjson.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>

#include <hs/hs.h>

namespace presshawk {
namespace {

template <typename Take>
void ForEachDocument(const std::vector<std::string>& padded_lines, Take take) {
  static simdjson::ondemand::parser parser;
  for (const std::string& line : padded_lines) {
    simdjson::ondemand::document document;
    const simdjson::padded_string_view json(line.data(), line.size(),
                                            line.capacity());
    if (parser.iterate(json).get(document) == simdjson::SUCCESS) {
      take(document);
    }
  }
}

// Empty where there is no such string.
std::string_view StringOf(simdjson::ondemand::document& document,
                          const char* key) {
  std::string_view value;
  return document[key].get_string().get(value) == simdjson::SUCCESS
             ? value
             : std::string_view();
}

bool IsWord(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_';
}

}  // namespace

uint64_t ReadTitleAndBody(const std::vector<std::string>& padded_lines) {
  uint64_t bytes = 0;
  ForEachDocument(padded_lines, [&bytes](auto& document) {
    bytes += StringOf(document, "title").size();
    bytes += StringOf(document, "body").size();
  });
  return bytes;
}

struct RawHyperscan::State {
  hs_database_t* database = nullptr;
  hs_scratch_t* scratch = nullptr;
  std::vector<uint32_t> sizes;
  std::vector<uint32_t> seen_in;  // By term: the scan that saw it last.
  uint32_t scan = 0;
  std::string_view text;
  uint64_t distinct = 0;
};

RawHyperscan::RawHyperscan(const std::vector<std::string>& terms)
    : state_(std::make_unique<State>()) {
  std::vector<const char*> literals;
  std::vector<size_t> lengths;
  std::vector<unsigned> ids;
  std::vector<unsigned> flags(terms.size(), HS_FLAG_CASELESS);
  for (const std::string& term : terms) {
    ids.push_back(static_cast<unsigned>(literals.size()));
    literals.push_back(term.data());
    lengths.push_back(term.size());
    state_->sizes.push_back(static_cast<uint32_t>(term.size()));
  }
  state_->seen_in.resize(terms.size());
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(
          literals.data(), flags.data(), ids.data(), lengths.data(),
          static_cast<unsigned>(literals.size()), HS_MODE_BLOCK, nullptr,
          &state_->database, &error) != HS_SUCCESS ||
      hs_alloc_scratch(state_->database, &state_->scratch) != HS_SUCCESS) {
    std::fprintf(stderr, "Hyperscan: %s\n", error ? error->message : "memory");
    std::exit(3);
  }
}

RawHyperscan::~RawHyperscan() {
  hs_free_scratch(state_->scratch);
  hs_free_database(state_->database);
}

uint64_t RawHyperscan::CountDistinct(std::string_view text,
                                     std::string_view other) {
  State& state = *state_;
  ++state.scan;
  state.distinct = 0;
  const auto on_match = [](unsigned id, unsigned long long,
                           unsigned long long to, unsigned, void* context) {
    State& s = *static_cast<State*>(context);
    const size_t begin = to - s.sizes[id];
    const bool whole = (begin == 0 || !IsWord(s.text[begin - 1])) &&
                       (to == s.text.size() || !IsWord(s.text[to]));
    if (whole && s.seen_in[id] != s.scan) {
      s.seen_in[id] = s.scan;
      ++s.distinct;
    }
    return 0;
  };
  for (const std::string_view each : {text, other}) {
    state.text = each;
    hs_scan(state.database, each.data(), static_cast<unsigned>(each.size()), 0,
            state.scratch, on_match, &state);
  }
  return state.distinct;
}

uint64_t CountPairs(const std::vector<std::string>& padded_lines,
                    RawHyperscan* hyperscan) {
  uint64_t pairs = 0;
  ForEachDocument(padded_lines, [&](auto& document) {
    const std::string_view id = StringOf(document, "id");
    const std::string_view title = StringOf(document, "title");
    const std::string_view body = StringOf(document, "body");
    pairs += id.empty() ? 0 : hyperscan->CountDistinct(title, body);
  });
  return pairs;
}

}  // namespace presshawk
