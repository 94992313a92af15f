// SPDX-License-Identifier: Apache-2.0
#include "core/config/environment.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

bool IsVariableName(std::string_view name) {
  return !name.empty() &&
         !absl::ascii_isdigit(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '_';
         });
}

// `inside` is what stands between the braces.
void AppendVariable(std::string_view inside, const Environment& environment,
                    Substitution* result) {
  const size_t colon = inside.find(":-");
  const std::string name(inside.substr(0, colon));
  if (!IsVariableName(name)) {
    result->error = StrCat("`${", inside, "}` names no variable");
    result->fix =
        "write ${VAR} or ${VAR:-default} (letters, digits and _), or $${ for "
        "a literal ${";
    return;
  }
  if (inside.find("${") != std::string_view::npos) {
    result->error = StrCat("the default of ${", name,
                           ":-…} holds another ${…}, which is "
                           "not looked at");
    result->fix = "write one variable and a plain default: ${VAR:-default}";
    return;
  }
  const std::optional<std::string> value = environment(name);
  if (colon != std::string_view::npos) {
    StrAppend(&result->text, value.has_value() && !value->empty()
                                 ? std::string_view(*value)
                                 : inside.substr(colon + 2));
  } else if (value.has_value()) {
    StrAppend(&result->text, *value);
  } else {
    result->error = StrCat("the environment variable ", name, " is not set");
    result->fix = StrCat("set it, or give a default: ${", name, ":-default}");
  }
}

}  // namespace

Environment ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(
        name.c_str());  // NOLINT(concurrency-mt-unsafe): at start only.
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Substitution SubstituteEnvironment(std::string_view written,
                                   const Environment& environment) {
  Substitution result;
  size_t at = 0;
  while (at < written.size() && result.error.empty()) {
    const std::string_view rest = written.substr(at);
    if (rest.substr(0, 3) == "$${") {
      result.text += "${";
      at += 3;
    } else if (rest.substr(0, 2) == "${") {
      const size_t close = rest.find('}');
      if (close == std::string_view::npos) {
        result.error = "a `${` is not closed by a `}`";
        result.fix = "write ${VAR}, or $${ for a literal ${";
        break;
      }
      AppendVariable(rest.substr(2, close - 2), environment, &result);
      at += close + 1;
    } else {
      result.text += rest.front();
      ++at;
    }
  }
  return result;
}

}  // namespace presshawk
