#include "matchers/hyperscan/literal_engine.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/str_cat.h"
#include "matchers/hyperscan/hyperscan_handles.h"
#include "matchers/plan/wildcard.h"

namespace presshawk {
namespace {

// What stands behind literal `i`: below `literals` the pattern of that size,
// else the wildcards that share a piece.
struct Wildcard {
  PatternId pattern;
  uint32_t index;  // Among all wildcards.
  WildcardPattern verify;
};
struct Compiled {
  DatabasePtr database;  // Null where there is no pattern.
  // By literal id. Of plain patterns the id and the size between the spaces;
  // size 0 marks a piece: `pattern` is then an index into `pieces`.
  struct Literal {
    PatternId pattern;
    uint32_t size;
  };
  std::vector<Literal> literals;
  std::vector<std::vector<Wildcard>> pieces;
  uint32_t wildcards = 0;
};

class HyperscanScanner : public TermScanner {
 public:
  HyperscanScanner(const Compiled& compiled, ScratchPtr scratch)
      : compiled_(compiled), scratch_(std::move(scratch)) {}

  bool Scan(std::string_view canonical, HitStore* hits) override {
    if (compiled_.database == nullptr) {
      return true;
    }
    canonical_ = canonical;
    hits_ = hits;
    checked_until_.assign(compiled_.wildcards, 0);
    return hs_scan(compiled_.database.get(), canonical.data(),
                   static_cast<unsigned>(canonical.size()), 0, scratch_.get(),
                   &HyperscanScanner::OnMatch, this) == HS_SUCCESS;
  }

 private:
  static int OnMatch(unsigned id, unsigned long long /*from*/,
                     unsigned long long to, unsigned /*flags*/, void* self) {
    auto* scanner = static_cast<HyperscanScanner*>(self);
    const Compiled::Literal literal = scanner->compiled_.literals[id];
    const auto end = static_cast<uint32_t>(to);
    if (literal.size != 0) {
      scanner->hits_->Add(literal.pattern, {end - 1 - literal.size, end - 1});
    } else {
      scanner->VerifyPiece(literal.pattern, end);
    }
    return 0;
  }

  void VerifyPiece(uint32_t piece, uint32_t end) {
    for (const Wildcard& wildcard : compiled_.pieces[piece]) {
      const std::string_view text = wildcard.verify.piece();
      const uint32_t begin = end - static_cast<uint32_t>(text.size()) +
                             (text.front() == ' ' ? 1 : 0);
      uint32_t& checked_until = checked_until_[wildcard.index];
      if (begin < checked_until) {
        continue;
      }
      const WildcardPattern::Verdict verdict =
          wildcard.verify.Verify(canonical_, end);
      checked_until = verdict.same_until;
      if (verdict.holds) {
        hits_->Add(wildcard.pattern, verdict.span);
      }
    }
  }

  const Compiled& compiled_;
  const ScratchPtr scratch_;
  std::string_view canonical_;
  HitStore* hits_ = nullptr;
  // By wildcard: pieces that begin before it were answered.
  std::vector<uint32_t> checked_until_;
};

class HyperscanEngine : public TermEngine {
 public:
  explicit HyperscanEngine(Compiled compiled)
      : compiled_(std::move(compiled)) {}

  absl::StatusOr<std::unique_ptr<TermScanner>> NewScanner() const override {
    hs_scratch_t* scratch = nullptr;
    if (compiled_.database != nullptr &&
        hs_alloc_scratch(compiled_.database.get(), &scratch) != HS_SUCCESS) {
      return absl::ResourceExhaustedError(
          "no memory for Hyperscan's scratch space");
    }
    return std::make_unique<HyperscanScanner>(compiled_, ScratchPtr(scratch));
  }

 private:
  const Compiled compiled_;
};

absl::Status CompileDatabase(const std::vector<std::string_view>& literals,
                             DatabasePtr* database) {
  if (literals.empty()) {
    return absl::OkStatus();
  }
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  std::vector<unsigned> ids;
  for (const std::string_view literal : literals) {
    ids.push_back(static_cast<unsigned>(ids.size()));
    texts.push_back(literal.data());
    sizes.push_back(literal.size());
  }
  const std::vector<unsigned> flags(literals.size(), 0);
  hs_database_t* compiled = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), sizes.data(),
                           static_cast<unsigned>(literals.size()),
                           HS_MODE_BLOCK, nullptr, &compiled,
                           &error) != HS_SUCCESS) {
    return absl::ResourceExhaustedError(
        StrCat("Hyperscan cannot compile ", literals.size(),
               " literals: ", TakeMessage(error)));
  }
  database->reset(compiled);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<const TermEngine>> CompileLiteralEngine(
    absl::Span<const Pattern> patterns, bool (*leaves_out)(const Pattern&)) {
  Compiled compiled;
  std::vector<std::string_view> literals;
  absl::flat_hash_map<std::string, uint32_t> pieces;
  for (PatternId id = 0; id < patterns.size(); ++id) {
    const Pattern& pattern = patterns[id];
    if (pattern.regex != nullptr ||
        (leaves_out != nullptr && leaves_out(pattern))) {
      continue;
    }
    if (!pattern.has_wildcards) {
      literals.push_back(pattern.text);
      compiled.literals.push_back(
          {id, static_cast<uint32_t>(pattern.text.size() - 2)});
      continue;
    }
    WildcardPattern verify(pattern.text);
    const auto [at, added] =
        pieces.try_emplace(std::string(verify.piece()),
                           static_cast<uint32_t>(compiled.pieces.size()));
    if (added) {
      compiled.pieces.emplace_back();
    }
    compiled.pieces[at->second].push_back(
        {id, compiled.wildcards++, std::move(verify)});
  }
  for (uint32_t piece = 0; piece < compiled.pieces.size(); ++piece) {
    literals.push_back(compiled.pieces[piece].front().verify.piece());
    compiled.literals.push_back({piece, 0});
  }
  absl::Status status = CompileDatabase(literals, &compiled.database);
  if (!status.ok()) {
    return status;
  }
  return std::make_unique<const HyperscanEngine>(std::move(compiled));
}

}  // namespace presshawk
