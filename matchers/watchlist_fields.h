// What both readers of watch-lists share: the keys, and what is checked of
// their values (SEMANTICS A3).
#pragma once

#include <string>
#include <string_view>

#include "matchers/watchlist.h"

namespace presshawk {

inline constexpr std::string_view kWatchListKeys =
    "id, name, labels, terms, query, examples";

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
  void UnknownKey(TextPosition position, std::string_view key,
                  std::string_view known);

 private:
  const std::string file_;
  WatchListSet* const set_;
  WatchList list_;
  size_t first_diagnostic_ = 0;
  bool bad_ = false;
};

}  // namespace presshawk
