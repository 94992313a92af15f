// SPDX-License-Identifier: Apache-2.0
#include "cmd/backtest/text_report.h"

#include <algorithm>
#include <functional>

#include "cmd/alert_text.h"
#include "cmd/backtest/chart.h"
#include "cmd/backtest/day_counts.h"
#include "cmd/terminal_text.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kColumns = 60;
constexpr size_t kSourcesShown = 8;
constexpr size_t kTermsShown = 8;

void AppendDays(const BacktestReport& report, const ListReport& list,
                std::string* out) {
  const DayCounts days = DayCountsOf(report, list);
  StrAppend(out, "  days      ", DaysLine(report, list),
            days.undated > 0 && days.busiest_day != kUndated
                ? StrCat("; ", days.undated, " without a date")
                : "",
            "\n");
}

void AppendChart(const BacktestReport& report, const ListReport& list,
                 std::string* out) {
  const Chart chart = ChartOf(report, list, kColumns);
  if (chart.most() == 0) {
    return;
  }
  StrAppend(
      out, "  chart     ", chart.first_day, " ", ChartText(chart), " ",
      chart.last_day, ", at most ", chart.most(), " in ",
      chart.days_a_column == 1 ? "a day" : StrCat(chart.days_a_column, " days"),
      chart.outside > 0 ? StrCat(", ", chart.outside, " outside") : "", "\n");
}

// How many alerts min_relevance would keep, at every tenth score:
//   relevance at least    0   10   20 …
//   keeps alerts         12   11    9 …
void AppendRelevance(const ListReport& list, std::string* out) {
  constexpr int kStep = 10;
  const size_t width = std::max<size_t>(3, StrCat(list.alerts).size()) + 1;
  std::string scores = "  relevance at least";
  std::string kept = "      keeps alerts  ";
  const auto append = [width](uint64_t number, std::string* line) {
    const std::string digits = StrCat(number);
    line->append(width - digits.size(), ' ');
    *line += digits;
  };
  for (int score = 0; score <= 100; score += kStep) {
    append(static_cast<uint64_t>(score), &scores);
    append(list.KeptAt(score), &kept);
  }
  StrAppend(out, scores, "\n", kept, "\n");
  if (list.min_relevance.has_value()) {
    StrAppend(out, "            min_relevance ", *list.min_relevance,
              " holds back ", list.alerts - list.KeptAt(*list.min_relevance),
              " of ", list.alerts, "\n");
  }
}

void AppendSources(const ListReport& list, std::string* out) {
  *out += "  sources   ";
  size_t left = list.by_source.size();
  for (const auto& [source, count] :
       Largest(list.by_source, kSourcesShown, std::less<uint64_t>())) {
    StrAppend(out, left == list.by_source.size() ? "" : ", ",
              TerminalText(source), " ", count);
    --left;
  }
  StrAppend(out, left > 0 ? StrCat(", ", left, " more") : "", "\n");
}

void AppendTerms(const ListReport& list, std::string* out) {
  *out += "  terms     ";
  size_t left = list.by_term.size();
  for (const auto& [term, count] : Largest(
           list.by_term, kTermsShown, [](const TermCount&a, const TermCount&b) {
             return a.articles < b.articles;
           })) {
    StrAppend(out, left == list.by_term.size() ? "" : ", ", TerminalText(term),
              " ", count.articles, " (alone ", count.alone, ")");
    --left;
  }
  StrAppend(out, left > 0 ? StrCat(", ", left, " more") : "", "\n");
}

// What the forms bring, but for the written ones.
void AppendForms(const ListReport& list, std::string* out) {
  if (list.by_form.empty()) {
    return;
  }
  *out += "  forms     ";
  size_t left = list.by_form.size();
  for (const auto& [form, count] : Largest(
           list.by_form, kTermsShown, [](const TermCount&a, const TermCount&b) {
             return a.articles < b.articles;
           })) {
    StrAppend(out, left == list.by_form.size() ? "" : ", ",
              TerminalText(form.second), " of ", TerminalText(form.first), " ",
              count.articles, " (alone ", count.alone, ")");
    --left;
  }
  StrAppend(out, left > 0 ? StrCat(", ", left, " more") : "", "\n");
}

void AppendChanged(const char* what,
                   const std::vector<ChangedArticle>& articles, const char* why,
                   std::string* out) {
  for (const ChangedArticle& article : articles) {
    StrAppend(out, "    ", what, " ", TerminalText(article.id), "  ",
              TerminalText(article.title), "\n      ", why, " ",
              TerminalText(article.why), "\n");
  }
}

void AppendChange(const ListReport& list, std::string* out) {
  const ListChange& change = list.change;
  if (!change.compared) {
    *out += "  change    a new list\n";
    return;
  }
  StrAppend(out, "  change    ", change.gained, " gained, ", change.lost,
            " lost\n");
  AppendChanged("+", change.gained_samples, "before:", out);
  AppendChanged("-", change.lost_samples, "now:", out);
}

}  // namespace

std::vector<const ListReport*> BusiestFirst(const BacktestReport& report) {
  std::vector<const ListReport*> lists;
  for (const ListReport& list : report.lists) {
    lists.push_back(&list);
  }
  std::stable_sort(lists.begin(), lists.end(),
                   [](const ListReport* a, const ListReport* b) {
                     return a->alerts > b->alerts;
                   });
  return lists;
}

std::string CorpusLine(const BacktestReport& report) {
  std::string line = StrCat(report.articles, " articles");
  std::string first;
  std::string last;
  for (const auto& [day, count] : report.articles_by_day) {
    if (day != kUndated) {
      first = first.empty() ? day : first;
      last = day;
    }
  }
  if (first.empty()) {
    line += " without a date, taken as of one day";
  } else {
    StrAppend(&line, " of ", report.days(), " days, ", first, " to ", last);
  }
  StrAppend(&line, "; ", report.rejected, " rejected");
  return line;
}

std::string StoryCount(uint64_t stories) {
  return StrCat(stories, stories == 1 ? " story" : " stories");
}

std::string TextReport(const BacktestReport& report, bool colour) {
  std::string out = StrCat(CorpusLine(report), "\n");
  for (const ListReport* list : BusiestFirst(report)) {
    StrAppend(&out, "\n", colour ? "\x1b[1;36m" : "", list->id,
              colour ? "\x1b[0m" : "", "  ", TerminalText(list->name), "\n  ",
              AlertCount(list->alerts), ", ", StoryCount(list->stories), "\n");
    if (list->alerts > 0) {
      AppendDays(report, *list, &out);
      AppendChart(report, *list, &out);
      AppendRelevance(*list, &out);
      AppendSources(*list, &out);
      AppendTerms(*list, &out);
      AppendForms(*list, &out);
    }
    if (report.has_old) {
      AppendChange(*list, &out);
    }
    for (const SampleAlert& sample : list->samples) {
      out += AlertText(sample.json, colour);
    }
  }
  for (const std::string& id : report.only_old) {
    StrAppend(&out, "\n", id, "\n  is not in the new lists\n");
  }
  return out;
}

}  // namespace presshawk
