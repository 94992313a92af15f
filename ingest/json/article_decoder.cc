#include "ingest/json/article_decoder.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>
#include <string>

#include "core/base/check.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "core/text/metadata_value.h"
#include "ingest/json/pointer_tree.h"
#include "ingest/json/text_arena.h"

namespace presshawk {
namespace {

// Where a mapped value begins: its index among the structural indexes.
constexpr uint32_t kAbsent = ~0U;

// Unicode White_Space only, or nothing.
bool IsBlank(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<uint8_t>(text[i]);
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      ++i;
      continue;
    }
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\xC2\xA0") || rest.starts_with("\xC2\x85")) {
      i += 2;
    } else if (rest.starts_with("\xE3\x80\x80") ||
               rest.starts_with("\xE1\x9A\x80") ||
               rest.starts_with("\xE2\x80\xA8") ||
               rest.starts_with("\xE2\x80\xA9") ||
               rest.starts_with("\xE2\x80\xAF") ||
               rest.starts_with("\xE2\x81\x9F") ||
               (rest.starts_with("\xE2\x80") && rest.size() > 2 &&
                static_cast<uint8_t>(rest[2]) >= 0x80 &&
                static_cast<uint8_t>(rest[2]) <= 0x8A)) {
      i += 3;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

struct JsonArticleDecoder::State {
  State(const Mapping& mapping_in, size_t article_bytes_max_in)
      : mapping(mapping_in),
        article_bytes_max(article_bytes_max_in),
        pointers(mapping_in),
        places(pointers.size(), kAbsent) {}

  // Values of an article's metadata fields: ranges of `values`.
  struct MetaRange {
    uint32_t begin = 0, end = 0;
  };
  using MetaRanges = std::array<MetaRange, kMetaFieldCount>;

  bool Prepare(size_t bytes);
  bool FindStructure(std::string_view document);
  bool Walk();
  bool WalkValue(uint32_t* index, PointerTree::NodeId node);
  bool CheckScalar(uint32_t index) const;
  std::string_view StringAt(uint32_t index) const;
  std::string_view ScalarAt(uint32_t index) const;
  std::string_view Unescaped(std::string_view content);
  PointerTree::NodeId NodeOfKey(PointerTree::NodeId object, uint32_t key);

  bool AppendValues(uint32_t place, bool single);
  MetaRange Values(ArticleKey key);
  void Normalize(MetaField field, std::string_view* value);
  std::string_view Joined(MetaRange range);
  std::string_view Text(ArticleKey key) { return Joined(Values(key)); }
  std::string_view DerivedId(const Article& article);
  bool DecodeOne(std::string_view payload, Article* article, MetaRanges* ranges,
                 Reject* reject);
  void Explain(std::string_view document, Reject* reject) const;

  const Mapping mapping;
  const size_t article_bytes_max;
  const PointerTree pointers;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  size_t capacity = 0;

  std::string_view document;
  uint32_t count = 0;            // Structural indexes of `document`.
  const uint32_t* at = nullptr;  // The indexes; at[count] is its end.
  std::vector<uint32_t> places;  // By pointer node; kAbsent: not there.
  struct Level {
    bool is_object;
    PointerTree::NodeId node;
    uint32_t element;
  };
  std::vector<Level> levels;

  std::vector<std::string_view> values;
  std::vector<MetaRanges> meta_ranges;  // By article.
  TextArena arena;         // Unescaped, normalized and joined texts.
  std::string normalized;  // Reused.
  Sha256 sha256;
};

bool JsonArticleDecoder::State::Prepare(size_t bytes) {
  if (parser != nullptr && bytes <= capacity) {
    return true;
  }
  const size_t wanted = std::max<size_t>(bytes * 5 / 4, 64UL << 10);
  if (parser == nullptr) {
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            wanted, simdjson::DEFAULT_MAX_DEPTH, parser) != simdjson::SUCCESS) {
      return false;
    }
  } else if (parser->set_capacity(wanted) != simdjson::SUCCESS) {
    return false;
  }
  capacity = wanted;
  return true;
}

bool JsonArticleDecoder::State::FindStructure(std::string_view text) {
  document = text;
  if (text.empty() || !Prepare(text.size())) {
    return false;
  }
  if (parser->stage1(reinterpret_cast<const uint8_t*>(text.data()), text.size(),
                     simdjson::stage1_mode::regular) != simdjson::SUCCESS) {
    return false;
  }
  count = parser->n_structural_indexes;
  at = parser->structural_indexes.get();
  return count > 0;
}

// What stands between the quotes of the string that begins at `index`.
std::string_view JsonArticleDecoder::State::StringAt(uint32_t index) const {
  uint32_t end = index + 1 < count ? at[index + 1]
                                   : static_cast<uint32_t>(document.size());
  while (end > at[index] + 1 && IsJsonSpace(document[end - 1])) {
    --end;
  }
  return document.substr(at[index] + 1, end - 1 - (at[index] + 1));
}

std::string_view JsonArticleDecoder::State::ScalarAt(uint32_t index) const {
  uint32_t end = index + 1 < count ? at[index + 1]
                                   : static_cast<uint32_t>(document.size());
  while (end > at[index] && IsJsonSpace(document[end - 1])) {
    --end;
  }
  return document.substr(at[index], end - at[index]);
}

bool JsonArticleDecoder::State::CheckScalar(uint32_t index) const {
  const char first = document[at[index]];
  if (first == '"') {
    // The scan has paired the quotes and refused control characters.
    return HasValidEscapes(StringAt(index));
  }
  const std::string_view scalar = ScalarAt(index);
  return scalar == "true" || scalar == "false" || scalar == "null" ||
         IsJsonNumber(scalar);
}

std::string_view JsonArticleDecoder::State::Unescaped(
    std::string_view content) {
  if (content.find('\\') == std::string_view::npos) {
    return content;
  }
  char* const out = arena.Allocate(content.size());
  return {out, UnescapeJson(content, out)};
}

PointerTree::NodeId JsonArticleDecoder::State::NodeOfKey(
    PointerTree::NodeId object, uint32_t key) {
  if (object == PointerTree::kNone || !pointers.HasChildren(object)) {
    return PointerTree::kNone;
  }
  const PointerTree::NodeId node =
      pointers.Child(object, Unescaped(StringAt(key)));
  if (node != PointerTree::kNone) {
    // Of repeated keys the last counts, with all that is below it.
    pointers.ForSubtree(
        node, [this](PointerTree::NodeId below) { places[below] = kAbsent; });
  }
  return node;
}

// A value of which `*index` is the first token: a scalar is passed, an object
// or array opened.
bool JsonArticleDecoder::State::WalkValue(uint32_t* index,
                                          PointerTree::NodeId node) {
  if (*index >= count) {
    return false;
  }
  if (node != PointerTree::kNone) {
    places[node] = *index;
  }
  const char c = document[at[*index]];
  if (c == '{' || c == '[') {
    if (levels.size() == kJsonDepthMax) {
      return false;
    }
    levels.push_back({.is_object = c == '{', .node = node, .element = 0});
    ++*index;
    return true;
  }
  return CheckScalar((*index)++);
}

// Over every token of the document: its grammar, and where mapped values are.
bool JsonArticleDecoder::State::Walk() {
  std::fill(places.begin(), places.end(), kAbsent);
  levels.clear();
  uint32_t index = 0;
  if (!WalkValue(&index, PointerTree::kRoot)) {
    return false;
  }
  bool first = true;  // Of the innermost object or array.
  while (!levels.empty()) {
    if (index >= count) {
      return false;
    }
    Level& level = levels.back();
    const char c = document[at[index]];
    if (c == (level.is_object ? '}' : ']')) {
      levels.pop_back();
      ++index;
      first = false;
      continue;
    }
    if (!first) {
      if (c != ',') {
        return false;
      }
      if (++index >= count) {
        return false;
      }
    }
    PointerTree::NodeId node = PointerTree::kNone;
    if (level.is_object) {
      if (document[at[index]] != '"' || !CheckScalar(index) ||
          index + 1 >= count || document[at[index + 1]] != ':') {
        return false;
      }
      node = NodeOfKey(level.node, index);
      index += 2;
    } else if (level.node != PointerTree::kNone &&
               pointers.HasChildren(level.node)) {
      node = pointers.Child(level.node, StrCat(level.element++));
    }
    const size_t depth = levels.size();
    if (!WalkValue(&index, node)) {
      return false;
    }
    first = levels.size() > depth;
  }
  return index == count;
}

// Appends the values at `place` to `values`: a string, a number by its written
// text, or an array of these. False where there is none that is not blank.
bool JsonArticleDecoder::State::AppendValues(uint32_t place, bool single) {
  const size_t before = values.size();
  const auto append_scalar = [this](uint32_t index) {
    const char c = document[at[index]];
    if (c == '"') {
      const std::string_view text = Unescaped(StringAt(index));
      if (!IsBlank(text)) {
        values.push_back(text);
      }
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      values.push_back(ScalarAt(index));
    }
  };
  if (single || document[at[place]] != '[') {
    append_scalar(place);
    return values.size() > before;
  }
  uint32_t depth = 0;
  for (uint32_t i = place + 1;; ++i) {
    const char c = document[at[i]];
    if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      if (depth == 0) {
        return values.size() > before;
      }
      --depth;
    } else if (depth == 0 && c != ',') {
      append_scalar(i);
    }
  }
}

JsonArticleDecoder::State::MetaRange JsonArticleDecoder::State::Values(
    ArticleKey key) {
  MetaRange range;
  range.begin = static_cast<uint32_t>(values.size());
  for (const PointerTree::NodeId node : pointers.NodesOf(key)) {
    if (places[node] != kAbsent &&
        AppendValues(places[node], /*single=*/false)) {
      break;
    }
  }
  range.end = static_cast<uint32_t>(values.size());
  return range;
}

void JsonArticleDecoder::State::Normalize(MetaField field,
                                          std::string_view* value) {
  if (NormalizeMetadata(field, *value, &normalized)) {
    char* const out = arena.Allocate(normalized.size());
    std::memcpy(out, normalized.data(), normalized.size());
    *value = {out, normalized.size()};
  }
}

std::string_view JsonArticleDecoder::State::Joined(MetaRange range) {
  if (range.begin == range.end) {
    return {};
  }
  if (range.begin + 1 == range.end) {
    return values[range.begin];
  }
  size_t size = 0;
  for (uint32_t i = range.begin; i < range.end; ++i) {
    size += values[i].size() + 2;
  }
  char* const begin = arena.Allocate(size);
  char* out = begin;
  for (uint32_t i = range.begin; i < range.end; ++i) {
    if (i > range.begin) {
      *out++ = ';';
      *out++ = ' ';
    }
    std::memcpy(out, values[i].data(), values[i].size());
    out += values[i].size();
  }
  return {begin, static_cast<size_t>(out - begin)};
}

std::string_view JsonArticleDecoder::State::DerivedId(const Article& article) {
  if (!article.url.empty()) {
    sha256.Add(article.url);
  } else {
    for (const Field field : {Field::kTitle, Field::kSummary, Field::kBody}) {
      sha256.AddTerminated(article.text_of(field));
    }
  }
  const std::string id = HexPrefix(sha256.Finish(), 32);
  char* const out = arena.Allocate(id.size());
  std::memcpy(out, id.data(), id.size());
  return {out, id.size()};
}

void JsonArticleDecoder::State::Explain(std::string_view text,
                                        Reject* reject) const {
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    reject->reason = RejectReason::kNotUtf8;
    reject->detail = "invalid UTF-8";
    return;
  }
  const JsonProblem problem = FindJsonProblem(text, kJsonDepthMax);
  reject->reason =
      problem.too_deep ? RejectReason::kTooDeep : RejectReason::kNotJson;
  reject->detail = problem.detail;
}

bool JsonArticleDecoder::State::DecodeOne(std::string_view payload,
                                          Article* article, MetaRanges* ranges,
                                          Reject* reject) {
  if (payload.size() > article_bytes_max) {
    reject->reason = RejectReason::kTooLarge;
    reject->detail =
        StrCat(payload.size(), " bytes; the limit is ", article_bytes_max);
    return false;
  }
  if (!FindStructure(payload) || !Walk()) {
    Explain(payload, reject);
    return false;
  }
  if (document[at[0]] != '{') {
    reject->reason = RejectReason::kNotAnObject;
    reject->detail = "the document is valid JSON, but no object";
    return false;
  }
  const auto set_text = [&](Field field, ArticleKey key) {
    article->text[static_cast<size_t>(field)] = Text(key);
    article->html[static_cast<size_t>(field)] = mapping.of(key).html;
  };
  set_text(Field::kTitle, ArticleKey::kTitle);
  set_text(Field::kBody, ArticleKey::kBody);
  if (article->text_of(Field::kTitle).empty() &&
      article->text_of(Field::kBody).empty()) {
    reject->reason = RejectReason::kMissingText;
    reject->detail = "neither a title nor a body";
    return false;
  }
  set_text(Field::kSummary, ArticleKey::kSummary);
  set_text(Field::kAuthor, ArticleKey::kAuthor);
  article->version = Text(ArticleKey::kVersion);
  article->url = Text(ArticleKey::kUrl);
  article->published_at = Text(ArticleKey::kPublishedAt);
  const auto set_meta = [&](MetaField field, ArticleKey key) {
    MetaRange& range = (*ranges)[static_cast<size_t>(field)];
    range = Values(key);
    for (uint32_t i = range.begin; i < range.end; ++i) {
      Normalize(field, &values[i]);
    }
    return Joined(range);
  };
  article->source = set_meta(MetaField::kSource, ArticleKey::kSource);
  article->site = set_meta(MetaField::kSite, ArticleKey::kSite);
  article->lang = set_meta(MetaField::kLang, ArticleKey::kLang);
  article->country = set_meta(MetaField::kCountry, ArticleKey::kCountry);
  set_meta(MetaField::kTag, ArticleKey::kTags);
  article->id = set_meta(MetaField::kId, ArticleKey::kId);
  if (article->id.empty()) {
    article->id = DerivedId(*article);
    MetaRange& range = (*ranges)[static_cast<size_t>(MetaField::kId)];
    range.begin = static_cast<uint32_t>(values.size());
    values.push_back(article->id);
    range.end = range.begin + 1;
  }
  return true;
}

JsonArticleDecoder::JsonArticleDecoder(const Mapping& mapping,
                                       size_t article_bytes_max)
    : state_(std::make_unique<State>(mapping, article_bytes_max)) {}
JsonArticleDecoder::~JsonArticleDecoder() = default;

void JsonArticleDecoder::Decode(absl::Span<const std::string_view> payloads,
                                std::vector<Article>* articles,
                                std::vector<Reject>* rejects) {
  State& state = *state_;
  articles->clear();
  rejects->clear();
  state.values.clear();
  state.meta_ranges.clear();
  state.arena.Clear();
  for (size_t i = 0; i < payloads.size(); ++i) {
    Article article;
    Reject reject;
    State::MetaRanges ranges;
    article.message = reject.message = static_cast<uint32_t>(i);
    if (state.DecodeOne(payloads[i], &article, &ranges, &reject)) {
      articles->push_back(article);
      state.meta_ranges.push_back(ranges);
    } else {
      rejects->push_back(std::move(reject));
    }
  }
  // `values` grows no more: now views into it hold.
  for (size_t i = 0; i < articles->size(); ++i) {
    for (size_t field = 0; field < kMetaFieldCount; ++field) {
      const State::MetaRange range = state.meta_ranges[i][field];
      (*articles)[i].meta[field] = absl::MakeConstSpan(
          state.values.data() + range.begin, range.end - range.begin);
    }
  }
}

}  // namespace presshawk
