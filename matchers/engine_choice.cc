#include "matchers/engine_choice.h"

#include <algorithm>
#include <utility>

#include "matchers/hyperscan/literal_engine.h"
#include "matchers/tokens/token_engine.h"

namespace presshawk {
namespace {

// Two engines that share the patterns between them.
class PairScanner : public TermScanner {
 public:
  PairScanner(std::unique_ptr<TermScanner> first,
              std::unique_ptr<TermScanner> second)
      : first_(std::move(first)), second_(std::move(second)) {}

  bool Scan(std::string_view canonical, HitStore* hits) override {
    return first_->Scan(canonical, hits) && second_->Scan(canonical, hits);
  }

 private:
  const std::unique_ptr<TermScanner> first_, second_;
};

class PairEngine : public TermEngine {
 public:
  PairEngine(std::unique_ptr<const TermEngine> first,
             std::unique_ptr<const TermEngine> second)
      : first_(std::move(first)), second_(std::move(second)) {}

  absl::StatusOr<std::unique_ptr<TermScanner>> NewScanner() const override {
    auto first = first_->NewScanner();
    if (!first.ok()) {
      return first;
    }
    auto second = second_->NewScanner();
    if (!second.ok()) {
      return second;
    }
    return std::make_unique<PairScanner>(*std::move(first), *std::move(second));
  }

 private:
  const std::unique_ptr<const TermEngine> first_, second_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<const TermEngine>> CompileTermEngine(
    absl::Span<const Pattern> patterns, QuerySet::Engine engine) {
  const auto for_tokens = static_cast<size_t>(
      std::count_if(patterns.begin(), patterns.end(), &IsForTokenEngine));
  if (engine == QuerySet::Engine::kHyperscan ||
      (engine == QuerySet::Engine::kAuto &&
       for_tokens < kTokenEngineTermsMin)) {
    return CompileLiteralEngine(patterns);
  }
  std::unique_ptr<const TermEngine> tokens = CompileTokenEngine(patterns);
  const bool all =
      std::all_of(patterns.begin(), patterns.end(), [](const Pattern& pattern) {
        return pattern.regex != nullptr || IsForTokenEngine(pattern);
      });
  if (all) {
    return tokens;
  }
  auto literals = CompileLiteralEngine(patterns, &IsForTokenEngine);
  if (!literals.ok()) {
    return literals;
  }
  return std::make_unique<const PairEngine>(std::move(tokens),
                                            *std::move(literals));
}

}  // namespace presshawk
