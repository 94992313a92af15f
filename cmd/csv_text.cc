// SPDX-License-Identifier: Apache-2.0
#include "cmd/csv_text.h"

#include <algorithm>
#include <array>

#include "core/base/utf8.h"

namespace presshawk {
namespace {

bool IsTakenForAFormula(std::string_view text) {
  static constexpr std::array<std::string_view, 10> kBegins = {
      "=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
  return std::any_of(
      kBegins.begin(), kBegins.end(),
      [&](std::string_view begin) { return text.starts_with(begin); });
}

bool IsAtBegin(const std::string& row) {
  return row.empty() || row.back() == '\n';
}

void Separate(std::string* row) {
  if (!IsAtBegin(*row)) {
    *row += ',';
  }
}

}  // namespace

void AppendCsvCell(std::string_view text, std::string* row) {
  const bool is_first = IsAtBegin(*row);
  Separate(row);
  std::string cell = IsTakenForAFormula(text) ? "'" : "";
  cell += IsValidUtf8(text) ? std::string(text) : ReplaceInvalidUtf8(text);
  for (char& c : cell) {
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7F) {
      c = ' ';
    }
  }
  // In quotes also where the row's first cell is empty: it would leave no trace
  // for the comma of the next.
  const bool is_plain = cell.empty()
                            ? !is_first
                            : cell.find_first_of(",;\"") == std::string::npos &&
                                  cell.front() != ' ' && cell.back() != ' ';
  if (is_plain) {
    *row += cell;
    return;
  }
  *row += '"';
  for (const char c : cell) {
    *row += c;
    if (c == '"') {
      *row += '"';
    }
  }
  *row += '"';
}

void AppendCsvNumber(std::string_view number, std::string* row) {
  Separate(row);
  *row += number;
}

void EndCsvRow(std::string* row) { *row += "\r\n"; }

}  // namespace presshawk
