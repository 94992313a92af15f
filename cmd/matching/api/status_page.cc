// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/api/status_page.h"

#include "cmd/matching/api/embedded.h"

namespace presshawk {

std::string StatusPage(HttpCaller caller) {
  std::string_view shown;
  switch (caller) {
    case HttpCaller::kAnyone:
      shown =
          "<p>No token is configured (http: token_file:): whoever reaches this "
          "address reads all of this, and can reload the lists.</p>";
      break;
    case HttpCaller::kToken:
      break;
    case HttpCaller::kSession:
      shown =
          "<form method=\"post\" action=\"logout\"><button>Log out</button>"
          "</form>";
      break;
  }
  constexpr std::string_view kPlace = "<!--access-->";
  std::string page(StatusPageHtml());
  return page.replace(page.find(kPlace), kPlace.size(), shown);
}

}  // namespace presshawk
