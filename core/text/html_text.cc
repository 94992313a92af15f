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

// Collects the extracted text, with white space as A1 and A2 say: none at its
// two ends.
class TextWriter {
 public:
  TextWriter(bool keeps_line_breaks, std::string* out)
      : keeps_line_breaks_(keeps_line_breaks), out_(out) {
    out_->clear();
  }

  void Text(std::string_view text) {
    for (size_t i = 0; i < text.size();) {
      const size_t space = WhiteSpaceSize(text.substr(i));
      if (space != 0) {
        Space(text.substr(i, space));
        i += space;
        continue;
      }
      WriteSpace();
      *out_ += text[i++];
    }
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

// Text between markup: references decoded, then white space.
void WriteText(std::string_view text, std::string* decoded,
               TextWriter* writer) {
  if (text.find('&') == std::string_view::npos) {
    writer->Text(text);
    return;
  }
  DecodeReferences(text, decoded);
  writer->Text(*decoded);
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
  if (mode == HtmlMode::kYes) {
    ExtractHtmlText(source, /*detected=*/false, text);
    return true;
  }
  if (mode == HtmlMode::kNo || (source.find('<') == std::string_view::npos &&
                                source.find('&') == std::string_view::npos)) {
    return false;
  }
  const HtmlKind kind = DetectHtml(source);
  if (kind == HtmlKind::kMarkup) {
    ExtractHtmlText(source, /*detected=*/true, text);
  } else if (kind == HtmlKind::kReferencesOnly) {
    DecodeReferences(source, text);
  }
  return kind != HtmlKind::kNone;
}

void ExtractHtmlText(std::string_view html, bool detected, std::string* text) {
  TextWriter writer(detected && !HasBlocks(html), text);
  // Kept by the thread, so that the steady state allocates nothing.
  static thread_local std::string decoded;
  size_t tag_work_left = MarkupReader::TagWork(html.size());
  WalkHtml(
      html, /*is_cdata=*/false, &tag_work_left,
      [&writer](std::string_view piece) {
        WriteText(piece, &decoded, &writer);
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

void DecodeReferences(std::string_view html, std::string* text) {
  text->clear();
  size_t clean_begin = 0;
  for (size_t at = html.find('&'); at != std::string_view::npos;) {
    text->append(html.substr(clean_begin, at - clean_begin));
    const size_t size = DecodeReference(html.substr(at), text);
    clean_begin = at + size;
    at = html.find('&', at + std::max<size_t>(size, 1));
  }
  text->append(html.substr(clean_begin));
}

}  // namespace presshawk
