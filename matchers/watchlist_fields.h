// What both readers of watch-lists share: the keys, and what is checked of
// their values (SPEC A3).
#pragma once

#include <string>
#include <string_view>

#include "matchers/watchlist.h"

namespace presshawk {

inline constexpr std::string_view kWatchListKeys =
    "id, name, labels, terms, query, examples";

// What one file or list may complain of; a file that is no watch-list file at
// all has a mistake in every line.
inline constexpr size_t kFileErrorsMax = 10'000;
inline constexpr size_t kListErrorsMax = 100;

// Whether a file is so full of mistakes that it is none of watch-lists.
constexpr bool IsHopeless(size_t mistakes, size_t good_lists) {
  return mistakes >= kFileErrorsMax && mistakes / 10 > good_lists;
}

// Collects one watch-list and its mistakes. A list with a mistake is left out.
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
  void AddExample(bool match, std::string json, TextPosition position);
  // Checks the whole and adds it to the set, unless something was wrong.
  void End();

  void Error(TextPosition position, std::string message, std::string span = "",
             std::string fix = "");
  // Something to look at; the list stays good.
  void Warning(TextPosition position, std::string message, std::string span,
               std::string fix);
  void UnknownKey(TextPosition position, std::string_view key,
                  std::string_view known);
  // Whether this file is so full of mistakes that reading on tells nothing
  // more; then SayTooManyErrors() and stop.
  bool is_hopeless() const { return IsHopeless(errors_, good_); }
  void SayTooManyErrors(TextPosition position);

 private:
  // Whether the list in hand may complain of one thing more of this kind; the
  // first that is too much says so.
  bool MayComplain(TextPosition position, Diagnostic::Severity severity,
                   size_t* complaints);
  Diagnostic& Add(TextPosition position, Diagnostic::Severity severity);

  const std::string file_;
  WatchListSet* const set_;
  WatchList list_;
  size_t first_diagnostic_ = 0;  // Of the list in hand.
  size_t list_errors_ = 0;
  size_t list_warnings_ = 0;
  bool bad_ = false;
  size_t errors_ = 0;  // Of the whole file.
  size_t good_ = 0;
};

}  // namespace presshawk
