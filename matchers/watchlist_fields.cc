// SPDX-License-Identifier: Apache-2.0
#include "matchers/watchlist_fields.h"

#include "absl/strings/numbers.h"
#include "core/base/identifier.h"
#include "core/base/language_code.h"
#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"

namespace presshawk {
namespace {

constexpr char kNotUtf8[] =
    "this text holds U+FFFD, which stands for bytes that are not UTF-8, or for "
    "a control character";

// U+FFFD is what readers make of bytes that are no UTF-8; it matches nothing.
bool HoldsReplacement(const std::string& text) {
  return text.find("\xEF\xBF\xBD") != std::string::npos;
}

}  // namespace

void WatchListCollector::Begin(TextPosition position) {
  list_ = WatchList();
  list_.file = file_;
  list_.position = position;
  first_diagnostic_ = set_->diagnostics.size();
  list_errors_ = list_warnings_ = 0;
  bad_ = false;
}

void WatchListCollector::SetId(std::string id, TextPosition position) {
  list_.position = position;
  if (!IsIdentifier(id)) {
    Error(position, kIdentifierRule, id);
  }
  list_.id = std::move(id);
}

void WatchListCollector::SetName(std::string name) {
  list_.name = std::move(name);
}

void WatchListCollector::AddLabel(std::string key, std::string value) {
  list_.labels[std::move(key)] = std::move(value);
}

void WatchListCollector::AddTerm(std::string text, TextPosition position) {
  if (HoldsReplacement(text)) {
    Error(position, kNotUtf8, text, "save the file as UTF-8");
  } else if (Canonicalize(text) == " ") {
    Error(position, "this term has no letter or digit to look for", text);
  } else if (text.find('*') != std::string::npos) {
    Warning(position, "`*` is punctuation in `terms`", text,
            "use `query` for wildcards");
  }
  list_.terms.push_back({std::move(text), position});
}

void WatchListCollector::SetQuery(std::string text, TextPosition position) {
  if (HoldsReplacement(text)) {
    Error(position, kNotUtf8, "", "save the file as UTF-8");
  }
  list_.query = WatchListTerm{std::move(text), position};
}

void WatchListCollector::SetForms(TextPosition position) {
  list_.forms.emplace();
  list_.forms_position = position;
}

void WatchListCollector::AddFormsLanguage(std::string language,
                                          TextPosition position) {
  std::vector<std::string>& forms = *list_.forms;
  if (!IsLanguageCode(language)) {
    Error(position, "this is no code of a language", language,
          "write forms: [ru], or several: forms: [ru, uk]");
    return;
  }
  const auto at = std::lower_bound(forms.begin(), forms.end(), language);
  if (at != forms.end() && *at == language) {
    Error(position, StrCat("`", language, "` stands twice in `forms`"),
          language, "remove one of them");
    return;
  }
  forms.insert(at, std::move(language));
}

void WatchListCollector::SetMinRelevance(const std::string& number,
                                         TextPosition position) {
  int value = -1;
  if (!absl::SimpleAtoi(number, &value) || value < 0 || value > 100) {
    Error(position, "`min_relevance` is a whole number from 0 to 100", number);
    return;
  }
  list_.min_relevance = value;
}

void WatchListCollector::SetZones(const std::string& zones,
                                  TextPosition position) {
  if (zones != "editorial") {
    Error(position, "`zones` is `editorial`, or absent for all zones", zones,
          "write zones: editorial");
    return;
  }
  list_.editorial = true;
}

void WatchListCollector::AddExample(bool match, std::string json,
                                    TextPosition position) {
  (match ? list_.match_examples : list_.no_match_examples)
      .push_back({std::move(json), position});
}

void WatchListCollector::End() {
  if (list_.id.empty() && !bad_) {
    Error(list_.position, "a watch-list needs an id", "", "add `id: my-list`");
  }
  if (list_.terms.empty() && !list_.query.has_value() && !bad_) {
    Error(list_.position, "a watch-list needs at least one term or a query");
  }
  for (size_t i = first_diagnostic_; i < set_->diagnostics.size(); ++i) {
    if (set_->diagnostics[i].watchlist.empty()) {
      set_->diagnostics[i].watchlist = list_.id;
    }
  }
  if (bad_) {
    return;
  }
  if (list_.name.empty()) {
    list_.name = list_.id;
  }
  set_->lists.push_back(std::move(list_));
  ++good_;
}

void WatchListCollector::Error(TextPosition position, std::string message,
                               std::string span, std::string fix) {
  bad_ = true;
  if (!MayComplain(position, Diagnostic::Severity::kError, &list_errors_)) {
    return;  // Not counted: one list alone makes no file hopeless.
  }
  ++errors_;
  Diagnostic& error = Add(position, Diagnostic::Severity::kError);
  error.message = std::move(message);
  error.span = std::move(span);
  error.fix = std::move(fix);
}

void WatchListCollector::Warning(TextPosition position, std::string message,
                                 std::string span, std::string fix) {
  if (!MayComplain(position, Diagnostic::Severity::kWarning, &list_warnings_)) {
    return;
  }
  Diagnostic& warning = Add(position, Diagnostic::Severity::kWarning);
  warning.message = std::move(message);
  warning.span = std::move(span);
  warning.fix = std::move(fix);
}

void WatchListCollector::UnknownKey(TextPosition position, std::string_view key,
                                    std::string_view known) {
  Error(position, StrCat("unknown key `", key, "`"), std::string(key),
        StrCat("there are: ", known));
}

void WatchListCollector::SayTooManyErrors(TextPosition position) {
  Diagnostic& error = Add(position, Diagnostic::Severity::kError);
  error.message =
      StrCat("more than ", kFileErrorsMax, " mistakes: reading stopped here");
  error.fix =
      "is this a file of watch-lists? (.yaml, .yml, .csv; all else is NDJSON)";
}

bool WatchListCollector::MayComplain(TextPosition position,
                                     Diagnostic::Severity severity,
                                     size_t* complaints) {
  if (++*complaints == kListErrorsMax + 1) {
    Add(position, severity).message = StrCat(
        "more than ", kListErrorsMax,
        severity == Diagnostic::Severity::kError ? " mistakes" : " warnings",
        " in one list: the rest is not shown");
  }
  return *complaints <= kListErrorsMax;
}

Diagnostic& WatchListCollector::Add(TextPosition position,
                                    Diagnostic::Severity severity) {
  Diagnostic& diagnostic = set_->diagnostics.emplace_back();
  diagnostic.severity = severity;
  diagnostic.file = file_;
  diagnostic.line = position.line;
  diagnostic.column = position.column;
  return diagnostic;
}

}  // namespace presshawk
