// SPDX-License-Identifier: Apache-2.0
#include "bench/peers/hyperscan/boundary_scan.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace presshawk {
namespace {

constexpr std::array<bool, 256> MakeWordBytes() {
  std::array<bool, 256> is_word{};
  for (unsigned c = 0; c < 256; ++c) {
    is_word[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                 (c >= 'a' && c <= 'z') || c == '_' || c >= 0x80;
  }
  return is_word;
}
constexpr std::array<bool, 256> kIsWord = MakeWordBytes();

bool IsWord(char c) { return kIsWord[static_cast<unsigned char>(c)]; }

}  // namespace

BoundaryScan::BoundaryScan(const std::vector<std::string>& terms)
    : seen_in_(terms.size()) {
  std::vector<const char*> literals;
  std::vector<unsigned> ids;
  const std::vector<unsigned> flags(terms.size(), HS_FLAG_CASELESS);
  for (const std::string& term : terms) {
    ids.push_back(static_cast<unsigned>(ids.size()));
    literals.push_back(term.data());
    sizes_.push_back(term.size());
  }
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(literals.data(), flags.data(), ids.data(),
                           sizes_.data(), static_cast<unsigned>(terms.size()),
                           HS_MODE_BLOCK, nullptr, &database_,
                           &error) != HS_SUCCESS ||
      hs_alloc_scratch(database_, &scratch_) != HS_SUCCESS) {
    std::fprintf(stderr, "Hyperscan: %s\n", error ? error->message : "memory");
    std::exit(3);
  }
}

BoundaryScan::~BoundaryScan() {
  hs_free_scratch(scratch_);
  hs_free_database(database_);
}

void BoundaryScan::Scan(std::string_view text, std::vector<uint32_t>* found) {
  ++scan_;
  text_ = text;
  found_ = found;
  found->clear();
  hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0,
          scratch_, &OnMatch, this);
}

int BoundaryScan::OnMatch(unsigned id, unsigned long long /*from*/,
                          unsigned long long to, unsigned /*flags*/,
                          void* self) {
  BoundaryScan& scan = *static_cast<BoundaryScan*>(self);
  const size_t begin = to - scan.sizes_[id];
  const bool whole = (begin == 0 || !IsWord(scan.text_[begin - 1])) &&
                     (to == scan.text_.size() || !IsWord(scan.text_[to]));
  if (whole && scan.seen_in_[id] != scan.scan_) {
    scan.seen_in_[id] = scan.scan_;
    scan.found_->push_back(id);
  }
  return 0;
}

}  // namespace presshawk
