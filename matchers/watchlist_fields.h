// SPDX-License-Identifier: Apache-2.0
// Shared by the readers of watch-lists: the keys, and the checks of their
// values (SPEC A3).
#pragma once

#include <string>
#include <string_view>

#include "matchers/watchlist.h"

namespace presshawk {

inline constexpr std::string_view kWatchListKeys =
    "id, name, labels, terms, query, forms, min_relevance, zones, examples";

// The largest number of errors that are reported for one file and for one list.
// A file of another kind has an error in every line.
inline constexpr size_t kFileErrorsMax = 10'000;
inline constexpr size_t kListErrorsMax = 100;

// Whether a file has so many mistakes that it can hardly be one of watch-lists.
constexpr bool IsHopeless(size_t mistakes, size_t good_lists) {
  return mistakes >= kFileErrorsMax && mistakes / 10 > good_lists;
}

// Collects one watch-list and its mistakes. A list with an error is left out.
//
//   collector.Begin(position);
//   collector.SetId("kremlin", position);
//   collector.AddTerm("Kremlin", position);
//   collector.End();
class WatchListCollector {
 public:
  WatchListCollector(std::string_view file, WatchListSet* set)
      : file_(file), set_(set) {}

  void Begin(TextPosition position);
  void SetId(std::string id, TextPosition position);
  void SetName(std::string name);
  void AddLabel(std::string key, std::string value);
  void AddTerm(std::string text, TextPosition position);
  void SetQuery(std::string text, TextPosition position);
  // `forms: []` is SetForms() without AddFormsLanguage().
  void SetForms(TextPosition position);
  void AddFormsLanguage(std::string language, TextPosition position);
  // `number` as it is written.
  void SetMinRelevance(const std::string& number, TextPosition position);
  void SetZones(const std::string& zones, TextPosition position);
  void AddExample(bool match, std::string json, TextPosition position);
  // Checks the list as a whole and adds it to the set, unless it had an error.
  void End();

  void Error(TextPosition position, std::string message, std::string span = "",
             std::string fix = "");
  // Reports something to look at; the list stays good.
  void Warning(TextPosition position, std::string message, std::string span,
               std::string fix);
  void UnknownKey(TextPosition position, std::string_view key,
                  std::string_view known);
  // Whether the file has so many mistakes that reading on would tell nothing
  // new. The reader then calls SayTooManyErrors() and stops.
  bool is_hopeless() const { return IsHopeless(errors_, good_); }
  void SayTooManyErrors(TextPosition position);

 private:
  // Whether the current list may have one more complaint of this kind. The
  // first complaint beyond the limit is replaced by one that says so.
  bool MayComplain(TextPosition position, Diagnostic::Severity severity,
                   size_t* complaints);
  Diagnostic& Add(TextPosition position, Diagnostic::Severity severity);

  const std::string file_;
  WatchListSet* const set_;
  WatchList list_;
  size_t first_diagnostic_ = 0;  // The first one of the current list.
  size_t list_errors_ = 0;
  size_t list_warnings_ = 0;
  bool bad_ = false;
  size_t errors_ = 0;  // In the whole file.
  size_t good_ = 0;
};

}  // namespace presshawk
