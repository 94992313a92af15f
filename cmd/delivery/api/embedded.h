// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace presshawk {

// openapi.json: the paths of DeliveryRoutes and their schemas. A test compares
// it with the routes that are registered.
std::string_view DeliveryOpenApiJson();

}  // namespace presshawk
