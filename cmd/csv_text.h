// SPDX-License-Identifier: Apache-2.0
// Cells of comma-separated values (RFC 4180) that a spreadsheet shows as they
// are.
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// Appends one cell, and a comma before it unless it is the first of its row.
//
// Control characters become spaces, so that a row is a line; invalid UTF-8
// becomes U+FFFD. A cell that begins with = + - @, with their full-width forms,
// or with a tab or carriage return, gets an apostrophe before it: spreadsheets
// would run it as a formula, and articles are written by strangers.
void AppendCsvCell(std::string_view text, std::string* row);
// A number is ours, and stays a number.
void AppendCsvNumber(std::string_view number, std::string* row);
// RFC 4180: carriage return and line feed.
void EndCsvRow(std::string* row);

}  // namespace presshawk
