// SPDX-License-Identifier: Apache-2.0
// The two forms of a host's label (UTS 46). A label that has no other form is
// returned as it is.
#pragma once

#include <string>

namespace presshawk::reference {

std::string UnicodeLabel(const std::string& label);
std::string AsciiLabel(const std::string& label);

}  // namespace presshawk::reference
