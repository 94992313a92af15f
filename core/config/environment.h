// SPDX-License-Identifier: Apache-2.0
// `${VAR}` and `${VAR:-default}` in values of the configuration.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace presshawk {

// A variable's value; nothing when it is not set.
using Environment =
    std::function<std::optional<std::string>(const std::string& name)>;

// The process's own. getenv: read before any thread may call setenv.
Environment ProcessEnvironment();

struct Substitution {
  std::string text;
  // Empty, or what is wrong and what to do.
  std::string error;
  std::string fix;
};

// Replaces `${VAR}` by the variable's value (an error when it is not set) and
// `${VAR:-default}` by the default where the variable is not set or empty, as a
// shell does. A default ends at the first `}`, is taken literally and cannot
// hold another `${`, which is an error. `$${` is a literal `${`; a `$` before
// anything else is itself. What comes from a variable is not looked at again,
// and cannot change the file's structure.
Substitution SubstituteEnvironment(std::string_view written,
                                   const Environment& environment);

}  // namespace presshawk
