// SPDX-License-Identifier: Apache-2.0
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
#include "matchers/term_forms.h"
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

}  // namespace

struct QuerySet::State {
  explicit State(QueryParts of)
      : parts(std::move(of)), planner(parts.program, parts.triggers) {
    HugePageArchive huge_pages;
    Triggers::Transfer(&parts.triggers, &huge_pages);
  }

  std::unique_ptr<QueryMatcher> NewMatcher() {
    absl::StatusOr<std::unique_ptr<TermScanner>> scanner =
        parts.engine->NewScanner();
    PRESSHAWK_CHECK(scanner.ok());  // Fails on exhausted memory only.
    std::unique_ptr<RegexScanner> regex_scanner;
    if (parts.regex_engine != nullptr) {
      auto regexes = parts.regex_engine->NewScanner();
      PRESSHAWK_CHECK(regexes.ok());
      regex_scanner = *std::move(regexes);
    }
    return std::make_unique<QueryMatcher>(
        parts.program, &planner, *std::move(scanner), std::move(regex_scanner));
  }

  QueryParts parts;
  TriggerPlanner planner;  // Thread-safe; all else is constant.
};

QuerySet::QuerySet(QueryParts parts)
    : state_(std::make_unique<State>(std::move(parts))) {}
QuerySet::~QuerySet() = default;

std::string_view QuerySet::id() const { return state_->parts.id; }
size_t QuerySet::size() const { return state_->parts.lists.ids.size(); }
WatchListInfo QuerySet::list(ListSlot slot) const {
  return state_->parts.lists.of(slot);
}
std::unique_ptr<Matcher> QuerySet::NewMatcher() const {
  return state_->NewMatcher();
}
std::unique_ptr<Matcher> QuerySet::NewRecordingMatcher(
    EvaluationRecord* record) const {
  std::unique_ptr<QueryMatcher> matcher = state_->NewMatcher();
  matcher->RecordTo(record);
  return matcher;
}
EngineUse QuerySet::engine_use() const { return state_->parts.engine_use; }
const std::vector<Diagnostic>& QuerySet::diagnostics() const {
  return state_->parts.diagnostics;
}

absl::Status QuerySet::Save(const std::string& path, const CacheKey& key,
                            std::string_view notes) const {
  if (ProgramBuildId().empty()) {
    return absl::FailedPreconditionError(
        "this program was linked without a build id: its files could not be "
        "told from another build's");
  }
  SectionWriter writer;
  if (absl::Status status = writer.Create(path); !status.ok()) {
    return status;
  }
  SaveParts(state_->parts, notes, &writer);
  return writer.Finish(BuildAndProcessor(), key);
}

absl::StatusOr<std::shared_ptr<const QuerySet>> QuerySet::Compile(
    const std::vector<WatchList>& lists, const Options& options) {
  std::vector<const WatchList*> pointers;
  pointers.reserve(lists.size());
  for (const WatchList& list : lists) {
    pointers.push_back(&list);
  }
  CheckedLists checked = CheckLists(pointers, options.forms.get());
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
  return std::make_shared<const QuerySet>(*std::move(parts));
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
    const WatchListInfo info = {list.id,
                                list.name,
                                checked.versions[index],
                                labels,
                                checked.forms_releases[index],
                                list.min_relevance.value_or(kNoMinRelevance)};
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

namespace {

// Whether the lists were expanded by the tables of now. Most lists have the
// release of the list before them.
bool AreFormsCurrent(const StringPool& releases, const FormTables* forms) {
  std::string_view current;
  for (size_t i = 0; i < releases.size(); ++i) {
    if (releases[i] == current || releases[i].empty()) {
      continue;
    }
    if (!IsCurrentRelease(forms, releases[i])) {
      return false;
    }
    current = releases[i];
  }
  return true;
}

}  // namespace

absl::StatusOr<QuerySet::Opened> QuerySet::Open(const std::string& path,
                                                const CacheKey& key,
                                                const FormTables* forms) {
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
  if (!AreFormsCurrent(parts->lists.forms_releases, forms)) {
    return absl::FailedPreconditionError(
        StrCat(path, ": it was made with other tables of forms"));
  }
  opened.query_set = std::make_shared<const QuerySet>(*std::move(parts));
  return opened;
}

}  // namespace presshawk
