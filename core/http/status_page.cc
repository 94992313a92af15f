#include "core/http/status_page.h"

namespace presshawk {
namespace {

constexpr std::string_view kPage = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>presshawk</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem;
       max-width: 46rem; color-scheme: light dark; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0;
         border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
th { font-weight: normal; opacity: .75; width: 40%; }
td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
#state { font-size: 1.2rem; }
</style>
</head>
<body>
<h1>presshawk</h1>
<p id="state" role="status">…</p>
<ul id="reasons"></ul>
<table><tbody id="status"></tbody></table>
<div id="bad"></div>
<p><a href="metrics">metrics</a> · <a href="readyz">readyz</a> ·
<a href="api/v1/status">status as JSON</a> ·
<a href="api/v1/watchlists">watch-lists as JSON</a> ·
<a href="api/v1/watchlists?sort=nanoseconds">the dearest</a></p>
<!--access-->
<script>
"use strict";
const byId = (id) => document.getElementById(id);
function addRow(name, value) {
  const row = byId("status").insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  row.append(head);
  row.insertCell().textContent =
      typeof value === "number" ? value.toLocaleString() : String(value);
}
function addRows(prefix, value) {
  if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) {
      addRows(prefix ? prefix + " · " + key : key, inner);
    }
  } else {
    addRow(prefix.replaceAll("_", " "), value);
  }
}
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
// Lists of one state with why.
async function badLists(state, title) {
  const path = "api/v1/watchlists?limit=50&state=" + state;
  const answer = await (await fetch(path)).json();
  if (answer.watchlists.length === 0) {
    return [];
  }
  const items = document.createElement("ul");
  for (const list of answer.watchlists) {
    const item = element("li", list.id);
    for (const error of list.errors) {
      const place = error.file ? error.file + ":" + error.line + ": " : "";
      item.append(element("div", place + error.message +
                                 (error.fix ? " (" + error.fix + ")" : "")));
    }
    items.append(item);
  }
  return [element("h2", title + (answer.next ? ", the first" : "")), items];
}
async function refresh() {
  try {
    const ready = await (await fetch("readyz")).json();
    byId("state").textContent = ready.ready ? "Working." : "Not working:";
    byId("reasons").replaceChildren(...ready.reasons.map((reason) => {
      const item = document.createElement("li");
      item.textContent = reason;
      return item;
    }));
    const status = await (await fetch("api/v1/status")).json();
    byId("status").replaceChildren();
    const lines = status.last_errors;
    delete status.last_errors;
    delete status.not_ready;
    addRows("", status);
    for (const line of lines) {
      addRow(line.time + " " + line.level, line.message);
    }
    byId("bad").replaceChildren(
        ...await badLists("rejected", "Rejected lists"),
        ...await badLists("stale", "Stale lists, on their last good condition"));
  } catch (error) {
    byId("state").textContent = "No answer (" + error.message + ").";
  }
  setTimeout(refresh, 3000);
}
refresh();
</script>
</body>
</html>
)html";

}  // namespace

std::string StatusPage(PageAccess access) {
  std::string_view shown;
  switch (access) {
    case PageAccess::kOpen:
      shown =
          "<p>No token is configured (http: token_file:): whoever reaches this "
          "address reads all of this, and can reload the lists.</p>";
      break;
    case PageAccess::kToken:
      break;
    case PageAccess::kSession:
      shown =
          "<form method=\"post\" action=\"logout\"><button>Log out</button>"
          "</form>";
      break;
  }
  constexpr std::string_view kPlace = "<!--access-->";
  std::string page(kPage);
  return page.replace(page.find(kPlace), kPlace.size(), shown);
}

}  // namespace presshawk
