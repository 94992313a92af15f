// SPDX-License-Identifier: Apache-2.0
#include "cmd/explanation_text.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "cmd/terminal_text.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

struct Style {
  std::string_view yes, no, hit, dim, reset;
  std::string_view hit_in_passage, behind_hit_in_passage;
};
constexpr Style kColour = {"\x1b[32m✓\x1b[0m", "\x1b[31m✗\x1b[0m", "\x1b[1;33m",
                           "\x1b[2m",          "\x1b[0m",          "\x1b[1;33m",
                           "\x1b[0m"};
constexpr Style kPlain = {"✓", "✗", "", "", "", "[", "]"};

bool NamesItself(const Explanation& part) {
  return part.form == "AND" || part.form == "OR" || part.form == "NOT";
}

// Where that is not its field's name: ` (caption)`.
void AppendZone(Field field, Zone zone, const Style& style, std::string* out) {
  if (ZoneName(zone) != FieldName(field)) {
    StrAppend(out, style.dim, " (", ZoneName(zone), ")", style.reset);
  }
}

void AppendHits(const Explanation& part, const Style& style, std::string* out) {
  constexpr size_t kShown = 3;
  for (size_t i = 0; i < std::min(part.hits.size(), kShown); ++i) {
    const AnswerHit& hit = part.hits[i];
    StrAppend(out, i == 0 ? ": " : ", ", FieldName(hit.field), " ",
              hit.span.begin, "-", hit.span.end, " ", style.hit,
              TerminalText(hit.text), style.reset);
    AppendZone(hit.field, hit.zone, style, out);
  }
  if (part.hits.size() > kShown) {
    StrAppend(out, " and ", part.hits.size() - kShown, " more");
  }
}

// `Москвы`: ru, genitive: -а → -ы
void AppendForms(const Explanation& part, const Style& style,
                 std::string* out) {
  if (part.forms.empty()) {
    return;
  }
  const char* separator = " (";
  *out += style.dim;
  for (const FoundForm& form : part.forms) {
    StrAppend(out, separator, "`", TerminalText(form.text),
              "`: ", form.language, " ", TerminalText(form.why));
    if (!form.also.empty()) {
      StrAppend(out, ", also ", TerminalText(form.also));
    }
    separator = "; ";
  }
  StrAppend(out, ")", style.reset);
}

// The words around, a line a passage.
void AppendPassages(const Explanation& part, size_t level, const Style& style,
                    std::string* out) {
  for (const Passage& passage : part.passages) {
    out->append(2 * level, ' ');
    *out += FieldName(passage.field);
    AppendZone(passage.field, passage.zone, style, out);
    *out += ": ";
    for (const Passage::Part& piece : passage.parts) {
      StrAppend(out, piece.is_hit ? style.hit_in_passage : "",
                TerminalText(piece.text),
                piece.is_hit ? style.behind_hit_in_passage : "");
    }
    *out += '\n';
  }
}

// Recursion is bounded by the nesting of queries.
void AppendTree(const Explanation& part, size_t level, const Style& style,
                std::string* out) {
  out->append(2 * level, ' ');
  StrAppend(out, part.holds ? style.yes : style.no, " ");
  if (part.form == "scope") {
    *out += TerminalText(part.text.substr(0, part.text.find(':') + 1));
  } else if (part.form == "forms") {
    *out += TerminalText(part.text.substr(0, part.text.find('(')));
  } else if (part.form == "list") {
    StrAppend(out, "watch-list ", TerminalText(part.text));
  } else {
    *out += NamesItself(part) ? part.form : TerminalText(part.text);
  }
  if (part.passages.empty() || !part.holds) {
    AppendHits(part, style, out);
  }
  AppendForms(part, style, out);
  if (!part.why.empty()) {
    StrAppend(out, ": ", style.dim, TerminalText(part.why), style.reset);
  }
  *out += '\n';
  AppendPassages(part, level + 1, style, out);
  for (const Explanation& child : part.children) {
    AppendTree(child, level + 1, style, out);
  }
}

// `+1.58`, `-0.40`
std::string Signed(double number) { return absl::StrFormat("%+.2f", number); }

}  // namespace

std::string RelevanceText(const Relevance& relevance,
                          std::optional<int> min_relevance, bool colour) {
  const Style& style = colour ? kColour : kPlain;
  std::string text = StrCat("  relevance ", relevance.score);
  if (min_relevance.has_value()) {
    StrAppend(&text,
              relevance.score < *min_relevance
                  ? ", held back: below its min_relevance of "
                  : ", not held back: its min_relevance is ",
              *min_relevance);
  }
  text += '\n';
  if (relevance.weights == nullptr) {
    return text + "    no hit in title, summary and body: by metadata alone\n";
  }
  std::vector<std::pair<double, size_t>> parts;
  for (size_t i = 0; i < kSignalCount; ++i) {
    const double adds =
        double{relevance.weights->weights[i]} * relevance.signals[i];
    if (std::abs(adds) >= 0.005) {
      parts.emplace_back(adds, i);
    }
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) {
                     return std::abs(a.first) > std::abs(b.first);
                   });
  for (const auto& [adds, i] : parts) {
    StrAppend(&text, "    ", Signed(adds), "  ",
              SignalName(static_cast<Signal>(i)), style.dim, ": ",
              absl::StrFormat("%.2f", relevance.signals[i]), " × ",
              absl::StrFormat("%.2f", relevance.weights->weights[i]),
              style.reset, "\n");
  }
  StrAppend(&text, "    ", Signed(relevance.weights->bias),
            "  for every article\n");
  return text;
}

std::string ExplanationText(const Explanation& tree, bool colour,
                            size_t level) {
  std::string text;
  AppendTree(tree, level, colour ? kColour : kPlain, &text);
  return text;
}

}  // namespace presshawk
