// SPDX-License-Identifier: Apache-2.0
#include "matchers/engine_choice.h"

#include <algorithm>
#include <utility>

#include "matchers/hyperscan/literal_engine.h"
#include "matchers/tokens/token_engine.h"

namespace presshawk {
namespace {

// The engines share the patterns between them; either may be null.
class SharedScanner : public TermScanner {
 public:
  SharedScanner(std::unique_ptr<TermScanner> tokens,
                std::unique_ptr<TermScanner> literals)
      : tokens_(std::move(tokens)), literals_(std::move(literals)) {}

  bool Scan(std::string_view canonical, HitStore* hits) override {
    return (tokens_ == nullptr || tokens_->Scan(canonical, hits)) &&
           (literals_ == nullptr || literals_->Scan(canonical, hits));
  }

 private:
  const std::unique_ptr<TermScanner> tokens_, literals_;
};

class SharedEngine : public TermEngine {
 public:
  SharedEngine(std::unique_ptr<const TermEngine> tokens,
               std::unique_ptr<const TermEngine> literals)
      : tokens_(std::move(tokens)), literals_(std::move(literals)) {}

  absl::StatusOr<std::unique_ptr<TermScanner>> NewScanner() const override {
    std::unique_ptr<TermScanner> scanners[2];
    const TermEngine* const engines[] = {tokens_.get(), literals_.get()};
    for (size_t i = 0; i < 2; ++i) {
      if (engines[i] != nullptr) {
        auto scanner = engines[i]->NewScanner();
        if (!scanner.ok()) {
          return scanner;
        }
        scanners[i] = *std::move(scanner);
      }
    }
    if (scanners[0] == nullptr) {
      return std::move(scanners[1]);
    }
    return std::make_unique<SharedScanner>(std::move(scanners[0]),
                                           std::move(scanners[1]));
  }

  void Save(SectionWriter* writer) const override {
    for (const auto* const engine : {&tokens_, &literals_}) {
      const uint8_t is_there = *engine != nullptr ? 1 : 0;
      writer->Value(&is_there);
      if (is_there != 0) {
        (*engine)->Save(writer);
      }
    }
  }

 private:
  const std::unique_ptr<const TermEngine> tokens_, literals_;
};

size_t CountForTokens(absl::Span<const Pattern> patterns) {
  return static_cast<size_t>(
      std::count_if(patterns.begin(), patterns.end(), &IsForTokenEngine));
}

bool TakesTokenEngine(absl::Span<const Pattern> patterns,
                      QuerySet::Engine engine) {
  return engine == QuerySet::Engine::kTokens ||
         (engine == QuerySet::Engine::kAuto &&
          CountForTokens(patterns) >= kTokenEngineTermsMin);
}

}  // namespace

EngineUse CountEngineUse(absl::Span<const Pattern> patterns,
                         QuerySet::Engine engine) {
  EngineUse use;
  for (const Pattern& pattern : patterns) {
    use.regexes += pattern.regex != nullptr ? 1 : 0;
  }
  if (TakesTokenEngine(patterns, engine)) {
    use.tokens = CountForTokens(patterns);
  }
  use.hyperscan = patterns.size() - use.regexes - use.tokens;
  return use;
}

absl::StatusOr<std::unique_ptr<const TermEngine>> CompileTermEngine(
    absl::Span<const Pattern> patterns, QuerySet::Engine engine) {
  if (!TakesTokenEngine(patterns, engine)) {
    auto literals = CompileLiteralEngine(patterns);
    if (!literals.ok()) {
      return literals;
    }
    return std::make_unique<const SharedEngine>(nullptr, *std::move(literals));
  }
  std::unique_ptr<const TermEngine> tokens = CompileTokenEngine(patterns);
  const bool all =
      std::all_of(patterns.begin(), patterns.end(), [](const Pattern& pattern) {
        return pattern.regex != nullptr || IsForTokenEngine(pattern);
      });
  std::unique_ptr<const TermEngine> others;
  if (!all) {
    auto literals = CompileLiteralEngine(patterns, &IsForTokenEngine);
    if (!literals.ok()) {
      return literals;
    }
    others = *std::move(literals);
  }
  return std::make_unique<const SharedEngine>(std::move(tokens),
                                              std::move(others));
}

absl::StatusOr<std::unique_ptr<const TermEngine>> OpenTermEngine(
    SectionReader* reader, PatternClaims* claims) {
  uint8_t has_tokens = 0;
  reader->Value(&has_tokens);
  std::unique_ptr<const TermEngine> tokens;
  if (has_tokens != 0) {
    tokens = OpenTokenEngine(reader, claims);
    if (tokens == nullptr) {
      return absl::DataLossError("the token index is damaged");
    }
  }
  uint8_t has_literals = 0;
  reader->Value(&has_literals);
  std::unique_ptr<const TermEngine> literals;
  if (has_literals != 0) {
    auto opened = OpenLiteralEngine(reader, claims);
    if (!opened.ok()) {
      return opened;
    }
    literals = *std::move(opened);
  }
  if (tokens == nullptr && literals == nullptr) {
    return absl::DataLossError("there is no engine");
  }
  return std::make_unique<const SharedEngine>(std::move(tokens),
                                              std::move(literals));
}

}  // namespace presshawk
