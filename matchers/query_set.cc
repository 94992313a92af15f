#include "matchers/query_set.h"

#include <string>
#include <utility>

#include "core/base/check.h"
#include "matchers/engine_choice.h"
#include "matchers/hyperscan/regex_engine.h"
#include "matchers/list_check.h"
#include "matchers/plan/evaluator.h"
#include "matchers/watchlist_version.h"

namespace presshawk {
namespace {

class QueryMatcher : public Matcher {
 public:
  QueryMatcher(const Program& program, const Triggers& triggers,
               bool use_triggers, std::unique_ptr<TermScanner> scanner,
               std::unique_ptr<RegexScanner> regex_scanner)
      : scanner_(std::move(scanner)),
        regex_scanner_(std::move(regex_scanner)),
        hits_(program.patterns.size()),
        evaluator_(program, triggers) {
    evaluator_.set_ignore_triggers(!use_triggers);
  }

  bool Scan(const ArticleText& text) override {
    hits_.Clear();
    return scanner_->Scan(text.canonical(), &hits_) &&
           (regex_scanner_ == nullptr || regex_scanner_->Scan(text, &hits_));
  }
  void Evaluate(const Article& article, const ArticleText& text,
                std::vector<ListSlot>* slots) override {
    evaluator_.Evaluate(article, text, hits_, slots);
  }
  absl::Span<const AbandonedEvaluation> abandoned() const override {
    return evaluator_.abandoned();
  }
  void CollectHits(ListSlot slot, const ArticleText& text,
                   std::vector<Hit>* hits) override {
    evaluator_.CollectHits(slot, text, hits);
  }

 private:
  const std::unique_ptr<TermScanner> scanner_;
  const std::unique_ptr<RegexScanner> regex_scanner_;  // Null for no regex.
  HitStore hits_;
  Evaluator evaluator_;
};

class CompiledQuerySet : public QuerySet {
 public:
  CompiledQuerySet(Program program, bool use_triggers,
                   std::unique_ptr<const TermEngine> engine,
                   std::unique_ptr<const RegexEngine> regex_engine,
                   std::vector<WatchListInfo> lists,
                   std::vector<Diagnostic> diagnostics)
      : program_(std::move(program)),
        triggers_(program_),
        use_triggers_(use_triggers),
        engine_(std::move(engine)),
        regex_engine_(std::move(regex_engine)),
        lists_(std::move(lists)),
        id_(GenerationId(lists_)),
        diagnostics_(std::move(diagnostics)) {}

  std::string_view id() const override { return id_; }
  size_t size() const override { return lists_.size(); }
  const WatchListInfo& list(ListSlot slot) const override {
    return lists_[slot];
  }
  std::unique_ptr<Matcher> NewMatcher() const override {
    absl::StatusOr<std::unique_ptr<TermScanner>> scanner =
        engine_->NewScanner();
    PRESSHAWK_CHECK(scanner.ok());  // Fails on exhausted memory only.
    std::unique_ptr<RegexScanner> regex_scanner;
    if (regex_engine_ != nullptr) {
      auto regexes = regex_engine_->NewScanner();
      PRESSHAWK_CHECK(regexes.ok());
      regex_scanner = *std::move(regexes);
    }
    return std::make_unique<QueryMatcher>(program_, triggers_, use_triggers_,
                                          *std::move(scanner),
                                          std::move(regex_scanner));
  }
  const std::vector<Diagnostic>& diagnostics() const override {
    return diagnostics_;
  }

 private:
  const Program program_;
  const Triggers triggers_;
  const bool use_triggers_;
  const std::unique_ptr<const TermEngine> engine_;
  const std::unique_ptr<const RegexEngine> regex_engine_;  // Null for no regex.
  const std::vector<WatchListInfo> lists_;
  const std::string id_;
  const std::vector<Diagnostic> diagnostics_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const QuerySet>> QuerySet::Compile(
    const std::vector<WatchList>& lists, const Options& options) {
  CheckedLists checked = CheckLists(lists);
  Program program;
  ProgramBuilder builder(checked.parsed, checked.by_id, &program);
  std::vector<WatchListInfo> infos;
  infos.reserve(checked.good.size());
  for (const uint32_t index : checked.good) {
    builder.Add(index);
    const WatchList& list = lists[index];
    infos.push_back({list.id, list.name, std::move(checked.versions[index]),
                     LabelsJson(list.labels)});
  }
  auto engine = CompileTermEngine(program.patterns, options.engine);
  if (!engine.ok()) {
    return engine.status();
  }
  auto regex_engine = CompileRegexEngine(program.patterns);
  if (!regex_engine.ok()) {
    return regex_engine.status();
  }
  return std::make_shared<const CompiledQuerySet>(
      std::move(program), options.use_triggers, *std::move(engine),
      *std::move(regex_engine), std::move(infos),
      std::move(checked.diagnostics));
}

}  // namespace presshawk
