// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/text/reference_html.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace presshawk::reference {
namespace {

using Names = std::set<std::string, std::less<>>;

// A2's lists.
const Names& Blocks() {
  static const Names names = {
      "address",  "article",  "aside",    "blockquote", "body",   "caption",
      "center",   "dd",       "details",  "dialog",     "dir",    "div",
      "dl",       "dt",       "fieldset", "figcaption", "figure", "footer",
      "form",     "frameset", "h1",       "h2",         "h3",     "h4",
      "h5",       "h6",       "head",     "header",     "hgroup", "hr",
      "html",     "legend",   "li",       "main",       "menu",   "nav",
      "noscript", "ol",       "optgroup", "option",     "p",      "pre",
      "section",  "summary",  "table",    "tbody",      "td",     "tfoot",
      "th",       "thead",    "title",    "tr",         "ul"};
  return names;
}
const Names& Spaces() {
  static const Names names = {
      "img",    "video",   "audio", "iframe", "object", "embed",   "svg",
      "canvas", "picture", "input", "button", "select", "textarea"};
  return names;
}
bool IsElement(const std::string& name) {
  static const Names inline_names = {"a", "b",    "em",     "strong", "i",
                                     "u", "span", "script", "style",  "br"};
  return Blocks().count(name) + Spaces().count(name) +
             inline_names.count(name) !=
         0;
}

const std::map<std::string, char32_t, std::less<>>& References() {
  static const std::map<std::string, char32_t, std::less<>> references = {
      {"amp;", U'&'},     {"amp", U'&'},    {"lt;", U'<'},
      {"lt", U'<'},       {"gt;", U'>'},    {"gt", U'>'},
      {"nbsp;", 0xA0},    {"nbsp", 0xA0},   {"rsquo;", U'’'},
      {"aacute;", U'á'},  {"aacute", U'á'}, {"hellip;", U'…'},
      {"not;", U'¬'},     {"not", U'¬'},    {"notin;", U'∉'},
      {"NewLine;", U'\n'}};
  return references;
}

std::string Utf8(char32_t c) {
  std::string utf8;
  return icu::UnicodeString(static_cast<UChar32>(c)).toUTF8String(utf8);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  return lower;
}

// A character reference at the `&` of `text`.
struct Reference {
  size_t size;
  std::string meaning;
  bool closed;
};

std::optional<Reference> NumericAt(std::string_view text) {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const std::string_view allowed =
      hex ? "0123456789abcdefABCDEF" : "0123456789";
  size_t end = hex ? 3 : 2;
  std::string digits;
  while (end < text.size() && allowed.find(text[end]) != std::string::npos) {
    digits += text[end++];
  }
  if (digits.empty()) {
    return std::nullopt;
  }
  digits.erase(0, digits.find_first_not_of('0'));
  unsigned long value =
      digits.size() > 8 ? 0x110000
                        : std::strtoul(digits.c_str(), nullptr, hex ? 16 : 10);
  const bool closed = end < text.size() && text[end] == ';';
  std::string meaning;
  if (value == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    meaning = Utf8(0xFFFD);
  } else if (value >= 0x80 && value <= 0x9F) {
    const char byte = static_cast<char>(value);
    icu::UnicodeString(&byte, 1, "windows-1252").toUTF8String(meaning);
  } else {
    meaning = Utf8(static_cast<char32_t>(value));
  }
  return Reference{end + (closed ? 1 : 0), meaning, closed};
}

std::optional<Reference> ReferenceAt(std::string_view text) {
  if (text.size() > 1 && text[1] == '#') {
    return NumericAt(text);
  }
  std::optional<Reference> longest;
  for (const auto& [name, c] : References()) {
    if (text.substr(1).starts_with(name) &&
        (!longest || longest->size < name.size() + 1)) {
      longest = Reference{name.size() + 1, Utf8(c), name.back() == ';'};
    }
  }
  return longest;
}

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

struct Tag {
  size_t size;
  std::string name;
  bool closing;
};

// A complete tag at the `<` of `text`.
std::optional<Tag> TagAt(std::string_view text) {
  Tag tag = {1, "", false};
  if (text.size() > 1 && text[1] == '/') {
    tag.closing = true;
    tag.size = 2;
  }
  while (tag.size < text.size() && !IsSpace(text[tag.size]) &&
         std::string_view("/><").find(text[tag.size]) == std::string::npos) {
    tag.name += text[tag.size++];
  }
  if (tag.name.empty() || Lower(tag.name.substr(0, 1)) < "a" ||
      Lower(tag.name.substr(0, 1)) > "z") {
    return std::nullopt;
  }
  tag.name = Lower(tag.name);
  // A quote opens a value only behind `=` and white space.
  char before = 0;
  while (tag.size < text.size()) {
    const char c = text[tag.size++];
    if (c == '>') {
      return tag;
    }
    if ((c == '"' || c == '\'') && before == '=') {
      const size_t end = text.find(c, tag.size);
      if (end == std::string::npos) {
        return std::nullopt;
      }
      tag.size = end + 1;
      before = c;
    } else if (!IsSpace(c)) {
      before = c;
    }
  }
  return std::nullopt;
}

// What a piece of HTML is made of.
struct Part {
  enum Kind { kCharacter, kWhite, kBreak, kBlock } kind;
  std::string text = {};
};

void AddText(std::string_view text, std::vector<Part>* parts) {
  const auto whole = icu::UnicodeString::fromUTF8(DecodeReferences(text));
  for (int32_t i = 0; i < whole.length(); i = whole.moveIndex32(i, 1)) {
    const UChar32 c = whole.char32At(i);
    parts->push_back({u_isUWhiteSpace(c) ? Part::kWhite : Part::kCharacter,
                      Utf8(static_cast<char32_t>(c))});
  }
}

// Where the text goes on behind the content of a script or style.
size_t AfterRawText(std::string_view html, size_t at, const std::string& name) {
  for (; at < html.size(); ++at) {
    const std::string_view rest = html.substr(at);
    if (!rest.starts_with("</") || Lower(rest.substr(2, name.size())) != name) {
      continue;
    }
    const char next =
        rest.size() > name.size() + 2 ? rest[name.size() + 2] : '>';
    if (IsSpace(next) || next == '/' || next == '>') {
      const size_t end = html.find('>', at);
      return end == std::string::npos ? html.size() : end + 1;
    }
  }
  return html.size();
}

void AddHtml(std::string_view html, bool is_cdata, std::vector<Part>* parts) {
  std::string text;
  const auto flush = [&] {
    AddText(text, parts);
    text.clear();
  };
  // Behind `end`, which is searched from `from` on; or the end of the text.
  const auto behind = [html](std::string_view end, size_t from) {
    const size_t found = html.find(end, from);
    return found == std::string::npos ? html.size() : found + end.size();
  };
  for (size_t at = 0; at < html.size();) {
    const std::string_view rest = html.substr(at);
    if (rest.starts_with("<!-->") || rest.starts_with("<!--->")) {
      flush();
      at = behind(">", at);
    } else if (rest.starts_with("<!--")) {
      flush();
      at = behind("-->", at + 4);
    } else if (rest.starts_with("<![CDATA[") && is_cdata) {
      flush();
      at += 9;
    } else if (rest.starts_with("<![CDATA[")) {
      flush();
      const size_t end = rest.find("]]>");
      AddHtml(rest.substr(9, end == std::string::npos ? end : end - 9), true,
              parts);
      at = behind("]]>", at);
    } else if ((rest.starts_with("<!") || rest.starts_with("<?")) &&
               rest.find('>') != std::string::npos) {
      flush();
      at = behind(">", at);
    } else if (const auto tag =
                   rest.starts_with("<") ? TagAt(rest) : std::nullopt) {
      flush();
      at += tag->size;
      if (tag->name == "br") {
        parts->push_back({Part::kBreak});
      } else if (Blocks().count(tag->name) != 0) {
        parts->push_back({Part::kBlock});
      } else if (Spaces().count(tag->name) != 0) {
        parts->push_back({Part::kWhite, " "});
      } else if (!tag->closing &&
                 (tag->name == "script" || tag->name == "style")) {
        at = AfterRawText(html, at, tag->name);
      }
    } else {
      text += html[at++];
    }
  }
  flush();
}

bool IsLineBreak(const std::string& white) {
  static const Names line_breaks = {"\n",     "\v",     "\f",    "\r",
                                    "\u0085", "\u2028", "\u2029"};
  return line_breaks.count(white) != 0;
}

// What the parts between two characters become.
std::string Between(const std::vector<Part>& parts, bool keeps_line_breaks) {
  std::string white;
  bool has_line_break = false;
  bool has_edge = false;
  size_t line_feeds = 0;
  for (const Part& part : parts) {
    white += part.text;
    has_line_break |= IsLineBreak(part.text);
    has_edge |= part.kind != Part::kWhite;
    if (part.kind == Part::kBreak) {
      ++line_feeds;
    } else if (part.kind == Part::kBlock) {
      line_feeds = 2;
    }
  }
  if (has_edge) {
    return std::string(line_feeds, '\n');
  }
  return keeps_line_breaks && has_line_break ? white : " ";
}

}  // namespace

Html DetectHtml(std::string_view text) {
  bool has_reference = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("<")) {
      const auto tag = TagAt(rest);
      const bool is_comment = rest.starts_with("<!-->") ||
                              rest.starts_with("<!--->") ||
                              (rest.starts_with("<!--") &&
                               rest.find("-->", 4) != std::string::npos);
      const bool is_cdata = rest.starts_with("<![CDATA[") &&
                            rest.find("]]>") != std::string::npos;
      if ((tag && IsElement(tag->name)) || is_comment || is_cdata) {
        return Html::kMarkup;
      }
    }
    if (rest.starts_with("&")) {
      const auto reference = ReferenceAt(rest);
      has_reference |= reference && reference->closed;
    }
  }
  return has_reference ? Html::kReferencesOnly : Html::kNone;
}

std::string HtmlText(std::string_view html, bool detected) {
  std::vector<Part> parts;
  AddHtml(html, false, &parts);
  bool keeps_line_breaks = detected;
  for (const Part& part : parts) {
    keeps_line_breaks &= part.kind != Part::kBreak && part.kind != Part::kBlock;
  }
  std::string text;
  std::vector<Part> between;
  for (const Part& part : parts) {
    if (part.kind != Part::kCharacter) {
      between.push_back(part);
      continue;
    }
    if (!between.empty() && !text.empty()) {
      text += Between(between, keeps_line_breaks);
    }
    between.clear();
    text += part.text;
  }
  return text;
}

std::string DecodeReferences(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const auto reference = text[0] == '&' ? ReferenceAt(text) : std::nullopt;
    decoded += reference ? reference->meaning : std::string(text.substr(0, 1));
    text.remove_prefix(reference ? reference->size : 1);
  }
  return decoded;
}

}  // namespace presshawk::reference
