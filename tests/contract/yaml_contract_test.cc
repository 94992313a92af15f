// SPDX-License-Identifier: Apache-2.0
// What is refused in one kind of YAML file is refused in each (SPEC A3), at its
// place.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/config/load_options.h"
#include "ingest/json/mapping.h"
#include "matchers/watchlist.h"

namespace presshawk {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Kind {
  const char* name;
  std::string good;
  const char* key;  // One of its keys.
  // The same with an anchor and an alias.
  std::string with_alias;
  // "line: message" of each error.
  std::function<std::vector<std::string>(const std::string&)> errors;
};

std::vector<Kind> Kinds() {
  return {
      {"lists", "watchlists:\n  - id: a\n    terms: [x]\n", "watchlists",
       "watchlists:\n  - {id: a, terms: &t [x]}\n  - {id: b, terms: *t}\n",
       [](const std::string& text) {
         WatchListSet set;
         ParseWatchLists("f.yaml", text, &set);
         std::vector<std::string> errors;
         for (const Diagnostic& diagnostic : set.diagnostics) {
           errors.push_back(StrCat(diagnostic.line, ": ", diagnostic.message));
         }
         return errors;
       }},
      {"mapping", "title: /t\nbody: /b\n", "title",
       "title: &t [/t, /u]\nbody: *t\n",
       [](const std::string& text) {
         std::vector<MappingMistake> mistakes;
         ParseMapping("f.yaml", text, &mistakes).status().IgnoreError();
         std::vector<std::string> errors;
         for (const MappingMistake& mistake : mistakes) {
           errors.push_back(StrCat(mistake.line, ": ", mistake.message));
         }
         return errors;
       }},
      {"configuration",
       "source: {file: {paths: [a.ndjson]}}\n"
       "watchlists: {files: [l.yaml]}\nsinks: [{file: {path: out}}]\n",
       "sinks",
       "source: {file: {paths: &p [a.ndjson]}}\n"
       "watchlists: {files: *p}\nsinks: [{file: {path: out}}]\n",
       [](const std::string& text) {
         const LoadedOptions loaded = ParseOptions(
             text, "f.yaml",
             [](const std::string&) { return std::optional<std::string>(); });
         std::vector<std::string> errors;
         for (const ConfigError& error : loaded.errors) {
           errors.push_back(StrCat(error.place.line, ": ", error.message));
         }
         return errors;
       }},
  };
}

TEST(YamlContractTest, EachRefusedThingIsRefusedInEachKindOfFile) {
  for (const Kind& kind : Kinds()) {
    SCOPED_TRACE(kind.name);
    EXPECT_THAT(kind.errors(kind.good), IsEmpty());
    const auto lines = std::count(kind.good.begin(), kind.good.end(), '\n');
    const struct {
      std::string text;  // Behind what is good.
      long line;         // Of the mistake, from there.
      const char* message;
    } refused[] = {
        {"---\na: b\n", 1, "a further YAML document begins here"},
        {"...\n---\n", 2, "a further YAML document begins here"},
        {StrCat(kind.key, ": x\n"), 1, "is given twice (first in line "},
        {"zz: {a: 1, b: 2, a: 3}\n", 1, "`a` is given twice"},
        {"zz: v\n", 1, "unknown "},
        {"null: v\n", 1, "unknown "},
        {"<<: {q: r}\n", 1, "merge keys (`<<`) are not read"},
        {"zz:\n  <<: {q: r}\n", 2, "merge keys (`<<`) are not read"},
        {"zz: !t v\n", 1, "the tag `!t` is not read"},
        {"zz: !!float 1.5\n", 1, "the tag `tag:yaml.org,2002:float`"},
        {"zz: &a [*a]\n", 1, "this alias stands in what it is an alias of"},
        {"zz: *nowhere\n", 1, "not YAML: "},
        {"? [a]\n: b\n", 1, "a key must be a single value"},
        {"zz: [a\n", 2, "not YAML: "},
        {StrCat("zz: ", std::string(600, '[')), 1, "nested too deeply"},
    };
    for (const auto& thing : refused) {
      EXPECT_THAT(kind.errors(kind.good + thing.text),
                  Contains(AllOf(HasSubstr(StrCat(lines + thing.line, ": ")),
                                 HasSubstr(thing.message))))
          << thing.text;
    }
    EXPECT_THAT(kind.errors("%YAML 2.0\n---\n" + kind.good),
                Contains(HasSubstr("1: not YAML: ")));
  }
}

TEST(YamlContractTest, EachGoodThingIsGoodInEachKindOfFile) {
  for (const Kind& kind : Kinds()) {
    SCOPED_TRACE(kind.name);
    EXPECT_THAT(kind.errors(kind.with_alias), IsEmpty());
    EXPECT_THAT(kind.errors("\xEF\xBB\xBF" + kind.good), IsEmpty());
    EXPECT_THAT(kind.errors("# x\n%YAML 1.2\n---\n" + kind.good + "...\n# y\n"),
                IsEmpty());
    std::string other_lines;
    for (const char c : kind.good) {
      other_lines += c == '\n' ? "\r\n" : std::string(1, c);
    }
    EXPECT_THAT(kind.errors(other_lines), IsEmpty());
  }
}

TEST(YamlContractTest, BytesThatAreNoTextAreRefused) {
  for (const Kind& kind : Kinds()) {
    SCOPED_TRACE(kind.name);
    for (const char* bad : {"\x04", "\xFF", "\x1B[2J"}) {
      // In lists they spoil the list that they stand in.
      const std::string text =
          kind.name == std::string("lists")
              ? StrCat(kind.good, "  - {id: b, terms: [\"", bad, "\"]}\n")
              : StrCat(kind.good, "# ", bad, "\n");
      EXPECT_THAT(kind.errors(text), Contains(HasSubstr("UTF-8"))) << text;
    }
  }
}

}  // namespace
}  // namespace presshawk
