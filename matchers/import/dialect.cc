// SPDX-License-Identifier: Apache-2.0
// The facts are the vendors' own, from the help pages and documents named
// beside each; what is marked `unknown` was not found in any of them.
#include "matchers/import/dialect.h"

#include "core/base/check.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using Op = VendorOperator;
using Target = FieldRule::Target;
using Implicit = DialectRules::Implicit;
using Mixing = DialectRules::Mixing;
using Distance = DialectRules::Distance;

constexpr int kNumberNeeded = -1;
constexpr int kNoNumber = -2;

constexpr std::string_view kCodes =
    "codes are compared as your articles carry them";
constexpr std::string_view kLeadDiffers =
    "presshawk's lead: is title, summary and the first 60 words of the body";

FieldRule InField(std::string_view name, Field field,
                  std::string_view doubt = {}) {
  return {name, Target::kScope, {MaskOf(field), false}, {}, doubt};
}
FieldRule InLead(std::string_view name) {
  return {name, Target::kScope, {kDefaultFields, true}, {}, kLeadDiffers};
}
FieldRule InMeta(std::string_view name, MetaField meta,
                 std::string_view doubt = {}) {
  return {name, Target::kMeta, {}, meta, doubt};
}

// consumer-research.brandwatch.com help, "Boolean operators"; its grammar as
// the bwq language server has it. NEAR/2f: "2 or fewer words in-between".
DialectRules Brandwatch() {
  return {.dialect = Dialect::kBrandwatch,
          .name = "brandwatch",
          .title = "Brandwatch",
          .implicit = Implicit::kAnd,
          .mixing = Mixing::kError,
          .distance = Distance::kWordsBetween,
          .has_braces = true,
          .has_slop = true,
          .accents_count = true,
          .operators = {{"near/", "", Op::kNear, kNumberNeeded},
                        {"near/", "f", Op::kONear, kNumberNeeded}},
          .fields = {InField("title", Field::kTitle),
                     InField("author", Field::kAuthor,
                             "Brandwatch compares the author's whole name"),
                     InMeta("site", MetaField::kSite),
                     InMeta("language", MetaField::kLang),
                     InMeta("country", MetaField::kCountry, kCodes),
                     InMeta("guid", MetaField::kId)}};
}

// help.meltwater.com, "Boolean searching": NEAR is NEAR/4, "no more than 4
// words between"; NOT before AND before OR.
DialectRules Meltwater() {
  return {.dialect = Dialect::kMeltwater,
          .name = "meltwater",
          .title = "Meltwater",
          .operators_in_any_case = true,
          .mixing = Mixing::kAndFirst,
          .distance = Distance::kWordsBetween,
          .has_slop = true,
          .has_boost = true,
          .operators = {{"near/", "", Op::kNear, kNumberNeeded},
                        {"near", "", Op::kNear, 4, true},
                        {"onear/", "", Op::kONear, kNumberNeeded},
                        {"onear", "", Op::kONear, 4, true}},
          .fields = {InField("title", Field::kTitle)}};
}

// Factiva's search operator sheets: adj5 is 0 to 4 words between; words side
// by side are a phrase; proximity before not before and before or.
DialectRules Factiva() {
  return {.dialect = Dialect::kFactiva,
          .name = "factiva",
          .title = "Factiva",
          .operators_in_any_case = true,
          .implicit = Implicit::kPhrase,
          .mixing = Mixing::kAndFirst,
          .distance = Distance::kPositions,
          .has_atleast = true,
          .field_mark = '=',
          .operators = {{"adj", "", Op::kONear, 1},
                        {"w/", "", Op::kONear, kNumberNeeded},
                        {"near", "", Op::kNear, kNumberNeeded},
                        {"/n", "/", Op::kNear, kNumberNeeded},
                        {"/f", "/", Op::kUnsupported, kNumberNeeded},
                        {"same", "", Op::kParagraph, kNoNumber}},
          .fields = {InField("hd", Field::kTitle), InLead("hlp"), InLead("lp"),
                     InField("by", Field::kAuthor),
                     InMeta("sn", MetaField::kSource),
                     InMeta("la", MetaField::kLang, kCodes),
                     InMeta("re", MetaField::kCountry, kCodes)}};
}

// LexisNexis, "Developing a search": OR first, then W/n, AND, AND NOT last;
// what n counts is not said. `!` ends a stem, `*` is one character.
DialectRules LexisNexis() {
  return {.dialect = Dialect::kLexisNexis,
          .name = "lexisnexis",
          .title = "LexisNexis",
          .operators_in_any_case = true,
          .implicit = Implicit::kPhrase,
          .mixing = Mixing::kOrFirst,
          .has_atleast = true,
          .any_run = '!',
          .one_character = '*',
          .field_mark = '(',
          .operators = {{"w/s", "", Op::kSentence, kNoNumber},
                        {"w/p", "", Op::kParagraph, kNoNumber},
                        {"w/seg", "", Op::kUnsupported, kNoNumber},
                        {"w/", "", Op::kNear, kNumberNeeded},
                        {"near/", "", Op::kNear, kNumberNeeded},
                        {"pre/", "", Op::kONear, kNumberNeeded},
                        {"onear/", "", Op::kONear, kNumberNeeded},
                        {"not w/", "", Op::kNotNear, kNumberNeeded}},
          .fields = {InField("headline", Field::kTitle),
                     InField("byline", Field::kAuthor),
                     InField("body", Field::kBody), InLead("hlead"),
                     InLead("lead"), InMeta("publication", MetaField::kSource),
                     InMeta("language", MetaField::kLang, kCodes)}};
}

// Cision's help, "Advanced search": w/5 is "within a specified distance".
DialectRules Cision() {
  return {.dialect = Dialect::kCision,
          .name = "cision",
          .title = "Cision",
          .operators_in_any_case = true,
          .field_mark = '(',
          .operators = {{"w/", "", Op::kNear, kNumberNeeded},
                        {"near/", "", Op::kNear, kNumberNeeded}},
          .fields = {InField("headline", Field::kTitle),
                     InMeta("publication", MetaField::kSource)}};
}

// Talkwalker's alert syntax and API pages; what n counts is not said.
DialectRules Talkwalker() {
  return {.dialect = Dialect::kTalkwalker,
          .name = "talkwalker",
          .title = "Talkwalker",
          .implicit = Implicit::kAnd,
          .has_minus = true,
          .has_slop = true,
          .operators = {{"near/", "", Op::kNear, kNumberNeeded},
                        {"onear/", "", Op::kONear, kNumberNeeded},
                        {"sentence", "", Op::kSentence, kNoNumber}},
          .fields = {InField("title", Field::kTitle),
                     InField("content", Field::kBody),
                     InField("author", Field::kAuthor),
                     InMeta("lang", MetaField::kLang),
                     InMeta("sourcecountry", MetaField::kCountry),
                     InMeta("site", MetaField::kSite)}};
}

// Lucene's classic query parser with its default operator, OR.
DialectRules Lucene() {
  return {
      .dialect = Dialect::kLucene,
      .name = "lucene",
      .title = "Lucene",
      .implicit = Implicit::kOr,
      .mixing = Mixing::kAndFirst,
      .distance = Distance::kWordsBetween,
      .has_clauses = true,
      .has_minus = true,
      .has_slop = true,
      .has_boost = true,
      .has_backslash = true,
      .fields = {
          InField("title", Field::kTitle), InField("headline", Field::kTitle),
          InField("summary", Field::kSummary),
          InField("description", Field::kSummary),
          InField("body", Field::kBody), InField("content", Field::kBody),
          InField("text", Field::kBody), InField("author", Field::kAuthor),
          InMeta("lang", MetaField::kLang),
          InMeta("language", MetaField::kLang),
          InMeta("country", MetaField::kCountry),
          InMeta("source", MetaField::kSource), InMeta("tag", MetaField::kTag),
          InMeta("id", MetaField::kId)}};
}

// Google News and Alerts: their help pages. They find other forms of words
// that are not in quotes.
DialectRules Google() {
  return {.dialect = Dialect::kGoogle,
          .name = "google",
          .title = "Google",
          .implicit = Implicit::kAnd,
          .has_minus = true,
          .finds_variants = true,
          .one_character = '\0',
          .operators = {{"around(", ")", Op::kNear, kNumberNeeded}},
          .fields = {InField("intitle", Field::kTitle),
                     InField("intext", Field::kBody),
                     InMeta("site", MetaField::kSite),
                     InMeta("source", MetaField::kSource)}};
}

}  // namespace

const std::vector<DialectRules>& AllDialectRules() {
  static const auto* const rules = new std::vector<DialectRules>{
      Brandwatch(), Meltwater(),  Factiva(), LexisNexis(),
      Cision(),     Talkwalker(), Lucene(),  Google()};
  return *rules;
}

const DialectRules& RulesOf(Dialect dialect) {
  for (const DialectRules& rules : AllDialectRules()) {
    if (rules.dialect == dialect) {
      return rules;
    }
  }
  PRESSHAWK_CHECK(false);
  return AllDialectRules()[0];
}

std::optional<Dialect> DialectNamed(std::string_view name) {
  for (const DialectRules& rules : AllDialectRules()) {
    if (rules.name == name) {
      return rules.dialect;
    }
  }
  return std::nullopt;
}

std::string DialectNames() {
  std::string names;
  for (const DialectRules& rules : AllDialectRules()) {
    StrAppend(&names, names.empty() ? "" : "|", std::string(rules.name));
  }
  return names;
}

}  // namespace presshawk
