// SPDX-License-Identifier: Apache-2.0
#include "cmd/bench/bench_report.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "core/base/cycle_clock.h"
#include "nlohmann/json.hpp"

namespace presshawk {
namespace {

struct Spread {
  double min = 0;
  double median = 0;
  double max = 0;
};

Spread SpreadOf(std::vector<double> values) {
  if (values.empty()) {
    return {};
  }
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return {values.front(),
          values.size() % 2 == 1 ? values[middle]
                                 : (values[middle - 1] + values[middle]) / 2,
          values.back()};
}

double Megabytes(uint64_t bytes) { return static_cast<double>(bytes) / 1e6; }

double ArticleCount(const BenchReport& report) {
  return static_cast<double>(std::max<size_t>(1, report.sample.lines.size()));
}

// `amount` a second, by round.
std::vector<double> Rates(const RoundSeconds& seconds, double amount) {
  std::vector<double> rates;
  for (const double s : seconds) {
    rates.push_back(amount / std::max(s, 1e-12));
  }
  return rates;
}

struct Dear {
  ListSlot slot;
  double nanoseconds;  // An article.
  uint64_t evaluations;
};

std::vector<Dear> DearestLists(const BenchReport& report) {
  const auto& lists = report.engines[0].record.lists;
  std::vector<ListSlot> slots(lists.size());
  std::iota(slots.begin(), slots.end(), 0);
  std::erase_if(slots, [&](ListSlot s) { return lists[s].evaluations == 0; });
  std::stable_sort(slots.begin(), slots.end(), [&](ListSlot a, ListSlot b) {
    return lists[a].ticks > lists[b].ticks;
  });
  slots.resize(std::min(slots.size(), report.top));
  std::vector<Dear> dearest;
  for (const ListSlot slot : slots) {
    dearest.push_back({slot,
                       static_cast<double>(lists[slot].ticks) *
                           CycleClockSecondsPerTick() * 1e9 /
                           ArticleCount(report),
                       lists[slot].evaluations});
  }
  return dearest;
}

uint64_t Evaluations(const EngineMeasurement& engine) {
  uint64_t sum = 0;
  for (const EvaluationRecord::ListWork& work : engine.record.lists) {
    sum += work.evaluations;
  }
  return sum;
}

template <typename... Values>
void Print(std::string* out, const char* format, Values... values) {
  char line[512];
  std::snprintf(line, sizeof line, format, values...);
  *out += line;
}

void PrintRate(const BenchReport& report, const char* name,
               const RoundSeconds& seconds, std::string* out) {
  const Spread mb = SpreadOf(Rates(seconds, Megabytes(report.sample.bytes)));
  const Spread articles = SpreadOf(Rates(seconds, ArticleCount(report)));
  Print(out, "  %-16s %9.1f MB/s (%.1f MB/s to %.1f MB/s) %9.0f articles/s\n",
        name, mb.median, mb.min, mb.max, articles.median);
}

void PrintEngine(const BenchReport& report, const EngineMeasurement& engine,
                 std::string* out) {
  const EngineUse use = engine.query_set->engine_use();
  Print(out,
        "\nengine %s: %zu patterns by the token engine, %zu by Hyperscan, %zu "
        "regular expressions\n",
        engine.name.c_str(), use.tokens, use.hyperscan, use.regexes);
  Print(out, "  read and compiled in %.3f s, %.1f MB\n", engine.compile_seconds,
        static_cast<double>(engine.resident_bytes) / 1e6);
  PrintRate(report, "JSON to pairs", engine.pairs, out);
  PrintRate(report, "JSON to alerts", engine.alerts, out);
  for (const Stage stage :
       {Stage::kDecode, Stage::kCanonicalize, Stage::kScan, Stage::kEvaluate}) {
    PrintRate(report, StageName(stage).data(),
              engine.stages[static_cast<size_t>(stage)], out);
  }
}

nlohmann::json SpreadJson(const Spread& spread) {
  return {{"min", spread.min}, {"median", spread.median}, {"max", spread.max}};
}

nlohmann::json RateJson(const BenchReport& report,
                        const RoundSeconds& seconds) {
  return {
      {"mb_s",
       SpreadJson(SpreadOf(Rates(seconds, Megabytes(report.sample.bytes))))},
      {"articles_s",
       SpreadJson(SpreadOf(Rates(seconds, ArticleCount(report))))}};
}

nlohmann::json EngineJson(const BenchReport& report,
                          const EngineMeasurement& engine) {
  const EngineUse use = engine.query_set->engine_use();
  nlohmann::json json = {
      {"engine", engine.name},
      {"patterns",
       {{"tokens", use.tokens},
        {"hyperscan", use.hyperscan},
        {"regexes", use.regexes}}},
      {"compile_seconds", engine.compile_seconds},
      {"resident_mb", static_cast<double>(engine.resident_bytes) / 1e6},
      {"json_to_pairs", RateJson(report, engine.pairs)},
      {"json_to_alerts", RateJson(report, engine.alerts)}};
  for (const Stage stage :
       {Stage::kDecode, Stage::kCanonicalize, Stage::kScan, Stage::kEvaluate}) {
    json["stages"][std::string(StageName(stage))] =
        RateJson(report, engine.stages[static_cast<size_t>(stage)]);
  }
  return json;
}

}  // namespace

std::string BenchText(const BenchReport& report) {
  const EngineMeasurement& first = report.engines[0];
  const double articles = ArticleCount(report);
  std::string out;
  Print(&out, "%zu articles, %.1f MB%s; %zu watch-lists",
        report.sample.lines.size(), Megabytes(report.sample.bytes),
        report.sample.whole ? "" : " (the files go on: --bytes)",
        first.query_set->size());
  if (report.bad_lists > 0) {
    Print(&out, ", and %zu errors", report.bad_lists);
  }
  Print(&out, "; one thread, %zu rounds\n", first.pairs.size());
  for (const EngineMeasurement& engine : report.engines) {
    PrintEngine(report, engine, &out);
  }
  Print(
      &out,
      "\nan article: %.2f lists evaluated, %.2f alerts, %.2f hits, %.0f bytes "
      "of alerts\n",
      static_cast<double>(Evaluations(first)) / articles,
      static_cast<double>(first.alert_count) / articles,
      static_cast<double>(first.hit_count) / articles,
      static_cast<double>(first.alert_bytes) / articles);
  if (first.rejected > 0 || first.abandoned > 0) {
    Print(&out, "%llu articles rejected, %llu evaluations given up\n",
          static_cast<unsigned long long>(first.rejected),
          static_cast<unsigned long long>(first.abandoned));
  }
  const std::vector<Dear> dearest = DearestLists(report);
  if (!dearest.empty()) {
    out += "\nthe dearest lists to evaluate\n";
  }
  for (const Dear& dear : dearest) {
    Print(&out, "  %9.1f ns an article, in %.1f %% of them  %s\n",
          dear.nanoseconds,
          100 * static_cast<double>(dear.evaluations) / articles,
          std::string(first.query_set->list(dear.slot).id).c_str());
  }
  return out;
}

std::string BenchJson(const BenchReport& report) {
  const EngineMeasurement& first = report.engines[0];
  const double articles = ArticleCount(report);
  nlohmann::json json = {
      {"sample",
       {{"articles", report.sample.lines.size()},
        {"mb", Megabytes(report.sample.bytes)},
        {"whole", report.sample.whole}}},
      {"watchlists", first.query_set->size()},
      {"errors", report.bad_lists},
      {"rounds", first.pairs.size()},
      {"evaluated_an_article",
       static_cast<double>(Evaluations(first)) / articles},
      {"alerts_an_article", static_cast<double>(first.alert_count) / articles},
      {"hits_an_article", static_cast<double>(first.hit_count) / articles},
      {"alert_bytes_an_article",
       static_cast<double>(first.alert_bytes) / articles},
      {"rejected", first.rejected},
      {"abandoned", first.abandoned},
      {"engines", nlohmann::json::array()},
      {"dearest", nlohmann::json::array()}};
  for (const EngineMeasurement& engine : report.engines) {
    json["engines"].push_back(EngineJson(report, engine));
  }
  for (const Dear& dear : DearestLists(report)) {
    json["dearest"].push_back(
        {{"watchlist", first.query_set->list(dear.slot).id},
         {"nanoseconds_an_article", dear.nanoseconds},
         {"evaluations", dear.evaluations}});
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

}  // namespace presshawk
