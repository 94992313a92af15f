// SPDX-License-Identifier: Apache-2.0
#include "matchers/subscriptions/where_query.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/str_cat.h"
#include "matchers/list_check.h"
#include "matchers/query/ast.h"
#include "matchers/query/parser.h"
#include "matchers/query/query_field.h"
#include "matchers/watchlist.h"

namespace presshawk {
namespace {

constexpr char kFix[] =
    "an alert has its article's title, author, source, site, lang, country and "
    "id; all else belongs into the watch-list";

// Tells problems of one query at their places.
class Judge {
 public:
  Judge(ConfigSection* section, std::string_view key, const ConfigScalar& query)
      : section_(section), path_(section->PathOf(key)), query_(query) {}

  void Error(uint32_t begin, std::string_view message, std::string fix) {
    section_->Error(PlaceOf(begin), StrCat(path_, ": ", message),
                    std::move(fix));
  }
  void Warn(uint32_t begin, std::string_view message, std::string fix) {
    section_->Warn(PlaceOf(begin), StrCat(path_, ": ", message),
                   std::move(fix));
  }

  // Whether the query has only what an alert has.
  bool OnlyAsksForWhatAlertsHave(const Node& root) {
    bool good = true;
    std::vector<const Node*> pending = {&root};
    while (!pending.empty()) {
      const Node& node = *pending.back();
      pending.pop_back();
      if (node.kind == NodeKind::kReference) {
        Error(node.span.begin,
              StrCat("`@", node.text, "` cannot be asked for here"),
              "name the list under watchlists:, or write its condition out");
        good = false;
      } else if (node.kind == NodeKind::kScope && !AlertHas(node.scope)) {
        const std::string_view name = ScopeName(node.scope);
        Error(node.span.begin, StrCat("`", name, ":` cannot be asked for here"),
              kFix);
        good = false;
      } else if (node.kind == NodeKind::kMeta && node.meta == MetaField::kTag) {
        Warn(node.span.begin, "alerts have no tags: `tag:` never holds here",
             kFix);
      }
      for (const auto& child : node.children) {
        pending.push_back(child.get());
      }
    }
    return good;
  }

 private:
  static bool AlertHas(const Scope& scope) {
    constexpr FieldMask kThere = MaskOf(Field::kTitle) | MaskOf(Field::kAuthor);
    return !scope.lead && (scope.fields & ~kThere) == 0;
  }

  ConfigPlace PlaceOf(uint32_t begin) const {
    return query_.text_column == 0
               ? query_.place
               : ConfigPlace{.line = query_.place.line,
                             .column = query_.text_column + begin};
  }

  ConfigSection* const section_;
  const std::string path_;
  const ConfigScalar& query_;
};

}  // namespace

void JudgeWhere(ConfigSection* section, std::string_view key,
                const ConfigScalar& query) {
  Judge judge(section, key, query);
  const ParsedQuery parsed = ParseQuery(query.text);
  if (parsed.root != nullptr &&
      !judge.OnlyAsksForWhatAlertsHave(*parsed.root)) {
    return;
  }
  // All other rules are those of a list with this query.
  WatchList list;
  list.id = "where";
  list.query = WatchListTerm{.text = query.text, .position = {}};
  const CheckedLists checked = CheckLists(std::vector<WatchList>{list});
  for (const Diagnostic& problem : checked.diagnostics) {
    const uint32_t begin = problem.offset.value_or(0);
    if (problem.severity == Diagnostic::Severity::kWarning) {
      judge.Warn(begin, problem.message, problem.fix);
    } else if (problem.fix.find("a AND NOT b") != std::string::npos) {
      judge.Error(begin, problem.message,
                  StrCat("say that it holds for any other article: id:* AND ",
                         query.text));
    } else {
      judge.Error(begin, problem.message, problem.fix);
    }
  }
}

}  // namespace presshawk
