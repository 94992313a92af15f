// SPDX-License-Identifier: Apache-2.0
#include "cmd/backtest/backtest.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/time/clock.h"
#include "cmd/backtest/changes.h"
#include "cmd/backtest/story_counts.h"
#include "core/alerts/alert_builder.h"
#include "core/base/str_cat.h"
#include "core/matching/article_processor.h"
#include "core/model/published_time.h"
#include "core/text/canonicalize.h"
#include "core/text/host_name.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

// FNV-1a with a finish: the same on every machine, so that samples are.
uint64_t HashOf(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3U;
  }
  hash ^= hash >> 32;
  hash *= 0x9E3779B97F4A7C15U;
  return hash ^ (hash >> 29);
}

// yyyymmdd in UTC, or 0.
uint32_t DayOf(std::string_view published_at, absl::Time now) {
  const std::optional<absl::Time> time = ParsePublishedTime(published_at, now);
  if (!time.has_value()) {
    return 0;
  }
  const absl::CivilDay day = absl::ToCivilDay(*time, absl::UTCTimeZone());
  return static_cast<uint32_t>(day.year() * 10'000 + day.month() * 100 +
                               day.day());
}

std::string DayName(uint32_t day) {
  if (day == 0) {
    return kUndated;
  }
  const std::string digits = std::to_string(100'000'000U + day).substr(1);
  return StrCat(digits.substr(0, 4), "-", digits.substr(4, 2), "-",
                digits.substr(6));
}

std::string SourceOf(const Article& article) {
  for (const std::string_view name : {article.source, article.site}) {
    if (!name.empty()) {
      return std::string(name);
    }
  }
  std::string url;
  AppendFoldedMetadata(article.url, &url);
  const std::string_view host = HostOf(url, HostOrigin::kUrl);
  return host.empty() ? "unknown" : std::string(host);
}

// Keeps the `count` smallest, in rising order.
template <typename T>
void KeepSmallest(std::vector<T>* kept, T one, size_t count) {
  kept->insert(std::upper_bound(kept->begin(), kept->end(), one),
               std::move(one));
  if (kept->size() > count) {
    kept->pop_back();
  }
}

template <typename T>
bool WouldKeep(const std::vector<T>& kept, uint64_t key, size_t count) {
  return count > 0 && (kept.size() < count || key <= kept.back().key);
}

// What one worker counts for one list.
struct Tally {
  uint64_t alerts = 0;
  AlertsByScore by_score = {};
  absl::flat_hash_map<uint32_t, uint64_t> by_day;
  absl::flat_hash_map<std::string, uint64_t> by_source;
  // By the address of the term's text: one a term in a generation.
  absl::flat_hash_map<const char*, std::pair<std::string_view, TermCount>>
      by_term;
  // By the address of the term's text, and the form.
  absl::flat_hash_map<std::pair<const char*, std::string>, TermCount> by_form;
  std::vector<SampleAlert> samples;
  ListChange change;
};

// In place of a slot of the newer set that an older list does not have.
constexpr ListSlot kNoSlot = UINT32_MAX;

class BacktestWorker {
 public:
  BacktestWorker(const BacktestLists& lists, const BacktestLists* old,
                 const Mapping& mapping, const BacktestOptions& options,
                 StoryCounts* stories)
      : lists_(lists),
        options_(options),
        stories_(stories),
        processor_(std::make_unique<JsonArticleDecoder>(mapping),
                   kArticleBytesMax),
        builder_(AlertLimits()),
        tallies_(lists.query_set->size()) {
    processor_.UseGeneration(lists.query_set);
    if (old != nullptr) {
      old_processor_ = std::make_unique<ArticleProcessor>(
          std::make_unique<JsonArticleDecoder>(mapping), kArticleBytesMax);
      old_processor_->UseGeneration(old->query_set);
      MapSlots(*old->query_set);
    }
  }

  void Run(ArticleFeed* feed) {
    ArticleFeed::Ticket ticket;
    while (feed->Next(&batch_, &ticket)) {
      source_ = ticket.source;
      alerting_.clear();
      TakePayloads();
      if (old_processor_ != nullptr) {
        AskOldLists();
      }
      builder_.BeginBatch(lists_.query_set->id(), absl::UnixEpoch());
      processor_.Begin(payloads_, &ticks_);
      while (const ProcessedArticle* article = processor_.Next()) {
        if (article->reject != nullptr) {
          ++rejected_;
        } else {
          TakeArticle(*article);
        }
      }
      stories_->Add(ticket.number, alerting_);
    }
  }

  void AddTo(BacktestReport* report) {
    report->articles += articles_;
    report->rejected += rejected_;
    report->bytes += bytes_;
    for (const auto& [day, count] : days_) {
      report->articles_by_day[DayName(day)] += count;
    }
    for (ListSlot slot = 0; slot < tallies_.size(); ++slot) {
      AddTally(std::move(tallies_[slot]), &report->lists[slot]);
    }
  }

 private:
  void TakePayloads() {
    payloads_.clear();
    for (uint32_t i = 0; i < batch_.lines.size(); ++i) {
      const Line& line = batch_.lines[i];
      bytes_ += line.size_bytes;
      ++articles_;
      if (line.truncated) {
        ++rejected_;
      } else {
        payloads_.push_back({.text = line.text, .message = i});
      }
    }
  }

  // Fills old_slots_: which of the older lists hold, by line.
  void AskOldLists() {
    if (old_slots_.size() < batch_.lines.size()) {
      old_slots_.resize(batch_.lines.size());
    }
    for (std::vector<ListSlot>& slots : old_slots_) {
      slots.clear();
    }
    old_processor_->Begin(payloads_, &ticks_);
    while (const ProcessedArticle* article = old_processor_->Next()) {
      old_slots_[article->message].assign(article->slots.begin(),
                                          article->slots.end());
    }
  }

  void TakeArticle(const ProcessedArticle& matched) {
    const uint32_t day = DayOf(matched.article->published_at, now_);
    ++days_[day];
    if (old_processor_ != nullptr) {
      Compare(matched);
    }
    if (matched.slots.empty()) {
      return;
    }
    const std::string source = SourceOf(*matched.article);
    const uint64_t key = HashOf(matched.article->id);
    begun_ = false;
    NoteStory(matched);
    for (const ListSlot slot : matched.slots) {
      Tally& tally = tallies_[slot];
      ++tally.alerts;
      ++tally.by_day[day];
      ++tally.by_source[source];
      matched.matcher->CollectHits(slot, *matched.text, &hits_);
      CountTerms(&tally);
      if (!lists_.query_set->list(slot).forms_release.empty()) {
        CountForms(matched.text->canonical(), &tally);
      }
      BeginAlerts(matched);
      ++tally.by_score[static_cast<size_t>(builder_.RelevanceOf(&hits_).score)];
      if (WouldKeep(tally.samples, key, options_.samples)) {
        KeepSmallest(&tally.samples, {key, AlertOf(slot)}, options_.samples);
      }
    }
  }

  void NoteStory(const ProcessedArticle& matched) {
    CountedArticle& counted = alerting_.emplace_back();
    counted.Keep(*matched.article, *matched.text, &signatures_);
    counted.lists.assign(matched.slots.begin(), matched.slots.end());
  }

  void MapSlots(const QuerySet& old) {
    absl::flat_hash_map<std::string, ListSlot> by_id;
    for (ListSlot slot = 0; slot < lists_.query_set->size(); ++slot) {
      by_id.emplace(std::string(lists_.query_set->list(slot).id), slot);
    }
    for (ListSlot slot = 0; slot < old.size(); ++slot) {
      const auto at = by_id.find(std::string(old.list(slot).id));
      from_old_.push_back(at == by_id.end() ? kNoSlot : at->second);
      if (at != by_id.end()) {
        tallies_[at->second].change.compared = true;
      }
    }
  }

  void Compare(const ProcessedArticle& matched) {
    held_before_.clear();
    for (const ListSlot slot : old_slots_[matched.message]) {
      if (from_old_[slot] != kNoSlot) {
        held_before_.push_back(from_old_[slot]);
      }
    }
    std::sort(held_before_.begin(), held_before_.end());
    changed_.clear();
    std::set_difference(matched.slots.begin(), matched.slots.end(),
                        held_before_.begin(), held_before_.end(),
                        std::back_inserter(changed_));
    for (const ListSlot slot : changed_) {
      ListChange& change = tallies_[slot].change;
      if (change.compared) {
        ++change.gained;
        Sample(matched, &change.gained_samples);
      }
    }
    changed_.clear();
    std::set_difference(held_before_.begin(), held_before_.end(),
                        matched.slots.begin(), matched.slots.end(),
                        std::back_inserter(changed_));
    for (const ListSlot slot : changed_) {
      ListChange& change = tallies_[slot].change;
      ++change.lost;
      Sample(matched, &change.lost_samples);
    }
  }

  void Sample(const ProcessedArticle& matched,
              std::vector<ChangedArticle>* samples) {
    const uint64_t key = HashOf(matched.article->id);
    if (WouldKeep(*samples, key, options_.samples)) {
      KeepSmallest(samples,
                   {key, std::string(matched.article->id),
                    std::string(matched.text->original(Field::kTitle)),
                    std::string(batch_.lines[matched.message].text), ""},
                   options_.samples);
    }
  }

  void CountTerms(Tally* tally) {
    terms_.clear();
    for (const Hit& hit : hits_) {
      if (std::find(terms_.begin(), terms_.end(), hit.term.data()) ==
          terms_.end()) {
        terms_.push_back(hit.term.data());
        tally->by_term[hit.term.data()].first = hit.term;
      }
    }
    for (const char* const term : terms_) {
      TermCount& count = tally->by_term[term].second;
      ++count.articles;
      count.alone += terms_.size() == 1 ? 1 : 0;
    }
  }

  // Forms are of words and phrases: no braces, wildcards, regexes and windows.
  static bool MayHaveForms(std::string_view term) {
    return term.find_first_of("*?") == std::string_view::npos &&
           !term.starts_with('{') && !term.starts_with('/') &&
           !term.starts_with('"');
  }

  void CountForms(std::string_view canonical, Tally* tally) {
    forms_.clear();
    for (const Hit& hit : hits_) {
      std::string form;
      if (hit.space == Hit::Space::kCanonical && MayHaveForms(hit.term)) {
        form = canonical.substr(hit.span.begin, hit.span.end - hit.span.begin);
      }
      forms_.emplace(hit.term.data(), std::move(form));
    }
    for (const std::pair<const char*, std::string>& found : forms_) {
      if (found.second.empty()) {
        continue;
      }
      TermCount& count = tally->by_form[found];
      ++count.articles;
      count.alone += forms_.size() == 1 ? 1 : 0;
    }
  }

  void BeginAlerts(const ProcessedArticle& matched) {
    if (!begun_) {
      begun_ = true;
      builder_.BeginArticle(
          *matched.article, *matched.text,
          {.source = *source_, .line = batch_.lines[matched.message].number},
          matched.locator);
    }
  }

  // Of the article that BeginAlerts() had last, with hits_.
  std::string AlertOf(ListSlot slot) {
    std::string json;
    builder_.Append(lists_.query_set->list(slot), &hits_, &json);
    return json;
  }

  void AddTally(Tally tally, ListReport* list) const {
    list->alerts += tally.alerts;
    for (size_t score = 0; score < tally.by_score.size(); ++score) {
      list->by_score[score] += tally.by_score[score];
    }
    for (const auto& [day, count] : tally.by_day) {
      list->by_day[DayName(day)] += count;
    }
    for (const auto& [source, count] : tally.by_source) {
      list->by_source[source] += count;
    }
    for (const auto& [address, term] : tally.by_term) {
      TermCount& count = list->by_term[std::string(term.first)];
      count.articles += term.second.articles;
      count.alone += term.second.alone;
    }
    for (const auto& [found, form] : tally.by_form) {
      const std::string_view term = tally.by_term.at(found.first).first;
      if (StrCat(" ", found.second, " ") == Canonicalize(term)) {
        continue;
      }
      TermCount& count = list->by_form[{std::string(term), found.second}];
      count.articles += form.articles;
      count.alone += form.alone;
    }
    for (SampleAlert& sample : tally.samples) {
      KeepSmallest(&list->samples, std::move(sample), options_.samples);
    }
    ListChange& change = list->change;
    change.compared |= tally.change.compared;
    change.gained += tally.change.gained;
    change.lost += tally.change.lost;
    for (ChangedArticle& one : tally.change.gained_samples) {
      KeepSmallest(&change.gained_samples, std::move(one), options_.samples);
    }
    for (ChangedArticle& one : tally.change.lost_samples) {
      KeepSmallest(&change.lost_samples, std::move(one), options_.samples);
    }
  }

  const BacktestLists& lists_;
  const BacktestOptions options_;
  StoryCounts* const stories_;
  const absl::Time now_ = absl::Now();
  ArticleProcessor processor_;
  AlertBuilder builder_;
  std::unique_ptr<ArticleProcessor>
      old_processor_;                             // Null without older lists.
  std::vector<std::vector<ListSlot>> old_slots_;  // By line.
  std::vector<ListSlot> from_old_;

  LineBatch batch_;
  const std::string* source_ = nullptr;
  std::vector<Payload> payloads_;  // Named by their index among the lines.
  StageTicks ticks_;
  std::vector<CountedArticle> alerting_;  // Of the batch.
  SignatureBuilder signatures_;
  bool begun_ = false;  // The builder has this article.
  std::vector<Hit> hits_;
  std::vector<const char*> terms_;
  std::set<std::pair<const char*, std::string>> forms_;
  std::vector<ListSlot> held_before_, changed_;

  uint64_t articles_ = 0;
  uint64_t rejected_ = 0;
  uint64_t bytes_ = 0;
  absl::flat_hash_map<uint32_t, uint64_t> days_;
  std::vector<Tally> tallies_;
};

}  // namespace

uint64_t ListReport::KeptAt(int least) const {
  return std::accumulate(by_score.begin() + least, by_score.end(), uint64_t{0});
}

uint64_t BacktestReport::days() const {
  const uint64_t undated = articles_by_day.count(kUndated);
  return std::max<uint64_t>(1, articles_by_day.size() - undated);
}

BacktestReport RunBacktest(const BacktestLists& lists, const BacktestLists* old,
                           const Mapping& mapping,
                           const BacktestOptions& options, ArticleFeed* feed) {
  StoryCounts stories(lists.query_set->size());
  std::vector<std::unique_ptr<BacktestWorker>> workers;
  std::vector<std::thread> threads;
  workers.reserve(static_cast<size_t>(options.workers));
  threads.reserve(static_cast<size_t>(options.workers));
  for (int i = 0; i < options.workers; ++i) {
    workers.push_back(std::make_unique<BacktestWorker>(lists, old, mapping,
                                                       options, &stories));
  }
  for (const auto& worker : workers) {
    threads.emplace_back([&worker, feed] { worker->Run(feed); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  BacktestReport report;
  report.lists.resize(lists.query_set->size());
  for (ListSlot slot = 0; slot < report.lists.size(); ++slot) {
    report.lists[slot].id = lists.query_set->list(slot).id;
    report.lists[slot].name = lists.query_set->list(slot).name;
    const int least = lists.query_set->list(slot).min_relevance;
    if (least != kNoMinRelevance) {
      report.lists[slot].min_relevance = least;
    }
  }
  for (const auto& worker : workers) {
    worker->AddTo(&report);
  }
  const std::vector<uint64_t> counts = stories.Count();
  for (ListSlot slot = 0; slot < report.lists.size(); ++slot) {
    report.lists[slot].stories = counts[slot];
  }
  report.stories_closed_early = stories.closed_early();
  report.has_old = old != nullptr;
  if (report.has_old) {
    ExplainChanges(lists, *old, mapping, &report);
  }
  return report;
}

}  // namespace presshawk
