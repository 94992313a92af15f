#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// An alert (one JSON line) for a person at a terminal: the list, the article
// and its source, and the snippets with their hits marked (bold yellow with
// `colour`, else «…»). Control characters of the article are not passed on to
// the terminal. Ends with a line feed. A line that is no alert is given back
// as it is.
std::string AlertText(std::string_view alert_json, bool colour);

}  // namespace presshawk
