// SPDX-License-Identifier: Apache-2.0
#include "matchers/tokens/token_engine.h"

#include <utility>

#include "core/base/huge_pages.h"
#include "matchers/tokens/token_index.h"
#include "matchers/tokens/token_scan.h"

namespace presshawk {
namespace {

using tokens::TokenIndex;

tokens::ScanFunction ScanFor(Kernel kernel) {
#if defined(__x86_64__)
  switch (kernel) {
    case Kernel::kAvx512:
      return &tokens::ScanAvx512;
    case Kernel::kAvx2:
      return &tokens::ScanAvx2;
    case Kernel::kPortable:
      break;
  }
#else
  (void)kernel;
#endif
  return &tokens::ScanPortable;
}

class TokenScanner : public TermScanner {
 public:
  TokenScanner(const TokenIndex& index, tokens::ScanFunction scan)
      : index_(index), scan_(scan) {}

  bool Scan(std::string_view canonical, HitStore* hits) override {
    if (!index_.empty()) {
      scan_(index_, canonical, hits);
    }
    return true;
  }

 private:
  const TokenIndex& index_;
  const tokens::ScanFunction scan_;
};

class TokenEngine : public TermEngine {
 public:
  TokenEngine(TokenIndex index, Kernel kernel)
      : index_(std::move(index)), scan_(ScanFor(kernel)) {
    HugePageArchive huge_pages;
    TokenIndex::Transfer(&index_, &huge_pages);
  }

  absl::StatusOr<std::unique_ptr<TermScanner>> NewScanner() const override {
    return std::make_unique<TokenScanner>(index_, scan_);
  }
  void Save(SectionWriter* writer) const override {
    TokenIndex::Transfer(&index_, writer);
  }

 private:
  const TokenIndex index_;
  const tokens::ScanFunction scan_;
};

}  // namespace

bool IsForTokenEngine(const Pattern& pattern) {
  return TokenIndex::Takes(pattern);
}

std::unique_ptr<const TermEngine> CompileTokenEngine(
    absl::Span<const Pattern> patterns, Kernel kernel) {
  return std::make_unique<const TokenEngine>(TokenIndex(patterns), kernel);
}

std::unique_ptr<const TermEngine> OpenTokenEngine(SectionReader* reader,
                                                  PatternClaims* claims,
                                                  Kernel kernel) {
  TokenIndex index;
  TokenIndex::Transfer(&index, reader);
  if (!reader->ok() || !index.IsSound(claims)) {
    return nullptr;
  }
  return std::make_unique<const TokenEngine>(std::move(index), kernel);
}

}  // namespace presshawk
