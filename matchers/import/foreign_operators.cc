// SPDX-License-Identifier: Apache-2.0
// The facts are the vendors' own, as in dialect.cc.
#include "matchers/import/foreign_operators.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "core/base/str_cat.h"
#include "matchers/import/dialect.h"

namespace presshawk {
namespace {

using Form = ForeignOperator::Form;

// If two of them fit, the first counts.
const std::vector<ForeignOperator>& Table() {
  static const auto* const table = new std::vector<ForeignOperator>{
      {"NEAR/n",
       Form::kNumber,
       "near/",
       "",
       true,
       {Dialect::kBrandwatch, Dialect::kMeltwater, Dialect::kLexisNexis,
        Dialect::kCision, Dialect::kTalkwalker},
       "",
       "aa NEAR/5 bb"},
      {"NEAR/nf",
       Form::kNumber,
       "near/",
       "f",
       true,
       {Dialect::kBrandwatch},
       "",
       "aa NEAR/2f bb"},
      {"ONEAR/n",
       Form::kNumber,
       "onear/",
       "",
       true,
       {Dialect::kMeltwater, Dialect::kLexisNexis, Dialect::kTalkwalker},
       "",
       "aa ONEAR/5 bb"},
      {"NOTNEAR/n",
       Form::kNumber,
       "notnear/",
       "",
       true,
       {},
       "presshawk and Manticore",
       "aa NOTNEAR/5 bb"},
      {"NEARn",
       Form::kNumber,
       "near",
       "",
       true,
       {Dialect::kFactiva},
       "",
       "aa near5 bb"},
      {"NEAR",
       Form::kCapitals,
       "NEAR",
       "",
       false,
       {Dialect::kMeltwater},
       "",
       "aa NEAR bb"},
      {"ONEAR",
       Form::kCapitals,
       "ONEAR",
       "",
       false,
       {Dialect::kMeltwater},
       "",
       "aa ONEAR bb"},
      {"ADJn",
       Form::kNumber,
       "adj",
       "",
       true,
       {Dialect::kFactiva},
       "",
       "aa adj5 bb"},
      {"ADJ",
       Form::kWord,
       "adj",
       "",
       true,
       {Dialect::kFactiva},
       "",
       "aa adj bb"},
      {"W/n",
       Form::kNumber,
       "w/",
       "",
       true,
       {Dialect::kFactiva, Dialect::kLexisNexis, Dialect::kCision},
       "",
       "aa w/5 bb"},
      {"W/s",
       Form::kWord,
       "w/s",
       "",
       true,
       {Dialect::kLexisNexis},
       "",
       "aa w/s bb"},
      {"W/p",
       Form::kWord,
       "w/p",
       "",
       true,
       {Dialect::kLexisNexis},
       "",
       "aa W/P bb"},
      {"W/seg",
       Form::kWord,
       "w/seg",
       "",
       true,
       {Dialect::kLexisNexis},
       "",
       "aa w/seg bb"},
      {"PRE/n",
       Form::kNumber,
       "pre/",
       "",
       true,
       {Dialect::kLexisNexis},
       "",
       "aa PRE/3 bb"},
      {"/Nn/",
       Form::kNumber,
       "/n",
       "/",
       true,
       {Dialect::kFactiva},
       "",
       "aa /N30/ bb"},
      {"/Fn/",
       Form::kNumber,
       "/f",
       "/",
       true,
       {Dialect::kFactiva},
       "",
       "aa /F30/ bb"},
      {"/s", Form::kWord, "/s", "", true, {}, "Westlaw", "aa /s bb"},
      {"/p", Form::kWord, "/p", "", true, {}, "Westlaw", "aa /p bb"},
      {"/n",
       Form::kNumber,
       "/",
       "",
       true,
       {},
       "Westlaw, Smelter and Manticore",
       "aa /5 bb"},
      {"+n",
       Form::kNumber,
       "+",
       "",
       true,
       {Dialect::kLucene, Dialect::kTalkwalker, Dialect::kGoogle},
       "Westlaw",
       "aa +5 bb"},
      {"SAME",
       Form::kCapitals,
       "SAME",
       "",
       false,
       {Dialect::kFactiva},
       "",
       "aa SAME bb"},
      {"SENTENCE",
       Form::kCapitals,
       "SENTENCE",
       "",
       false,
       {Dialect::kTalkwalker},
       "presshawk and Manticore",
       "aa SENTENCE bb"},
      {"PARAGRAPH",
       Form::kCapitals,
       "PARAGRAPH",
       "",
       false,
       {},
       "presshawk and Manticore",
       "aa PARAGRAPH bb"},
      {"BEFORE",
       Form::kCapitals,
       "BEFORE",
       "",
       false,
       {},
       "Manticore",
       "aa BEFORE bb"},
      {"MAYBE",
       Form::kCapitals,
       "MAYBE",
       "",
       false,
       {},
       "Manticore",
       "aa MAYBE bb"},
      {"<<", Form::kWord, "<<", "", true, {}, "Manticore", "aa << bb"},
      {"AROUND(n)",
       Form::kBeforeBracket,
       "around",
       "",
       true,
       {Dialect::kGoogle},
       "",
       "aa AROUND(3) bb"},
      {"nearn:",
       Form::kNumber,
       "near",
       ":",
       true,
       {},
       "GDELT",
       "aa AND near20:\"bb cc\""},
      {"repeatn:",
       Form::kNumber,
       "repeat",
       ":",
       true,
       {},
       "GDELT",
       "aa AND repeat3:\"bb\""},
      {"ATLEASTn",
       Form::kNumber,
       "atleast",
       "",
       true,
       {Dialect::kFactiva, Dialect::kLexisNexis},
       "",
       "aa AND atleast5(bb)"},
      {"ATLn",
       Form::kNumber,
       "atl",
       "",
       true,
       {},
       "Westlaw and LexisNexis",
       "aa AND atl5(bb)"},
      {"atleast/n",
       Form::kNumber,
       "atleast/",
       "",
       true,
       {},
       "presshawk",
       "aa AND atleast/5(bb)"},
      {"first/n",
       Form::kNumber,
       "first/",
       "",
       true,
       {},
       "presshawk",
       "aa AND first/5(bb)"},
      {"&&", Form::kWord, "&&", "", true, {Dialect::kLucene}, "", "aa && bb"},
      {"||", Form::kWord, "||", "", true, {Dialect::kLucene}, "", "aa || bb"},
      {"|",
       Form::kWord,
       "|",
       "",
       true,
       {Dialect::kGoogle},
       "Manticore",
       "aa | bb"},
      {"|",
       Form::kInside,
       "|",
       "",
       true,
       {},
       "Google and Manticore",
       "aa AND bb|cc"},
      {"%", Form::kWord, "%", "", true, {Dialect::kFactiva}, "", "aa % bb"},
      {"+word",
       Form::kSign,
       "+",
       "",
       true,
       {Dialect::kLucene, Dialect::kTalkwalker, Dialect::kGoogle},
       "",
       "aa AND +bb"},
      {"-word",
       Form::kSign,
       "-",
       "",
       true,
       {Dialect::kLucene, Dialect::kTalkwalker, Dialect::kGoogle},
       "",
       "aa AND -bb"},
      {"!word",
       Form::kSign,
       "!",
       "",
       true,
       {Dialect::kLucene},
       "Pulsar and Manticore",
       "aa AND !bb"},
      {"~word",
       Form::kSign,
       "~",
       "",
       true,
       {},
       "Google (until 2013)",
       "aa AND ~bb"},
      {"^word", Form::kSign, "^", "", true, {}, "Manticore", "aa AND ^bb"},
      {"=word", Form::kSign, "=", "", true, {}, "Manticore", "aa AND =bb"},
      {"word~n",
       Form::kSuffix,
       "~",
       "",
       true,
       {Dialect::kLucene, Dialect::kBrandwatch, Dialect::kMeltwater,
        Dialect::kTalkwalker},
       "",
       "aa AND bb~2"},
      {"word^n",
       Form::kNumberSuffix,
       "^",
       "",
       true,
       {Dialect::kLucene, Dialect::kMeltwater},
       "",
       "aa AND bb^3"},
      {"word$n",
       Form::kNumberSuffix,
       "$",
       "",
       false,
       {Dialect::kFactiva},
       "",
       "aa AND sponsor$3"},
      {"word!",
       Form::kBehind,
       "!",
       "",
       false,
       {Dialect::kLexisNexis},
       "",
       "aa AND recycl!"},
      {"{…}",
       Form::kInside,
       "{",
       "",
       true,
       {Dialect::kBrandwatch},
       "Lucene (ranges)",
       "aa AND {BB}"},
      {"@field",
       Form::kWord,
       "@title",
       "",
       false,
       {},
       "Manticore",
       "aa AND @title"},
      {"@field",
       Form::kWord,
       "@body",
       "",
       false,
       {},
       "Manticore",
       "aa AND @body"},
      {"@field",
       Form::kWord,
       "@text",
       "",
       false,
       {},
       "Manticore",
       "aa AND @text"},
      {"@field",
       Form::kWord,
       "@content",
       "",
       false,
       {},
       "Manticore",
       "aa AND @content"},
      {"@field", Form::kWord, "@*", "", false, {}, "Manticore", "aa AND @*"},
      {"/…/",
       Form::kBetweenSlashes,
       "",
       "",
       true,
       {Dialect::kLucene},
       "",
       "aa AND /bb+/"},
      {"cs(",
       Form::kBeforeBracket,
       "cs",
       "",
       true,
       {Dialect::kCision},
       "",
       "aa AND cs(BB)"},
      {"ALLCAPS(",
       Form::kBeforeBracket,
       "allcaps",
       "",
       true,
       {Dialect::kLexisNexis},
       "",
       "aa AND allcaps(bb)"},
      {"CAPS(",
       Form::kBeforeBracket,
       "caps",
       "",
       true,
       {Dialect::kLexisNexis},
       "",
       "aa AND caps(bb)"},
      {"NOCAPS(",
       Form::kBeforeBracket,
       "nocaps",
       "",
       true,
       {Dialect::kLexisNexis},
       "",
       "aa AND nocaps(bb)"},
      {"SINGULAR(",
       Form::kBeforeBracket,
       "singular",
       "",
       true,
       {Dialect::kLexisNexis},
       "",
       "aa AND singular(bb)"},
      {"PLURAL(",
       Form::kBeforeBracket,
       "plural",
       "",
       true,
       {Dialect::kLexisNexis},
       "",
       "aa AND plural(bb)"},
      {"LANG(",
       Form::kBeforeBracket,
       "lang",
       "",
       true,
       {},
       "Pulsar",
       "aa AND LANG(en)"},
      {"LOCATION(",
       Form::kBeforeBracket,
       "location",
       "",
       true,
       {},
       "Pulsar",
       "aa AND LOCATION(US)"},
      {"IN_URL(",
       Form::kBeforeBracket,
       "in_url",
       "",
       true,
       {},
       "Pulsar",
       "aa AND IN_URL(bb)"},
      {"SITE(",
       Form::kBeforeBracket,
       "site",
       "",
       true,
       {},
       "Pulsar",
       "aa AND SITE(bb)"},
  };
  return *table;
}

// Fields that are in no dialect's table, as they have no counterpart.
constexpr std::pair<std::string_view, std::string_view> kOtherFields[] = {
    {"inurl", "Google"},
    {"allinurl", "Google"},
    {"allintitle", "Google"},
    {"allintext", "Google"},
    {"inanchor", "Google"},
    {"related", "Google"},
    {"when", "Google"},
    {"filetype", "Google"},
    {"raw", "Brandwatch"},
    {"url", "Brandwatch"},
    {"links", "Brandwatch"},
    {"region", "Brandwatch"},
    {"city", "Brandwatch"},
    {"rating", "Brandwatch"},
    {"entityid", "Brandwatch"},
    {"tk_location", "Cision"},
    {"sourcetype", "Talkwalker"},
    {"ingress", "Meltwater"},
    {"near", "GDELT"},
    {"domain", "GDELT"},
    {"theme", "GDELT"},
    {"sourcelang", "GDELT"},
    {"co", "Factiva"},
    {"fds", "Factiva"},
    {"in", "Factiva"},
    {"ns", "Factiva"},
    {"rst", "Factiva"},
    {"wc", "Factiva"},
    {"td", "Factiva"}};

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0;
}

bool Fits(const ForeignOperator& foreign, std::string_view word,
          std::string_view lower, char next) {
  const std::string_view begin = foreign.begin;
  const size_t mark = lower.rfind(begin);
  const bool behind_word = mark != std::string_view::npos && mark > 0 &&
                           IsWordCharacter(lower[mark - 1]);
  switch (foreign.form) {
    case Form::kWord:
      return lower == begin;
    case Form::kCapitals:
      return word == begin;
    case Form::kNumber:
      return lower.size() > begin.size() + foreign.end.size() &&
             lower.starts_with(begin) && lower.ends_with(foreign.end) &&
             IsDigits(lower.substr(begin.size(), lower.size() - begin.size() -
                                                     foreign.end.size()));
    case Form::kBeforeBracket:
      return next == '(' && lower == begin;
    case Form::kSign:
      return lower.starts_with(begin) &&
             (lower.size() > begin.size()
                  ? IsWordCharacter(lower[begin.size()])
                  : next != '\0' && next != ')' &&
                        !absl::ascii_isspace(static_cast<unsigned char>(next)));
    case Form::kSuffix:
      return behind_word && (mark + begin.size() == lower.size() ||
                             IsDigits(lower.substr(mark + begin.size())));
    case Form::kNumberSuffix:
      return behind_word && IsDigits(lower.substr(mark + begin.size()));
    case Form::kBehind:
      return behind_word && mark + begin.size() == lower.size();
    case Form::kInside:
      return mark != std::string_view::npos;
    case Form::kBetweenSlashes:
      return lower.size() > 2 && lower.starts_with('/') && lower.ends_with('/');
  }
  return false;
}

void AppendVendor(std::string_view vendor, std::vector<std::string>* vendors) {
  if (std::find(vendors->begin(), vendors->end(), vendor) == vendors->end()) {
    vendors->emplace_back(vendor);
  }
}

std::string Listed(const std::vector<std::string>& vendors) {
  std::string text;
  for (size_t i = 0; i < vendors.size(); ++i) {
    StrAppend(&text,
              i == 0 ? ""
              : i + 1 == vendors.size() &&
                      vendors[i].find(" and ") == std::string::npos
                  ? " and "
                  : ", ",
              vendors[i]);
  }
  return text;
}

}  // namespace

absl::Span<const ForeignOperator> ForeignOperators() { return Table(); }

const ForeignOperator* FindForeignOperator(std::string_view word, char next,
                                           Dialect dialect) {
  const std::string lower =
      absl::AsciiStrToLower(absl::string_view(word.data(), word.size()));
  for (const ForeignOperator& foreign : Table()) {
    if (std::find(foreign.owners.begin(), foreign.owners.end(), dialect) ==
            foreign.owners.end() &&
        Fits(foreign, word, lower, next)) {
      return &foreign;
    }
  }
  return nullptr;
}

std::string VendorsOf(const ForeignOperator& foreign) {
  std::vector<std::string> vendors;
  for (const Dialect owner : foreign.owners) {
    AppendVendor(RulesOf(owner).title, &vendors);
  }
  if (!foreign.others.empty()) {
    AppendVendor(foreign.others, &vendors);
  }
  return Listed(vendors);
}

std::string VendorsOfField(std::string_view name) {
  std::vector<std::string> vendors;
  for (const DialectRules& rules : AllDialectRules()) {
    for (const FieldRule& field : rules.fields) {
      if (field.name == name) {
        AppendVendor(rules.title, &vendors);
      }
    }
  }
  for (const auto& [other, vendor] : kOtherFields) {
    if (other == name) {
      AppendVendor(vendor, &vendors);
    }
  }
  return Listed(vendors);
}

bool IsFieldOfAny(std::string_view name, char mark) {
  const auto& all = AllDialectRules();
  return std::any_of(all.begin(), all.end(), [&](const DialectRules& rules) {
    return rules.field_mark == mark &&
           std::any_of(
               rules.fields.begin(), rules.fields.end(),
               [&](const FieldRule& field) { return field.name == name; });
  });
}

}  // namespace presshawk
