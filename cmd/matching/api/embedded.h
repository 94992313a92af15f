// SPDX-License-Identifier: Apache-2.0
// Files of this folder that the build puts into the program.
#pragma once

#include <string_view>

namespace presshawk {

// openapi.json: what /api/v1/openapi.json answers with. A test compares it with
// the routes that are registered.
std::string_view OpenApiJson();
// status_page.html, with `<!--access-->` where StatusPage() writes.
std::string_view StatusPageHtml();

}  // namespace presshawk
