// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// An alert (one JSON line) for a person at a terminal: the list, the article
// and its source, and the snippets with their hits marked (bold yellow with
// `colour`, else «…»). Control characters of the article are not passed on to
// the terminal. Ends with a line feed. A line that is no alert of version 1 is
// given back as it is.
std::string AlertText(std::string_view alert_json, bool colour);

// The header row of AppendAlertCsv().
std::string AlertCsvHeader();
// Appends an alert (one JSON line) as a row for spreadsheets, as
// cmd/csv_text.h: what the alert is, then the distinct terms that hit (of the
// hits that the alert shows) and its snippets with their hits as «…». What the
// article does not have is an empty cell. A line that is no alert becomes a row
// of one cell.
void AppendAlertCsv(std::string_view alert_json, std::string* csv);

}  // namespace presshawk
