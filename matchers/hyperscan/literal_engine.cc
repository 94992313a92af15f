// SPDX-License-Identifier: Apache-2.0
#include "matchers/hyperscan/literal_engine.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/flat_array.h"
#include "core/base/str_cat.h"
#include "matchers/hyperscan/hyperscan_file.h"
#include "matchers/hyperscan/hyperscan_handles.h"
#include "matchers/plan/wildcard.h"

namespace presshawk {
namespace {

// Wildcards, and what is too long for a literal.
bool IsFoundByPiece(const Pattern& pattern) {
  return pattern.has_wildcards ||
         pattern.text.size() > WildcardPattern::kPieceBytesMax;
}

struct Wildcard {
  PatternId pattern;
  uint32_t index;  // Among all wildcards.
  WildcardPattern verify;
};

// The patterns behind the literals: plain ones first, then the pieces of
// wildcards.
class Literals {
 public:
  // By literal id. Of plain patterns the id and the size between the spaces;
  // size 0 marks a piece: `pattern` is then an index into pieces().
  struct Literal {
    PatternId pattern;
    uint32_t size;
  };

  // REQUIRES: plain ones first.
  void Add(PatternId id, const Pattern& pattern) {
    if (IsFoundByPiece(pattern)) {
      wildcard_ids_.push_back(id);
      wildcard_texts_.Add(pattern.text);
    } else {
      plain_.push_back({id, static_cast<uint32_t>(pattern.text.size() - 2)});
    }
  }
  // Makes the pieces, once all patterns are there.
  void Finish() {
    literals_.assign(plain_.begin(), plain_.end());
    absl::flat_hash_map<std::string, uint32_t> known;
    for (uint32_t i = 0; i < wildcard_ids_.size(); ++i) {
      WildcardPattern verify(wildcard_texts_[i]);
      const auto piece = static_cast<uint32_t>(pieces_.size());
      const auto [at, added] =
          known.try_emplace(std::string(verify.piece()), piece);
      if (added) {
        pieces_.emplace_back();
        literals_.push_back({piece, 0});
      }
      pieces_[at->second].push_back({wildcard_ids_[i], i, std::move(verify)});
    }
  }

  // Whether what was opened can be finished; claims the patterns.
  bool IsSound(PatternClaims* claims) const {
    if (!wildcard_texts_.IsSound() ||
        wildcard_texts_.size() != wildcard_ids_.size()) {
      return false;
    }
    for (const Literal& literal : plain_) {
      if (literal.size == 0 || literal.size > WildcardPattern::kPieceBytesMax ||
          !claims->Claim(literal.pattern, PatternClaims::By::kTermEngine)) {
        return false;
      }
    }
    for (uint32_t i = 0; i < wildcard_ids_.size(); ++i) {
      if (!IsPatternText(wildcard_texts_[i]) ||
          !claims->Claim(wildcard_ids_[i], PatternClaims::By::kTermEngine)) {
        return false;
      }
    }
    return true;
  }
  template <typename Self, typename Archive>
  static void Transfer(Self* self, Archive* archive) {
    archive->Array(&self->plain_);
    archive->Array(&self->wildcard_ids_);
    StringPool::Transfer(&self->wildcard_texts_, archive);
  }

  const Literal& operator[](size_t id) const { return literals_[id]; }
  const std::vector<std::vector<Wildcard>>& pieces() const { return pieces_; }
  size_t wildcards() const { return wildcard_ids_.size(); }

 private:
  FlatArray<Literal> plain_;
  FlatArray<PatternId> wildcard_ids_;
  StringPool wildcard_texts_;
  // Made by Finish().
  std::vector<Literal> literals_;
  std::vector<std::vector<Wildcard>> pieces_;  // Wildcards that share a piece.
};

struct Compiled {
  DatabasePtr database;  // Null where there is no pattern.
  Literals literals;
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
    checked_until_.assign(compiled_.literals.wildcards(), 0);
    return hs_scan(compiled_.database.get(), canonical.data(),
                   static_cast<unsigned>(canonical.size()), 0, scratch_.get(),
                   &HyperscanScanner::OnMatch, this) == HS_SUCCESS;
  }

 private:
  static int OnMatch(unsigned id, unsigned long long /*from*/,
                     unsigned long long to, unsigned /*flags*/, void* self) {
    auto* scanner = static_cast<HyperscanScanner*>(self);
    const Literals::Literal literal = scanner->compiled_.literals[id];
    const auto end = static_cast<uint32_t>(to);
    if (literal.size != 0) {
      scanner->hits_->Add(literal.pattern, {end - 1 - literal.size, end - 1});
    } else {
      scanner->VerifyPiece(literal.pattern, end);
    }
    return 0;
  }

  void VerifyPiece(uint32_t piece, uint32_t end) {
    for (const Wildcard& wildcard : compiled_.literals.pieces()[piece]) {
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
  // By wildcard: places of its piece before this byte were verified.
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
  void Save(SectionWriter* writer) const override {
    Literals::Transfer(&compiled_.literals, writer);
    SaveDatabase(compiled_.database.get(), writer);
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
  std::vector<std::string_view> texts;
  for (const bool wildcards : {false, true}) {
    for (PatternId id = 0; id < patterns.size(); ++id) {
      const Pattern& pattern = patterns[id];
      if (pattern.regex == nullptr && IsFoundByPiece(pattern) == wildcards &&
          (leaves_out == nullptr || !leaves_out(pattern))) {
        compiled.literals.Add(id, pattern);
        if (!wildcards) {
          texts.push_back(pattern.text);
        }
      }
    }
  }
  compiled.literals.Finish();
  for (const std::vector<Wildcard>& piece : compiled.literals.pieces()) {
    texts.push_back(piece.front().verify.piece());
  }
  absl::Status status = CompileDatabase(texts, &compiled.database);
  if (!status.ok()) {
    return status;
  }
  return std::make_unique<const HyperscanEngine>(std::move(compiled));
}

absl::StatusOr<std::unique_ptr<const TermEngine>> OpenLiteralEngine(
    SectionReader* reader, PatternClaims* claims) {
  Compiled compiled;
  Literals::Transfer(&compiled.literals, reader);
  absl::StatusOr<DatabasePtr> database = OpenDatabase(reader);
  if (!database.ok()) {
    return database.status();
  }
  if (!reader->ok() || !compiled.literals.IsSound(claims)) {
    return absl::DataLossError("a literal has no pattern");
  }
  compiled.literals.Finish();
  compiled.database = *std::move(database);
  return std::make_unique<const HyperscanEngine>(std::move(compiled));
}

}  // namespace presshawk
