// SPDX-License-Identifier: Apache-2.0
#include "core/text/html_text.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/text/html_entities.h"

namespace presshawk {
namespace {

// Names in byte order: they are searched by halves.
constexpr std::string_view kBlockElements[] = {
    "address",  "article",  "aside",    "blockquote", "body",   "caption",
    "center",   "dd",       "details",  "dialog",     "dir",    "div",
    "dl",       "dt",       "fieldset", "figcaption", "figure", "footer",
    "form",     "frameset", "h1",       "h2",         "h3",     "h4",
    "h5",       "h6",       "head",     "header",     "hgroup", "hr",
    "html",     "legend",   "li",       "main",       "menu",   "nav",
    "noscript", "ol",       "optgroup", "option",     "p",      "pre",
    "section",  "summary",  "table",    "tbody",      "td",     "tfoot",
    "th",       "thead",    "title",    "tr",         "ul"};
constexpr std::string_view kSpaceElements[] = {
    "audio",  "button",  "canvas", "embed", "iframe",   "img",  "input",
    "object", "picture", "select", "svg",   "textarea", "video"};
constexpr std::string_view kOtherElements[] = {
    "a",      "abbr",      "acronym",  "applet",  "area",     "b",
    "base",   "basefont",  "bdi",      "bdo",     "bgsound",  "big",
    "blink",  "br",        "cite",     "code",    "col",      "colgroup",
    "data",   "datalist",  "del",      "dfn",     "em",       "font",
    "frame",  "i",         "ins",      "kbd",     "keygen",   "label",
    "link",   "listing",   "map",      "mark",    "marquee",  "math",
    "meta",   "meter",     "nobr",     "noembed", "noframes", "output",
    "param",  "plaintext", "progress", "q",       "rb",       "rp",
    "rt",     "rtc",       "ruby",     "s",       "samp",     "script",
    "search", "slot",      "small",    "source",  "spacer",   "span",
    "strike", "strong",    "style",    "sub",     "sup",      "template",
    "time",   "track",     "tt",       "u",       "var",      "wbr",
    "xmp"};

template <size_t kSize>
bool Contains(const std::string_view (&names)[kSize], std::string_view name) {
  return std::binary_search(std::begin(names), std::end(names), name);
}

bool IsAsciiLetter(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'z';
}

bool IsHtmlSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

// A complete piece of markup at a `<`.
struct Markup {
  enum class Kind : uint8_t { kNone, kTag, kComment, kDeclaration, kCdata };
  Kind kind = Kind::kNone;
  size_t size = 0;
  bool closing = false;
  bool complete = true;   // What runs to the end of the text is not.
  std::string name = {};  // Lower-case.
};

// Reads markup of one text. Remembers what is not there behind a place, so that
// hostile text cannot make it search the same rest again and again.
class MarkupReader {
 public:
  // To read tags it looks at up to *tag_work_left characters, counting down.
  MarkupReader(std::string_view text, size_t* tag_work_left)
      : text_(text), tag_work_left_(tag_work_left) {}

  static size_t TagWork(size_t size) { return 8 * size + 4096; }

  Markup At(size_t at) {
    const std::string_view rest = text_.substr(at);
    if (rest.starts_with("<!--")) {
      return Comment(at);
    }
    if (rest.starts_with("<![CDATA[")) {
      const size_t end = Find("]]>", at, &no_cdata_end_);
      if (end == std::string_view::npos) {
        return {.kind = Markup::Kind::kCdata,
                .size = rest.size(),
                .complete = false};
      }
      return {.kind = Markup::Kind::kCdata, .size = end + 3 - at};
    }
    if (rest.size() > 1 && (rest[1] == '!' || rest[1] == '?')) {
      const size_t end = Find(">", at, &no_close_);
      if (end == std::string_view::npos) {
        return {};
      }
      return {.kind = Markup::Kind::kDeclaration, .size = end + 1 - at};
    }
    return Tag(at);
  }

  // Behind the end tag of a script or style whose content begins at `at`.
  size_t SkipRawText(size_t at, std::string_view name) {
    while (true) {
      const size_t open = text_.find("</", at);
      if (open == std::string_view::npos) {
        return text_.size();
      }
      if (StartsWithName(text_.substr(open + 2), name)) {
        const size_t close = text_.find('>', open);
        return close == std::string_view::npos ? text_.size() : close + 1;
      }
      at = open + 2;
    }
  }

 private:
  static bool StartsWithName(std::string_view text, std::string_view name) {
    if (text.size() < name.size()) {
      return false;
    }
    for (size_t i = 0; i < name.size(); ++i) {
      if ((text[i] | 0x20) != name[i]) {
        return false;
      }
    }
    return text.size() == name.size() || text[name.size()] == '>' ||
           text[name.size()] == '/' || IsHtmlSpace(text[name.size()]);
  }

  size_t Find(std::string_view wanted, size_t at, bool* none_left) {
    if (*none_left) {
      return std::string_view::npos;
    }
    const size_t found = text_.find(wanted, at);
    *none_left = found == std::string_view::npos;
    return found;
  }

  Markup Comment(size_t at) {
    // HTML closes `<!-->` and `<!--->` at once.
    for (const std::string_view abrupt : {"<!-->", "<!--->"}) {
      if (text_.substr(at).starts_with(abrupt)) {
        return {.kind = Markup::Kind::kComment, .size = abrupt.size()};
      }
    }
    const size_t end = Find("-->", at + 4, &no_comment_end_);
    if (end == std::string_view::npos) {
      return {.kind = Markup::Kind::kComment,
              .size = text_.size() - at,
              .complete = false};
    }
    return {.kind = Markup::Kind::kComment, .size = end + 3 - at};
  }

  Markup Tag(size_t at) {
    size_t i = at + 1;
    const bool closing = i < text_.size() && text_[i] == '/';
    i += closing ? 1 : 0;
    if (i >= text_.size() || !IsAsciiLetter(text_[i])) {
      return {};
    }
    const size_t name_begin = i;
    while (i < text_.size() && text_[i] != '>' && text_[i] != '/' &&
           text_[i] != '<' && !IsHtmlSpace(text_[i])) {
      ++i;
    }
    Markup tag = {.kind = Markup::Kind::kTag, .closing = closing};
    tag.name = text_.substr(name_begin, i - name_begin);
    for (char& c : tag.name) {
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    const size_t end = EndOfAttributes(i);
    if (end == std::string_view::npos) {
      return {};
    }
    tag.size = end - at;
    return tag;
  }

  // Behind the `>` of the tag whose attributes begin at `i`.
  size_t EndOfAttributes(size_t i) {
    bool after_equals = false;
    for (; i < text_.size(); ++i) {
      if (*tag_work_left_ == 0) {
        return std::string_view::npos;
      }
      --*tag_work_left_;
      const char c = text_[i];
      if (c == '>') {
        return i + 1;
      }
      if ((c == '"' || c == '\'') && after_equals) {
        const size_t close = text_.find(c, i + 1);
        if (close == std::string_view::npos) {
          return std::string_view::npos;
        }
        *tag_work_left_ -= std::min(*tag_work_left_, close - i);
        i = close;
        after_equals = false;
      } else if (!IsHtmlSpace(c)) {
        after_equals = c == '=';
      }
    }
    return std::string_view::npos;
  }

  const std::string_view text_;
  size_t* const tag_work_left_;
  bool no_comment_end_ = false;
  bool no_cdata_end_ = false;
  bool no_close_ = false;
};

bool IsElement(std::string_view name) {
  return Contains(kBlockElements, name) || Contains(kSpaceElements, name) ||
         Contains(kOtherElements, name);
}

// Bytes of the White_Space character at the start of `text`; 0 if there is
// none.
size_t WhiteSpaceSize(std::string_view text) {
  const auto byte = [text](size_t i) -> unsigned {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first == ' ' || (first >= '\t' && first <= '\r')) {
    return 1;
  }
  if (first == 0xC2 && (byte(1) == 0x85 || byte(1) == 0xA0)) {
    return 2;
  }
  const unsigned rest = (byte(1) << 8) | byte(2);
  if (first == 0xE2 && ((rest >= 0x8080 && rest <= 0x808A) || rest == 0x80A8 ||
                        rest == 0x80A9 || rest == 0x80AF || rest == 0x819F)) {
    return 3;
  }
  if ((first == 0xE1 && rest == 0x9A80) || (first == 0xE3 && rest == 0x8080)) {
    return 3;
  }
  return 0;
}

// Notes nothing of where text comes from: what every article needs.
struct NoTrace {
  void Copy(size_t /*text_begin*/, std::string_view /*source*/) {}
  void Reference(size_t /*text_begin*/, size_t /*text_size*/,
                 std::string_view /*source*/) {}
};

// Notes it in a map. What it gets are views of `html`.
class MapTrace {
 public:
  MapTrace(std::string_view html, HtmlMap* map) : html_(html), map_(*map) {}

  void Copy(size_t text_begin, std::string_view source) {
    map_.AddCopy(text_begin, OffsetOf(source), source.size());
  }
  void Reference(size_t text_begin, size_t text_size, std::string_view source) {
    map_.AddReference(text_begin, text_size, OffsetOf(source), source.size());
  }

 private:
  size_t OffsetOf(std::string_view source) const {
    return static_cast<size_t>(source.data() - html_.data());
  }

  const std::string_view html_;
  HtmlMap& map_;
};

// By byte: whether a White_Space character may begin with it.
constexpr std::array<bool, 256> kMayBeginSpace = [] {
  std::array<bool, 256> may = {};
  for (const int byte :
       {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20, 0xC2, 0xE1, 0xE2, 0xE3}) {
    may[static_cast<size_t>(byte)] = true;
  }
  return may;
}();

// Where the text ends that is written as it is, from the other character at byte
// `at` on. PERF: single spaces between words belong to it, so that a paragraph
// is mostly one piece; 2 x the rate of a piece a word.
size_t EndOfPlainText(std::string_view text, size_t at) {
  const auto may_begin_space = [text](size_t i) {
    return kMayBeginSpace[static_cast<uint8_t>(text[i])];
  };
  for (++at; at < text.size(); ++at) {
    if (!may_begin_space(at)) {
      continue;
    }
    const bool is_single =
        text[at] == ' ' && at + 1 < text.size() && !may_begin_space(at + 1);
    if (!is_single && WhiteSpaceSize(text.substr(at)) != 0) {
      break;
    }
  }
  return at;
}

// Collects the extracted text, with white space as A1 and A2 say: none at its
// two ends.
template <typename Trace>
class TextWriter {
 public:
  TextWriter(bool keeps_line_breaks, Trace trace, std::string* out)
      : keeps_line_breaks_(keeps_line_breaks), trace_(trace), out_(out) {
    out_->clear();
  }

  // What stands in the HTML as it is in the text.
  void Text(std::string_view text) {
    Write(text,
          [this](std::string_view run) { trace_.Copy(out_->size(), run); });
  }
  void Reference(std::string_view reference, std::string_view meaning) {
    Write(meaning, [this, reference](std::string_view run) {
      trace_.Reference(out_->size(), run.size(), reference);
    });
  }
  void Space(std::string_view space) { run_ += space; }
  void LineBreak() {
    run_.clear();
    if (!out_->empty()) {
      *out_ += '\n';
    }
  }
  void BlockEdge() {
    run_.clear();
    if (out_->empty()) {
      return;
    }
    out_->resize(out_->find_last_not_of('\n') + 1);
    *out_ += "\n\n";
  }
  void Finish() { out_->resize(out_->find_last_not_of('\n') + 1); }

 private:
  static bool HasLineBreak(std::string_view run) {
    for (const std::string_view line_break :
         {"\n", "\r", "\x0B", "\f", "\xC2\x85", "\xE2\x80\xA8",
          "\xE2\x80\xA9"}) {
      if (run.find(line_break) != std::string_view::npos) {
        return true;
      }
    }
    return false;
  }

  // Tells `on_run` each run of text that is written as it is, before it is.
  template <typename OnRun>
  void Write(std::string_view text, const OnRun& on_run) {
    for (size_t i = 0; i < text.size();) {
      const size_t space = WhiteSpaceSize(text.substr(i));
      if (space != 0) {
        Space(text.substr(i, space));
        i += space;
        continue;
      }
      WriteSpace();
      const size_t end = EndOfPlainText(text, i);
      const std::string_view run = text.substr(i, end - i);
      on_run(run);
      *out_ += run;
      i = end;
    }
  }

  // The white space between the text so far and what comes.
  void WriteSpace() {
    if (!run_.empty() && !out_->empty()) {
      if (keeps_line_breaks_ && HasLineBreak(run_)) {
        *out_ += run_;
      } else if (out_->back() != '\n') {
        *out_ += ' ';
      }
    }
    run_.clear();
  }

  const bool keeps_line_breaks_;
  Trace trace_;
  std::string* const out_;
  std::string run_;  // White space since the last other character.
};

bool IsRawText(const Markup& tag) {
  return !tag.closing && (tag.name == "script" || tag.name == "style");
}

// Tells `on_text` what stands between the markup of `html`, and `on_tag` each
// tag, in order, until `on_tag` returns false; this is then returned. What a
// CDATA section holds is HTML like the rest: feeds put whole articles there.
// Its markup ends with it, and as sections do not nest, a start in a section is
// only dropped.
template <typename OnText, typename OnTag>
bool WalkHtml(std::string_view html, bool is_cdata, size_t* tag_work_left,
              const OnText& on_text, const OnTag& on_tag) {
  constexpr size_t kCdataBegin = 9;  // `<![CDATA[`
  MarkupReader reader(html, tag_work_left);
  size_t text_begin = 0;
  size_t at = html.find('<');
  while (at != std::string_view::npos) {
    const Markup markup = reader.At(at);
    if (markup.kind == Markup::Kind::kNone) {
      at = html.find('<', at + 1);
      continue;
    }
    on_text(html.substr(text_begin, at - text_begin));
    size_t next = at + markup.size;
    if (markup.kind == Markup::Kind::kCdata && is_cdata) {
      next = at + kCdataBegin;
    } else if (markup.kind == Markup::Kind::kCdata) {
      std::string_view content = html.substr(at, markup.size);
      content.remove_prefix(kCdataBegin);
      content.remove_suffix(markup.complete ? 3 : 0);
      if (!WalkHtml(content, /*is_cdata=*/true, tag_work_left, on_text,
                    on_tag)) {
        return false;
      }
    } else if (markup.kind == Markup::Kind::kTag) {
      if (!on_tag(markup)) {
        return false;
      }
      if (IsRawText(markup)) {
        next = reader.SkipRawText(next, markup.name);
      }
    }
    text_begin = next;
    at = html.find('<', next);
  }
  on_text(html.substr(text_begin));
  return true;
}

// Whether the markup of `html` has a block element or a <br>.
bool HasBlocks(std::string_view html) {
  size_t tag_work_left = MarkupReader::TagWork(html.size());
  return !WalkHtml(
      html, /*is_cdata=*/false, &tag_work_left, [](std::string_view) {},
      [](const Markup& tag) {
        return tag.name != "br" && !Contains(kBlockElements, tag.name);
      });
}

// Tells `on_text` what stands between the character references of `html`, and
// `on_reference` each of them with its meaning, in order.
template <typename OnText, typename OnReference>
void WalkReferences(std::string_view html, const OnText& on_text,
                    const OnReference& on_reference) {
  // Kept by the thread, so that the steady state allocates nothing.
  static thread_local std::string meaning;
  size_t text_begin = 0;
  for (size_t at = html.find('&'); at != std::string_view::npos;) {
    meaning.clear();
    const size_t size = DecodeReference(html.substr(at), &meaning);
    if (size == 0) {
      at = html.find('&', at + 1);
      continue;
    }
    on_text(html.substr(text_begin, at - text_begin));
    on_reference(html.substr(at, size), meaning);
    text_begin = at + size;
    at = html.find('&', text_begin);
  }
  on_text(html.substr(text_begin));
}

template <typename Trace>
void Extract(std::string_view html, bool detected, Trace trace,
             std::string* text) {
  TextWriter<Trace> writer(detected && !HasBlocks(html), trace, text);
  size_t tag_work_left = MarkupReader::TagWork(html.size());
  WalkHtml(
      html, /*is_cdata=*/false, &tag_work_left,
      [&writer](std::string_view piece) {
        WalkReferences(
            piece, [&](std::string_view plain) { writer.Text(plain); },
            [&](std::string_view reference, std::string_view meaning) {
              writer.Reference(reference, meaning);
            });
      },
      [&writer](const Markup& tag) {
        if (tag.name == "br") {
          writer.LineBreak();
        } else if (Contains(kBlockElements, tag.name)) {
          writer.BlockEdge();
        } else if (Contains(kSpaceElements, tag.name)) {
          writer.Space(" ");
        }
        return true;
      });
  writer.Finish();
}

template <typename Trace>
void Decode(std::string_view html, Trace trace, std::string* text) {
  text->clear();
  WalkReferences(
      html,
      [&](std::string_view plain) {
        trace.Copy(text->size(), plain);
        *text += plain;
      },
      [&](std::string_view reference, std::string_view meaning) {
        trace.Reference(text->size(), meaning.size(), reference);
        *text += meaning;
      });
}

HtmlKind KindOf(std::string_view source, HtmlMode mode) {
  switch (mode) {
    case HtmlMode::kYes:
      return HtmlKind::kMarkup;
    case HtmlMode::kNo:
      return HtmlKind::kNone;
    case HtmlMode::kAuto:
      break;
  }
  if (source.find('<') == std::string_view::npos &&
      source.find('&') == std::string_view::npos) {
    return HtmlKind::kNone;
  }
  return DetectHtml(source);
}

// Returns false, and does nothing, where `source` is not HTML.
template <typename Trace>
bool ToPlain(std::string_view source, HtmlMode mode, Trace trace,
             std::string* text) {
  switch (KindOf(source, mode)) {
    case HtmlKind::kNone:
      return false;
    case HtmlKind::kReferencesOnly:
      Decode(source, trace, text);
      return true;
    case HtmlKind::kMarkup:
      Extract(source, /*detected=*/mode == HtmlMode::kAuto, trace, text);
      return true;
  }
  return false;
}

}  // namespace

HtmlKind DetectHtml(std::string_view text) {
  size_t tag_work_left = MarkupReader::TagWork(text.size());
  MarkupReader reader(text, &tag_work_left);
  for (size_t at = text.find('<'); at != std::string_view::npos;
       at = text.find('<', at + 1)) {
    const Markup markup = reader.At(at);
    const bool is_section = markup.kind == Markup::Kind::kComment ||
                            markup.kind == Markup::Kind::kCdata;
    if ((markup.kind == Markup::Kind::kTag && IsElement(markup.name)) ||
        (is_section && markup.complete)) {
      return HtmlKind::kMarkup;
    }
  }
  return HasClosedReference(text) ? HtmlKind::kReferencesOnly : HtmlKind::kNone;
}

bool HasClosedReference(std::string_view text) {
  for (size_t at = text.find('&'); at != std::string_view::npos;
       at = text.find('&', at + 1)) {
    if (IsClosedReference(text.substr(at))) {
      return true;
    }
  }
  return false;
}

bool ToPlainText(std::string_view source, HtmlMode mode, std::string* text) {
  return ToPlain(source, mode, NoTrace(), text);
}

void MapPlainText(std::string_view source, HtmlMode mode, HtmlMap* map) {
  static thread_local std::string text;
  map->Clear();
  ToPlain(source, mode, MapTrace(source, map), &text);
}

void ExtractHtmlText(std::string_view html, bool detected, std::string* text) {
  Extract(html, detected, NoTrace(), text);
}

void DecodeReferences(std::string_view html, std::string* text) {
  Decode(html, NoTrace(), text);
}

}  // namespace presshawk
