// SPDX-License-Identifier: Apache-2.0
// Watch-lists as comma-separated values (RFC 4180), as spreadsheets write them:
// a row a term.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "core/base/column_counter.h"
#include "core/base/identifier.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "matchers/watchlist_fields.h"
#include "matchers/watchlist_readers.h"

namespace presshawk {
namespace {

constexpr char kNoSeparator = '\0';  // A file of one column.
constexpr std::string_view kColumns =
    "term, query, id, name, forms, min_relevance, zones, label.KEY";
constexpr std::string_view kLabelPrefix = "label.";
constexpr char kSaveAsUtf8[] = "save the file as UTF-8 (in Excel: CSV UTF-8)";

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos
             ? std::string_view()
             : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// A column's name, in lower case but for the key of a label.
std::string ColumnName(std::string_view cell) {
  std::string name(Trimmed(cell));
  const size_t end = std::min(name.size(), kLabelPrefix.size());
  std::string begin = name.substr(0, end);
  for (char& c : begin) {
    c = absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return begin + name.substr(end);
}

struct Cell {
  std::string text;
  TextPosition position;  // Of its text, behind a quote.
  bool quoted = false;
  bool has_text_after_quote = false;
  bool is_open = false;  // Its quote is never closed.
};
using Row = std::vector<Cell>;

// Reads a file row by row.
class RowReader {
 public:
  RowReader(std::string_view content, char separator)
      : content_(content), columns_(content), separator_(separator) {}

  // The next row that is not blank; false at the end.
  bool Next(Row* row) {
    while (at_ < content_.size()) {
      row->clear();
      do {
        ReadCell(&row->emplace_back());
      } while (TakeSeparator());
      TakeLineEnd();
      if (std::any_of(row->begin(), row->end(), [](const Cell& cell) {
            return cell.quoted || !Trimmed(cell.text).empty();
          })) {
        return true;
      }
    }
    return false;
  }

 private:
  bool AtEndOfCell() const {
    return at_ >= content_.size() || content_[at_] == '\n' ||
           (separator_ != kNoSeparator && content_[at_] == separator_);
  }

  void ReadCell(Cell* cell) {
    cell->quoted = at_ < content_.size() && content_[at_] == '"';
    at_ += cell->quoted ? 1 : 0;
    cell->position = {line_, columns_.At(at_), true};
    if (cell->quoted) {
      ReadQuoted(cell);
    }
    const size_t begin = at_;
    while (!AtEndOfCell()) {
      ++at_;
    }
    std::string_view rest = content_.substr(begin, at_ - begin);
    if (rest.ends_with('\r')) {
      rest.remove_suffix(1);
    }
    if (!cell->quoted) {
      cell->text = rest;
    } else {
      cell->has_text_after_quote = !Trimmed(rest).empty();
    }
  }

  // From behind the opening quote to behind the closing one.
  void ReadQuoted(Cell* cell) {
    while (true) {
      const size_t quote = content_.find('"', at_);
      const size_t end = std::min(quote, content_.size());
      const std::string_view part = content_.substr(at_, end - at_);
      cell->text += part;
      const auto lines =
          static_cast<uint32_t>(std::count(part.begin(), part.end(), '\n'));
      line_ += lines;
      cell->position.verbatim &= lines == 0;
      if (quote == std::string_view::npos) {
        at_ = content_.size();
        cell->is_open = true;
        return;
      }
      at_ = quote + 1;
      if (at_ >= content_.size() || content_[at_] != '"') {
        return;
      }
      cell->text += '"';
      cell->position.verbatim = false;
      ++at_;
    }
  }

  bool TakeSeparator() {
    if (separator_ == kNoSeparator || at_ >= content_.size() ||
        content_[at_] != separator_) {
      return false;
    }
    ++at_;
    return true;
  }

  void TakeLineEnd() {
    if (at_ < content_.size()) {
      ++at_;
      ++line_;
    }
  }

  const std::string_view content_;
  ColumnCounter columns_;
  const char separator_;
  size_t at_ = 0;
  uint32_t line_ = 1;
};

// The kind of a column; one that is none of the others is a label.
enum class Column : uint8_t {
  kTerm,
  kQuery,
  kId,
  kName,
  kForms,
  kMinRelevance,
  kZones,
  kLabel,
  kUnnamed
};

bool NamesTerms(const Row& row) {
  return std::any_of(row.begin(), row.end(), [](const Cell& cell) {
    const std::string name = ColumnName(cell.text);
    return name == "term" || name == "query";
  });
}

// `,`, `;` (where a comma stands in numbers) or a tab: whichever makes a header
// of the first row. None for a file of one column, with a header or without.
char FindSeparator(std::string_view content) {
  for (const char separator : {',', ';', '\t'}) {
    Row row;
    if (RowReader(content, separator).Next(&row) && row.size() > 1 &&
        NamesTerms(row)) {
      return separator;
    }
  }
  return kNoSeparator;
}

// The id that a file's name gives: its characters that an id may have, `-` for
// each run of others.
std::string IdOfFile(std::string_view file) {
  file = file.substr(file.rfind('/') + 1);  // npos + 1 is 0.
  file = file.substr(0, file.rfind('.'));
  std::string id;
  for (const char c : file) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
        c == '_') {
      id += c;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  while (!id.empty() && id.back() == '-') {
    id.pop_back();
  }
  return id.substr(0, kIdentifierBytesMax);
}

struct Problem {
  TextPosition position;
  std::string message;
  std::string span;
  std::string fix;
};

// The rows of one list.
struct ListRows {
  std::string id;
  TextPosition position;
  std::optional<Cell> name;
  std::optional<Cell> query;
  std::optional<Cell> forms;
  std::optional<Cell> min_relevance;
  std::optional<Cell> zones;
  std::map<std::string, Cell> labels;
  std::vector<Cell> terms;
  std::vector<Problem> problems;
};

class CsvLists {
 public:
  CsvLists(std::string_view file, WatchListSet* set)
      : file_(file), set_(set), collector_(file, set) {}

  void Read(std::string_view content) {
    const char separator = FindSeparator(content);
    RowReader rows(content, separator);
    Row row;
    if (!rows.Next(&row)) {
      return Refuse({1, 1, false}, "this file has no term", "",
                    "write one term per line");
    }
    const bool has_header = NamesTerms(row);
    if (has_header ? !ReadHeader(row) : !TakeOneColumn(row)) {
      return;
    }
    bool has_row = false;
    for (bool more = has_header ? rows.Next(&row) : true; more;
         more = rows.Next(&row)) {
      has_row = true;
      if (row.back().is_open) {
        // What follows may be of any list: none of them is known whole.
        return Refuse(row.back().position, "this quote is never closed", "",
                      "close it, or write a quote inside quotes twice (\"\")");
      }
      ReadRow(row);
    }
    if (!has_row) {
      WarnOfNoRow();
    }
    Collect();
  }

 private:
  // Of the file; no list.
  void Refuse(TextPosition position, std::string message, std::string span,
              std::string fix) {
    WatchListCollector refusal(file_, set_);
    refusal.Begin(position);
    refusal.Error(position, std::move(message), std::move(span),
                  std::move(fix));
    refusal.End();
  }

  bool ReadHeader(const Row& row) {
    bool good = true;
    std::vector<std::string> seen;
    for (const Cell& cell : row) {
      const std::string name = ColumnName(cell.text);
      if (!name.empty() &&
          std::find(seen.begin(), seen.end(), name) != seen.end()) {
        Refuse(cell.position, StrCat("the column `", name, "` stands twice"),
               name, "remove one of them");
        good = false;
      }
      seen.push_back(name);
      names_.push_back(name);
      const std::optional<Column> column = ColumnOf(name);
      if (!column.has_value()) {
        Refuse(cell.position, StrCat("unknown column `", name, "`"), name,
               StrCat("there are: ", kColumns, "; write `label.", name,
                      "` for a label"));
        good = false;
      }
      columns_.push_back(column.value_or(Column::kUnnamed));
    }
    return good;
  }

  static std::optional<Column> ColumnOf(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, Column>, 8> kKnown =
        {{{"term", Column::kTerm},
          {"query", Column::kQuery},
          {"id", Column::kId},
          {"name", Column::kName},
          {"forms", Column::kForms},
          {"min_relevance", Column::kMinRelevance},
          {"zones", Column::kZones},
          {"", Column::kUnnamed}}};
    for (const auto& [known, column] : kKnown) {
      if (name == known) {
        return column;
      }
    }
    if (name.starts_with(kLabelPrefix) && name.size() > kLabelPrefix.size()) {
      return Column::kLabel;
    }
    return std::nullopt;
  }

  // A file without a header, unless its first row looks like one.
  bool TakeOneColumn(const Row& row) {
    const std::string name = ColumnName(row[0].text);
    for (const std::string_view other :
         {"terms", "queries", "keyword", "keywords", "id", "name"}) {
      if (name == other) {
        Refuse(row[0].position,
               StrCat("`", name, "` looks like the name of a column"), name,
               "name the column of the terms `term`");
        return false;
      }
    }
    names_ = {"term"};
    columns_ = {Column::kTerm};
    return true;
  }

  bool Has(Column column) const {
    return std::find(columns_.begin(), columns_.end(), column) !=
           columns_.end();
  }

  // The list of a row; null after a message.
  ListRows* ListOf(const Row& row) {
    std::string id;
    TextPosition position = row[0].position;
    if (!Has(Column::kId)) {
      id = IdOfFile(file_);
      if (id.empty()) {
        if (!std::exchange(refused_name_, true)) {
          Refuse({1, 1, false}, "the file's name makes no id for its list", "",
                 "add a column `id`");
        }
        return nullptr;
      }
    } else {
      const size_t at = static_cast<size_t>(
          std::find(columns_.begin(), columns_.end(), Column::kId) -
          columns_.begin());
      if (at < row.size()) {
        id = Trimmed(row[at].text);
        position = row[at].position;
      }
      if (id.empty()) {
        Refuse(position, "this row has no id, so it belongs to no list", "",
               "repeat the id in each row of the list");
        return nullptr;
      }
    }
    const auto [found, is_new] = by_id_.emplace(id, lists_.size());
    if (is_new) {
      lists_.emplace_back();
      lists_.back().id = id;
      lists_.back().position = position;
    }
    return &lists_[found->second];
  }

  void ReadRow(const Row& row) {
    ListRows* const list = ListOf(row);
    if (list == nullptr) {
      return;
    }
    bool says_something = false;
    for (size_t i = 0; i < row.size(); ++i) {
      const Cell& cell = row[i];
      if (cell.has_text_after_quote) {
        list->problems.push_back({cell.position,
                                  "text follows the closing quote", "",
                                  "write a quote inside quotes twice (\"\")"});
        says_something = true;
        continue;
      }
      if (Trimmed(cell.text).empty()) {
        continue;
      }
      const Column column =
          i < columns_.size() ? columns_[i] : Column::kUnnamed;
      says_something |= column == Column::kTerm || column == Column::kQuery ||
                        column == Column::kUnnamed;
      ReadCell(cell, column, i < names_.size() ? names_[i] : "", list);
    }
    if (!says_something) {
      list->problems.push_back({row[0].position,
                                Has(Column::kQuery)
                                    ? "this row has neither a term nor a query"
                                    : "this row has no term",
                                "", "fill it in, or remove the row"});
    }
  }

  void ReadCell(const Cell& cell, Column column, const std::string& name,
                ListRows* list) {
    switch (column) {
      case Column::kTerm:
        CheckOneColumn(cell, list);
        list->terms.push_back(cell);
        return;
      case Column::kQuery:
        return SetOnce("query", cell, &list->query, list);
      case Column::kName:
        return SetOnce("name", cell, &list->name, list);
      case Column::kForms:
        return SetOnce("forms", cell, &list->forms, list);
      case Column::kMinRelevance:
        return SetOnce("min_relevance", cell, &list->min_relevance, list);
      case Column::kZones:
        return SetOnce("zones", cell, &list->zones, list);
      case Column::kLabel: {
        std::optional<Cell> value;
        const std::string key = name.substr(kLabelPrefix.size());
        const auto known = list->labels.find(key);
        if (known != list->labels.end()) {
          value = known->second;
        }
        SetOnce(name, cell, &value, list);
        list->labels.insert_or_assign(key, *value);
        return;
      }
      case Column::kUnnamed:
        list->problems.push_back(
            {cell.position, "this cell is in a column without a name",
             cell.text,
             "put what has a separator in it in quotes, or name the column"});
        return;
      case Column::kId:
        return;
    }
  }

  // In a file of one column nothing separates: what looks as if it did, is said
  // to be a mistake or, a comma, to be taken as a part of the term.
  void CheckOneColumn(const Cell& cell, ListRows* list) {
    if (columns_.size() > 1 || cell.quoted) {
      return;
    }
    if (cell.text.find_first_of(";\t") != std::string::npos) {
      list->problems.push_back(
          {cell.position, "this row has several cells, and there is no header",
           cell.text,
           StrCat("begin the file with the names of its columns (", kColumns,
                  ")")});
    } else if (cell.text.find(',') != std::string::npos) {
      commas_.push_back(cell);
    }
  }

  // The values that all rows of a list share.
  static void SetOnce(std::string_view what, const Cell& cell,
                      std::optional<Cell>* value, ListRows* list) {
    if (!value->has_value()) {
      *value = cell;
    } else if (Trimmed((*value)->text) != Trimmed(cell.text)) {
      list->problems.push_back(
          {cell.position,
           StrCat("`", what, "` of the list `", list->id,
                  "` is something else in line ", (*value)->position.line),
           cell.text, "write the same in each row, or only in one"});
    }
  }

  void CheckUtf8(const Cell& cell, std::string_view what) {
    if (cell.text.find("\xEF\xBF\xBD") != std::string::npos) {
      collector_.Error(cell.position,
                       StrCat("this ", what,
                              " holds U+FFFD, which stands for bytes that are "
                              "not UTF-8"),
                       cell.text, kSaveAsUtf8);
    }
  }

  void Collect() {
    for (ListRows& list : lists_) {
      if (collector_.is_hopeless()) {
        return collector_.SayTooManyErrors(list.position);
      }
      collector_.Begin(list.position);
      collector_.SetId(list.id, list.position);
      for (Problem& problem : list.problems) {
        collector_.Error(problem.position, std::move(problem.message),
                         std::move(problem.span), std::move(problem.fix));
      }
      if (list.name.has_value()) {
        CheckUtf8(*list.name, "name");
        collector_.SetName(std::string(Trimmed(list.name->text)));
      }
      for (auto& [key, cell] : list.labels) {
        CheckUtf8(cell, "label");
        collector_.AddLabel(key, std::string(Trimmed(cell.text)));
      }
      for (Cell& term : list.terms) {
        collector_.AddTerm(std::move(term.text), term.position);
      }
      if (list.forms.has_value()) {
        AddForms(*list.forms);
      }
      if (list.min_relevance.has_value()) {
        collector_.SetMinRelevance(
            std::string(Trimmed(list.min_relevance->text)),
            list.min_relevance->position);
      }
      if (list.zones.has_value()) {
        collector_.SetZones(std::string(Trimmed(list.zones->text)),
                            list.zones->position);
      }
      if (list.query.has_value()) {
        collector_.SetQuery(std::move(list.query->text), list.query->position);
      }
      collector_.End();
    }
    WarnOfCommas();
  }

  // `ru uk`, or `ru,uk` in quotes.
  void AddForms(const Cell& cell) {
    constexpr std::string_view kBetween = " ,;\t";
    collector_.SetForms(cell.position);
    for (size_t at = cell.text.find_first_not_of(kBetween);
         at != std::string::npos;) {
      const size_t end =
          std::min(cell.text.find_first_of(kBetween, at), cell.text.size());
      collector_.AddFormsLanguage(cell.text.substr(at, end - at),
                                  cell.position);
      at = cell.text.find_first_not_of(kBetween, end);
    }
  }

  void WarnOfNoRow() {
    Diagnostic& warning = set_->diagnostics.emplace_back();
    warning.severity = Diagnostic::Severity::kWarning;
    warning.file = file_;
    warning.line = 1;
    warning.column = 1;
    warning.message =
        "this file names its columns and has no row, so it holds no watch-list";
    warning.fix = "write a row for each term";
  }

  void WarnOfCommas() {
    if (commas_.empty() || lists_.empty()) {
      return;
    }
    Diagnostic& warning = set_->diagnostics.emplace_back();
    warning.severity = Diagnostic::Severity::kWarning;
    warning.file = file_;
    warning.line = commas_[0].position.line;
    warning.column = commas_[0].position.column;
    warning.watchlist = lists_[0].id;
    warning.message =
        StrCat("the comma is taken as a part of the term, here",
               commas_.size() > 1
                   ? StrCat(" and in ", commas_.size() - 1, " more rows")
                   : "");
    warning.span = commas_[0].text;
    warning.fix = StrCat(
        "put the term in quotes; or, for several columns, begin the file with "
        "their names (",
        kColumns, ")");
  }

  const std::string file_;
  WatchListSet* const set_;
  WatchListCollector collector_;
  std::vector<std::string> names_;
  std::vector<Column> columns_;
  std::vector<ListRows> lists_;  // In the order of their first rows.
  absl::flat_hash_map<std::string, size_t> by_id_;
  std::vector<Cell> commas_;  // Terms of one column, unquoted, with a comma.
  bool refused_name_ = false;
};

}  // namespace

void ParseWatchListCsv(std::string_view file, std::string_view content,
                       WatchListSet* set) {
  if (content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF")) {
    WatchListCollector collector(file, set);
    collector.Begin({1, 1, false});
    collector.Error({1, 1, false}, "this file is UTF-16", "", kSaveAsUtf8);
    collector.End();
    return;
  }
  std::string changed;
  if (!IsValidUtf8(content)) {
    // Bytes that are not UTF-8 become U+FFFD, which is refused.
    changed = ReplaceInvalidUtf8(content);
    content = changed;
  }
  if (const auto control =
          std::find_if(content.begin(), content.end(),
                       [](char c) {
                         return static_cast<uint8_t>(c) < ' ' && c != '\t' &&
                                c != '\n' && c != '\r';
                       });
      control != content.end()) {
    // UTF-16 without a byte order mark is full of NULs.
    const auto line =
        static_cast<uint32_t>(std::count(content.begin(), control, '\n') + 1);
    WatchListCollector collector(file, set);
    collector.Begin({line, 1, false});
    collector.Error({line, 1, false}, "this file holds control characters", "",
                    kSaveAsUtf8);
    collector.End();
    return;
  }
  if (content.find('\n') == std::string_view::npos &&
      content.find('\r') != std::string_view::npos) {
    changed = std::string(content);  // Line ends of the old Macintosh.
    std::replace(changed.begin(), changed.end(), '\r', '\n');
    content = changed;
  }
  CsvLists(file, set).Read(content);
}

}  // namespace presshawk
