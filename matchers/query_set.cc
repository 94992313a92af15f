#include "matchers/query_set.h"

#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/base/huge_pages.h"
#include "core/base/str_cat.h"
#include "matchers/engine_choice.h"
#include "matchers/plan/evaluator.h"
#include "matchers/plan/trigger_planner.h"
#include "matchers/query_set_parts.h"
#include "matchers/sections/build_id.h"
#include "matchers/watchlist_version.h"

namespace presshawk {
namespace {

class QueryMatcher : public Matcher {
 public:
  QueryMatcher(const Program& program, TriggerPlanner* planner,
               std::unique_ptr<TermScanner> scanner,
               std::unique_ptr<RegexScanner> regex_scanner)
      : scanner_(std::move(scanner)),
        regex_scanner_(std::move(regex_scanner)),
        hits_(program.patterns),
        evaluator_(program, *planner),
        sample_(program.patterns, planner) {}

  bool Scan(const ArticleText& text) override {
    hits_.Clear();
    return scanner_->Scan(text.canonical(), &hits_) &&
           (regex_scanner_ == nullptr || regex_scanner_->Scan(text, &hits_));
  }
  void Evaluate(const Article& article, const ArticleText& text,
                std::vector<ListSlot>* slots) override {
    evaluator_.Evaluate(article, text, hits_, slots);
    sample_.Add(hits_, evaluator_.evaluated() - slots->size());
  }
  size_t evaluated() const override { return evaluator_.evaluated(); }
  absl::Span<const AbandonedEvaluation> abandoned() const override {
    return evaluator_.abandoned();
  }
  void CollectHits(ListSlot slot, const ArticleText& text,
                   std::vector<Hit>* hits) override {
    evaluator_.CollectHits(slot, text, hits);
  }
  void RecordTo(EvaluationRecord* record) { evaluator_.RecordTo(record); }

 private:
  const std::unique_ptr<TermScanner> scanner_;
  const std::unique_ptr<RegexScanner> regex_scanner_;  // Null for no regex.
  HitStore hits_;
  Evaluator evaluator_;
  TriggerSample sample_;
};

class CompiledQuerySet : public QuerySet {
 public:
  explicit CompiledQuerySet(QueryParts parts)
      : parts_(std::move(parts)), planner_(parts_.program, parts_.triggers) {
    HugePageArchive huge_pages;
    Triggers::Transfer(&parts_.triggers, &huge_pages);
  }

  std::string_view id() const override { return parts_.id; }
  size_t size() const override { return parts_.lists.ids.size(); }
  WatchListInfo list(ListSlot slot) const override {
    return parts_.lists.of(slot);
  }
  std::unique_ptr<Matcher> NewMatcher() const override {
    return NewQueryMatcher();
  }
  std::unique_ptr<Matcher> NewRecordingMatcher(
      EvaluationRecord* record) const override {
    std::unique_ptr<QueryMatcher> matcher = NewQueryMatcher();
    matcher->RecordTo(record);
    return matcher;
  }
  EngineUse engine_use() const override { return parts_.engine_use; }
  const std::vector<Diagnostic>& diagnostics() const override {
    return parts_.diagnostics;
  }
  absl::Status Save(const std::string& path, const CacheKey& key,
                    std::string_view notes) const override {
    if (ProgramBuildId().empty()) {
      return absl::FailedPreconditionError(
          "this program was linked without a build id: its files could not be "
          "told from another build's");
    }
    SectionWriter writer;
    if (absl::Status status = writer.Create(path); !status.ok()) {
      return status;
    }
    SaveParts(parts_, notes, &writer);
    return writer.Finish(BuildAndProcessor(), key);
  }

 private:
  std::unique_ptr<QueryMatcher> NewQueryMatcher() const {
    absl::StatusOr<std::unique_ptr<TermScanner>> scanner =
        parts_.engine->NewScanner();
    PRESSHAWK_CHECK(scanner.ok());  // Fails on exhausted memory only.
    std::unique_ptr<RegexScanner> regex_scanner;
    if (parts_.regex_engine != nullptr) {
      auto regexes = parts_.regex_engine->NewScanner();
      PRESSHAWK_CHECK(regexes.ok());
      regex_scanner = *std::move(regexes);
    }
    return std::make_unique<QueryMatcher>(parts_.program, &planner_,
                                          *std::move(scanner),
                                          std::move(regex_scanner));
  }

  const QueryParts parts_;
  mutable TriggerPlanner planner_;  // Thread-safe.
};

}  // namespace

absl::StatusOr<std::shared_ptr<const QuerySet>> QuerySet::Compile(
    const std::vector<WatchList>& lists, const Options& options) {
  std::vector<const WatchList*> pointers;
  pointers.reserve(lists.size());
  for (const WatchList& list : lists) {
    pointers.push_back(&list);
  }
  CheckedLists checked = CheckLists(pointers);
  const std::vector<uint32_t> good = checked.good;
  return Compile(pointers, std::move(checked), good, options);
}

absl::StatusOr<std::shared_ptr<const QuerySet>> QuerySet::Compile(
    absl::Span<const WatchList* const> lists, CheckedLists checked,
    absl::Span<const uint32_t> chosen, const Options& options) {
  absl::StatusOr<QueryParts> parts =
      CompileParts(lists, std::move(checked), chosen, options);
  if (!parts.ok()) {
    return parts.status();
  }
  return MakeQuerySet(*std::move(parts));
}

absl::StatusOr<QueryParts> CompileParts(
    absl::Span<const WatchList* const> lists, CheckedLists checked,
    absl::Span<const uint32_t> chosen, const QuerySet::Options& options) {
  QueryParts parts;
  ProgramBuilder builder(checked.parsed, &parts.program);
  GenerationIdHash id;
  for (const uint32_t index : chosen) {
    builder.Add(index);
    const WatchList& list = *lists[index];
    const std::string labels = LabelsJson(list.labels);
    const WatchListInfo info = {list.id, list.name, checked.versions[index],
                                labels};
    parts.lists.Add(info);
    id.Add(info);
  }
  parts.id = id.Finish();
  parts.diagnostics = std::move(checked.diagnostics);
  // PERF: the trees of a million lists take what the engines need next.
  checked = CheckedLists();
  const std::vector<Pattern> patterns = builder.Patterns();
  auto engine = CompileTermEngine(patterns, options.engine);
  if (!engine.ok()) {
    return engine.status();
  }
  parts.engine = *std::move(engine);
  parts.engine_use = CountEngineUse(patterns, options.engine);
  auto regex_engine = CompileRegexEngine(patterns);
  if (!regex_engine.ok()) {
    return regex_engine.status();
  }
  parts.regex_engine = *std::move(regex_engine);
  parts.triggers = Triggers(parts.program, patterns);
  return parts;
}

std::shared_ptr<const QuerySet> MakeQuerySet(QueryParts parts) {
  return std::make_shared<const CompiledQuerySet>(std::move(parts));
}

absl::Status QuerySet::Save(const std::string& /*path*/,
                            const CacheKey& /*key*/,
                            std::string_view /*notes*/) const {
  return absl::UnimplementedError("this generation cannot be kept");
}

absl::StatusOr<QuerySet::Opened> QuerySet::Open(const std::string& path,
                                                const CacheKey& key) {
  auto file = SectionFile::Open(path, BuildAndProcessor(), key);
  if (!file.ok()) {
    return file.status();
  }
  Opened opened;
  absl::StatusOr<QueryParts> parts = OpenParts(*std::move(file), &opened.notes);
  if (!parts.ok()) {
    return absl::DataLossError(
        StrCat(path, ": ", std::string(parts.status().message())));
  }
  opened.query_set = MakeQuerySet(*std::move(parts));
  return opened;
}

}  // namespace presshawk
