// SPDX-License-Identifier: Apache-2.0
#include "tests/support/alert_schema.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <regex>
#include <string_view>

#include "core/base/check.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using nlohmann::json;

class Validator {
 public:
  explicit Validator(json schema) : root_(std::move(schema)) {}

  std::string Mistake(const json& value) const { return At(root_, value, ""); }

 private:
  std::string At(const json& schema, const json& value,
                 const std::string& where) const {
    for (const auto& [keyword, argument] : schema.items()) {
      std::string mistake = Keyword(keyword, argument, schema, value, where);
      if (!mistake.empty()) {
        return mistake;
      }
    }
    return "";
  }

  std::string Keyword(std::string_view keyword, const json& argument,
                      const json& schema, const json& value,
                      const std::string& where) const {
    constexpr std::array<std::string_view, 7> kNoConditions = {
        "$schema", "$id",         "title", "description",
        "$defs",   "prefixItems", "items"};  // The last two: see ArrayMistake().
    if (std::find(kNoConditions.begin(), kNoConditions.end(), keyword) !=
        kNoConditions.end()) {
      return keyword == "items" || keyword == "prefixItems"
                 ? ArrayMistake(keyword, argument, value, where)
                 : "";
    }
    if (keyword == "$ref") {
      const std::string pointer =
          argument.get_ref<const std::string&>().substr(1);
      return At(root_.at(json::json_pointer(pointer)), value, where);
    }
    if (keyword == "properties") {
      return ObjectMistake(argument, schema, value, where);
    }
    if (keyword == "additionalProperties") {
      return schema.contains("properties") ? ""
                                           : EachMember(argument, value, where);
    }
    if (keyword == "oneOf") {
      return OneOfMistake(argument, value, where);
    }
    if (keyword == "required" || keyword == "dependentRequired") {
      return RequiredMistake(keyword, argument, value, where);
    }
    return Holds(keyword, argument, value)
               ? ""
               : StrCat(where, ": not by ", keyword, " ", argument.dump(), ": ",
                        value.dump());
  }

  static bool Holds(std::string_view keyword, const json& argument,
                    const json& value) {
    if (keyword == "type") {
      return argument == "object"    ? value.is_object()
             : argument == "array"   ? value.is_array()
             : argument == "string"  ? value.is_string()
             : argument == "integer" ? value.is_number_integer()
                                     : false;
    }
    if (keyword == "const") {
      return value == argument;
    }
    if (keyword == "enum") {
      return std::find(argument.begin(), argument.end(), value) !=
             argument.end();
    }
    if (keyword == "pattern") {
      // Kept by the thread: making one takes longer than all that it checks.
      static thread_local std::map<std::string, std::regex> patterns;
      const auto& pattern = argument.get_ref<const std::string&>();
      const auto [at, is_new] = patterns.try_emplace(pattern, pattern);
      return std::regex_search(value.get_ref<const std::string&>(), at->second);
    }
    if (keyword == "minLength") {
      PRESSHAWK_CHECK(argument == 1);  // Then bytes are as good as characters.
      return !value.get<std::string>().empty();
    }
    if (keyword == "minimum") {
      return value >= argument;
    }
    if (keyword == "maximum") {
      return value <= argument;
    }
    if (keyword == "minItems") {
      return value.size() >= argument;
    }
    PRESSHAWK_CHECK(keyword == "maxItems");  // Else a keyword to add here.
    return value.size() <= argument;
  }

  std::string ObjectMistake(const json& properties, const json& schema,
                            const json& value, const std::string& where) const {
    for (const auto& [name, member] : value.items()) {
      const std::string path = StrCat(where, "/", name);
      if (!properties.contains(name)) {
        return StrCat(path, ": the schema does not name this member");
      }
      std::string mistake = At(properties.at(name), member, path);
      if (!mistake.empty()) {
        return mistake;
      }
    }
    PRESSHAWK_CHECK(schema.at("type") == "object");
    return "";
  }

  std::string EachMember(const json& schema, const json& value,
                         const std::string& where) const {
    for (const auto& [name, member] : value.items()) {
      std::string mistake = At(schema, member, StrCat(where, "/", name));
      if (!mistake.empty()) {
        return mistake;
      }
    }
    return "";
  }

  std::string ArrayMistake(std::string_view keyword, const json& argument,
                           const json& value, const std::string& where) const {
    for (size_t i = 0; i < value.size(); ++i) {
      const bool is_prefix = keyword == "prefixItems";
      if (is_prefix && i == argument.size()) {
        break;
      }
      std::string mistake = At(is_prefix ? argument[i] : argument, value[i],
                               StrCat(where, "/", i));
      if (!mistake.empty()) {
        return mistake;
      }
    }
    return "";
  }

  std::string OneOfMistake(const json& schemas, const json& value,
                           const std::string& where) const {
    const auto held = std::count_if(
        schemas.begin(), schemas.end(),
        [&](const json& schema) { return At(schema, value, where).empty(); });
    return held == 1 ? ""
                     : StrCat(where, ": by ", held,
                              " schemas of oneOf: ", value.dump());
  }

  static std::string RequiredMistake(std::string_view keyword,
                                     const json& argument, const json& value,
                                     const std::string& where) {
    if (keyword == "dependentRequired") {
      for (const auto& [name, others] : argument.items()) {
        if (value.contains(name)) {
          std::string mistake =
              RequiredMistake("required", others, value, where);
          if (!mistake.empty()) {
            return mistake;
          }
        }
      }
      return "";
    }
    for (const json& name : argument) {
      if (!value.contains(name.get<std::string>())) {
        return StrCat(where, ": has no ", name.dump());
      }
    }
    return "";
  }

  const json root_;
};

}  // namespace

std::string AlertMistake(const json& alert) {
  static const Validator validator = [] {
    std::ifstream file(PRESSHAWK_SOURCE_DIR
                       "/deploy/schema/alert.v1.schema.json");
    return Validator(json::parse(file));
  }();
  return validator.Mistake(alert);
}

}  // namespace presshawk
