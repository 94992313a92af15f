// SPDX-License-Identifier: Apache-2.0
#include "cmd/backtest/html_report.h"

#include <functional>
#include <string_view>

#include "cmd/backtest/chart.h"
#include "cmd/backtest/day_counts.h"
#include "cmd/backtest/text_report.h"
#include "cmd/markup_text.h"
#include "core/base/check.h"
#include "core/base/str_cat.h"
#include "ingest/json/alert_reader.h"

namespace presshawk {
namespace {

constexpr size_t kColumns = 120;
constexpr size_t kRows = 15;  // Of a table of sources or terms.

constexpr std::string_view kHead =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<title>presshawk backtest</title>\n<style>\n"
    "body{font:15px/1.5 system-ui,sans-serif;max-width:64em;margin:2em auto;"
    "padding:0 1em;color:#1a1a1a;background:#fff}\n"
    "table{border-collapse:collapse;margin:.5em 2em .5em "
    "0;display:inline-table;"
    "vertical-align:top}\n"
    "th,td{text-align:left;padding:.1em .8em .1em 0;font-weight:normal}\n"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "th{color:#666;border-bottom:1px solid #ccc}\n"
    "section{border-top:2px solid #ddd;margin-top:2em}\n"
    "caption{text-align:left;color:#666}\n"
    "figure{margin:1em 0;display:grid;grid-template-columns:auto 1fr;"
    "gap:.2em .6em}\n"
    ".axis,figcaption{display:flex;justify-content:space-between;"
    "font-variant-numeric:tabular-nums}\n"
    ".axis{flex-direction:column;text-align:right;color:#666}\n"
    "figcaption{grid-column:2}\n"
    "svg{display:block;width:100%;height:80px;background:#f6f6f6}\n"
    "rect{fill:#2b6cb0}\n.dim{color:#666}\nmark{background:#fde68a}\n"
    "li{margin:.4em 0}\n.gained{color:#166534}.lost{color:#991b1b}\n"
    "</style>\n</head>\n<body>\n<h1>presshawk backtest</h1>\n";

void AppendNumber(const std::string& number, std::string* out) {
  StrAppend(out, "<td class=\"n\">", number, "</td>");
}

void AppendOverview(const BacktestReport& report, std::string* out) {
  *out +=
      "<table><caption>Alerts on days; an active day is one on which the list "
      "has an alert</caption>\n<tr><th>watch-list</th><th>alerts</th>"
      "<th>busiest day</th><th>its alerts</th><th>active days</th>"
      "<th>mean of these</th><th>median</th><th>mean of all days</th>"
      "<th>undated</th><th>stories</th>";
  *out += report.has_old ? "<th>gained</th><th>lost</th></tr>\n" : "</tr>\n";
  for (const ListReport* list : BusiestFirst(report)) {
    const DayCounts days = DayCountsOf(report, *list);
    StrAppend(out, "<tr><td><a href=\"#", MarkupText(list->id), "\">",
              MarkupText(list->id), "</a></td>");
    AppendNumber(StrCat(list->alerts), out);
    AppendNumber(days.busiest_day, out);
    AppendNumber(StrCat(days.busiest_alerts), out);
    AppendNumber(StrCat(days.active_days), out);
    AppendNumber(PerDay(days.mean), out);
    AppendNumber(PerDay(days.median), out);
    AppendNumber(PerDay(report.AlertsPerDay(*list)), out);
    AppendNumber(StrCat(days.undated), out);
    AppendNumber(StrCat(list->stories), out);
    if (report.has_old) {
      AppendNumber(StrCat(list->change.gained), out);
      AppendNumber(StrCat(list->change.lost), out);
    }
    *out += "</tr>\n";
  }
  *out += "</table>\n";
}

// What the picture shows, to be read and copied.
void AppendChartNumbers(const Chart& chart, std::string* out) {
  *out +=
      "<details><summary>The chart in numbers</summary>\n"
      "<table><tr><th>days</th><th>alerts</th></tr>\n";
  for (size_t i = 0; i < chart.columns.size(); ++i) {
    if (chart.columns[i] > 0) {
      StrAppend(out, "<tr><td>", chart.DaysOf(i), "</td>");
      AppendNumber(StrCat(chart.columns[i]), out);
      *out += "</tr>\n";
    }
  }
  if (chart.outside > 0) {
    *out += "<tr><td>other days, or none</td>";
    AppendNumber(StrCat(chart.outside), out);
    *out += "</tr>\n";
  }
  *out += "</table></details>\n";
}

void AppendRelevance(const ListReport& list, std::string* out) {
  constexpr int kStep = 10;
  *out +=
      "<details><summary>Alerts by relevance</summary>\n"
      "<table><tr><th>min_relevance</th><th>alerts kept</th>"
      "<th>held back</th></tr>\n";
  for (int score = 0; score <= 100; score += kStep) {
    const uint64_t kept = list.KeptAt(score);
    *out += "<tr>";
    AppendNumber(StrCat(score), out);
    AppendNumber(StrCat(kept), out);
    AppendNumber(StrCat(list.alerts - kept), out);
    *out += "</tr>\n";
  }
  *out += "</table></details>\n";
}

void AppendChart(const BacktestReport& report, const ListReport& list,
                 std::string* out) {
  const Chart chart = ChartOf(report, list, kColumns);
  if (chart.most() == 0) {
    return;
  }
  const uint64_t most = chart.most();
  const std::string a_column =
      chart.days_a_column == 1 ? "a day"
                               : StrCat("each ", chart.days_a_column, " days");
  StrAppend(out, "<figure>\n<div class=\"axis\"><span>", most,
            "</span><span>0</span></div>\n<svg viewBox=\"0 0 ",
            chart.columns.size(),
            " 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\""
            "Alerts ",
            a_column, " from ", chart.first_day, " to ", chart.last_day,
            ", at most ", most, "; a table with the numbers follows\">");
  for (size_t i = 0; i < chart.columns.size(); ++i) {
    const uint64_t height = most == 0 ? 0 : chart.columns[i] * 100 / most;
    StrAppend(out, "<rect x=\"", i, "\" y=\"", 100 - height,
              "\" width=\"0.9\" height=\"", height, "\"><title>",
              chart.DaysOf(i), ": ", chart.columns[i], "</title></rect>");
  }
  StrAppend(out, "</svg>\n<figcaption class=\"dim\"><span>", chart.first_day,
            "</span><span>alerts ", a_column, ", at most ", most, "; ",
            chart.outside, " outside</span><span>", chart.last_day,
            "</span></figcaption>\n</figure>\n");
  AppendChartNumbers(chart, out);
}

void AppendTables(const ListReport& list, std::string* out) {
  *out += "<table><tr><th>source</th><th>alerts</th></tr>\n";
  for (const auto& [source, count] :
       Largest(list.by_source, kRows, std::less<uint64_t>())) {
    StrAppend(out, "<tr><td>", MarkupText(source), "</td><td class=\"n\">",
              count, "</td></tr>\n");
  }
  *out +=
      "</table>\n<table><tr><th>term</th><th>alerts</th><th>alone</th></tr>\n";
  for (const auto& [term, count] :
       Largest(list.by_term, kRows, [](const TermCount&a, const TermCount&b) {
         return a.articles < b.articles;
       })) {
    StrAppend(out, "<tr><td>", MarkupText(term), "</td><td class=\"n\">",
              count.articles, "</td><td class=\"n\">", count.alone,
              "</td></tr>\n");
  }
  *out += "</table>\n";
  if (list.by_form.empty()) {
    return;
  }
  *out +=
      "<table><tr><th>form</th><th>of</th><th>alerts</th><th>alone</th></tr>\n";
  for (const auto& [form, count] :
       Largest(list.by_form, kRows, [](const TermCount&a, const TermCount&b) {
         return a.articles < b.articles;
       })) {
    StrAppend(out, "<tr><td>", MarkupText(form.second), "</td><td>",
              MarkupText(form.first), "</td><td class=\"n\">", count.articles,
              "</td><td class=\"n\">", count.alone, "</td></tr>\n");
  }
  *out += "</table>\n";
}

void AppendSample(const Alert& alert, std::string* out) {
  StrAppend(out, "<li>", MarkupText(alert.article.title),
            " <span class=\"dim\">", MarkupText(alert.article.source), " ",
            MarkupText(alert.article.published_at), "</span>");
  for (const Alert::Snippet& snippet : alert.snippets) {
    *out += "<br>";
    ForEachPiece(snippet, [&](std::string_view piece, bool is_hit) {
      StrAppend(out, is_hit ? "<mark>" : "", MarkupText(piece),
                is_hit ? "</mark>" : "");
    });
  }
  *out += "</li>\n";
}

void AppendSamples(const ListReport& list, std::string* out) {
  *out += "<ul>\n";
  for (const SampleAlert& sample : list.samples) {
    const absl::StatusOr<Alert> alert = ReadAlert(sample.json);
    PRESSHAWK_CHECK(alert.ok());  // AlertBuilder wrote it.
    AppendSample(*alert, out);
  }
  *out += "</ul>\n";
}

void AppendChanged(std::string_view css, std::string_view what,
                   const std::vector<ChangedArticle>& articles,
                   std::string* out) {
  for (const ChangedArticle& article : articles) {
    StrAppend(out, "<li class=\"", std::string(css), "\">", std::string(what),
              " ", MarkupText(article.id), " ", MarkupText(article.title),
              "<br><span class=\"dim\">", MarkupText(article.why),
              "</span></li>\n");
  }
}

void AppendList(const BacktestReport& report, const ListReport& list,
                std::string* out) {
  StrAppend(out, "<section id=\"", MarkupText(list.id), "\">\n<h2>",
            MarkupText(list.id), "</h2>\n<p>", MarkupText(list.name), ": ",
            AlertCount(list.alerts), ", ", StoryCount(list.stories), "</p>\n");
  if (list.alerts > 0) {
    StrAppend(out, "<p>", DaysLine(report, list), "</p>\n");
    AppendChart(report, list, out);
    AppendRelevance(list, out);
    AppendTables(list, out);
    AppendSamples(list, out);
  }
  if (report.has_old && !list.change.compared) {
    *out += "<p>A new list.</p>\n";
  } else if (report.has_old) {
    StrAppend(out, "<p>", list.change.gained, " gained, ", list.change.lost,
              " lost</p>\n<ul>\n");
    AppendChanged("gained", "gained; before:", list.change.gained_samples, out);
    AppendChanged("lost", "lost; now:", list.change.lost_samples, out);
    *out += "</ul>\n";
  }
  *out += "</section>\n";
}

}  // namespace

std::string HtmlReport(const BacktestReport& report) {
  std::string out(kHead);
  StrAppend(&out, "<p>", MarkupText(CorpusLine(report)), "</p>\n");
  AppendOverview(report, &out);
  for (const ListReport* list : BusiestFirst(report)) {
    AppendList(report, *list, &out);
  }
  for (const std::string& id : report.only_old) {
    StrAppend(&out, "<p>", MarkupText(id), " is not in the new lists.</p>\n");
  }
  out += "</body>\n</html>\n";
  return out;
}

}  // namespace presshawk
