// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/article_decoder.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "core/alerts/retraction.h"
#include "core/base/check.h"
#include "core/base/hex.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "core/text/metadata_value.h"
#include "ingest/json/article_walk.h"
#include "ingest/json/identity.h"
#include "ingest/json/pointer_tree.h"
#include "ingest/json/repeated_texts.h"
#include "ingest/json/text_arena.h"

namespace presshawk {
namespace {

constexpr uint32_t kAbsent = ArticleWalk::kAbsent;

// Stands between the values of an array (SPEC A39).
constexpr std::string_view kValueSeparator = "; ";

// A set of IgnoredKind.
constexpr uint8_t Bit(IgnoredKind kind) {
  return static_cast<uint8_t>(1U << static_cast<unsigned>(kind));
}

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

constexpr ArticleKey KeyOf(Field field) {
  switch (field) {
    case Field::kTitle:
      return ArticleKey::kTitle;
    case Field::kSummary:
      return ArticleKey::kSummary;
    case Field::kBody:
      return ArticleKey::kBody;
    case Field::kAuthor:
      break;
  }
  return ArticleKey::kAuthor;
}

// By Field: the state of the member that has the field's name, or kNone.
std::array<PointerTree::StateId, kFieldCount> OwnStates(
    const PointerTree& pointers) {
  std::array<PointerTree::StateId, kFieldCount> states;
  for (const Field field : kFields) {
    const PointerTree::Step step =
        pointers.Member(PointerTree::kRoot, FieldName(field));
    states[static_cast<size_t>(field)] =
        step.by_prefix ? PointerTree::kNone : step.to;
  }
  return states;
}

bool HasStars(const Mapping::Source& source) {
  for (const Mapping::Together& together : source.from) {
    for (const ArticlePointer& pointer : together) {
      if (pointer.find('*') != std::string::npos) {
        return true;
      }
    }
  }
  return false;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsJsonSpace(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && IsJsonSpace(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

struct JsonArticleDecoder::State {
  State(const Mapping& mapping_in, size_t article_bytes_max_in,
        IgnoredFields* ignored_fields_in)
      : mapping(mapping_in),
        article_bytes_max(article_bytes_max_in),
        ignored_fields(ignored_fields_in),
        pointers(mapping_in),
        own_states(OwnStates(pointers)),
        tags_have_stars(HasStars(mapping_in.of(ArticleKey::kTags))),
        walk(pointers, &arena) {}

  // Values of an article's metadata fields: ranges of `values`.
  struct MetaRange {
    uint32_t begin = 0, end = 0;
  };
  using MetaRanges = std::array<MetaRange, kMetaFieldCount>;

  void AppendScalar(ArticleKey key, uint32_t index, bool is_reference,
                    uint8_t* unused);
  void AppendValues(ArticleKey key, uint32_t index, PointerTree::StateId state,
                    uint8_t* unused);
  size_t AppendTogether(ArticleKey key,
                        const std::vector<PointerTree::StateId>& states,
                        uint8_t* unused, uint8_t* unused_inner);
  MetaRange Values(ArticleKey key);
  void Normalize(MetaField field, std::string_view* value);
  MetaRange Tags();
  bool TagsAreOneText() const;
  std::string_view Joined(MetaRange range);
  std::string_view Text(ArticleKey key) { return Joined(Values(key)); }
  bool IsAtOwnKey(Field field, MetaRange range) const;
  struct LocatedValue {
    ByteSpan bytes;  // In the text of its field.
    uint32_t token;  // Its first.
  };
  const std::vector<LocatedValue>& LocatedValues(Field field);
  std::string_view ScalarText(uint32_t token) {
    return walk.CharAt(token) == '"' ? walk.Text(token) : walk.ScalarAt(token);
  }
  void Ignore(ArticleKey key, uint8_t kinds) {
    ignored[static_cast<size_t>(key)] |= kinds;
  }
  void CountIgnored();
  std::string_view DerivedId(const Article& article);
  bool DecodeOne(std::string_view payload, Article* article, MetaRanges* ranges,
                 Reject* reject);
  void Explain(std::string_view document, Reject* reject) const;

  const Mapping mapping;
  const size_t article_bytes_max;
  IgnoredFields* const ignored_fields;  // May be null.
  const PointerTree pointers;
  const std::array<PointerTree::StateId, kFieldCount> own_states;
  const bool tags_have_stars;
  TextArena arena;  // Unescaped and joined texts.
  ArticleWalk walk;
  std::vector<uint32_t> order;  // Places of several states.
  RepeatedTexts repeated_texts;
  std::array<uint8_t, kArticleKeyCount> ignored = {};  // Of one article.

  std::vector<std::string_view> values;
  // Where the last call of Values() found what it returned.
  const std::vector<PointerTree::StateId>* used_states = nullptr;
  // Only for Locate(): the tokens of `values`, those that were left out, too.
  bool keeps_tokens = false;
  std::vector<uint32_t> tokens;
  std::array<std::vector<LocatedValue>, kFieldCount> located_values;
  std::vector<MetaRanges> meta_ranges;  // By article.
  std::string normalized;               // Reused.
  Sha256 sha256;
};

// Appends the scalar at token `index` to `values`: a string, or a number by its
// written text. What is not used goes into *unused.
void JsonArticleDecoder::State::AppendScalar(ArticleKey key, uint32_t index,
                                             bool is_reference,
                                             uint8_t* unused) {
  const auto append = [&](std::string_view value) {
    values.push_back(value);
    if (keeps_tokens) {
      tokens.push_back(index);
    }
  };
  const char c = walk.CharAt(index);
  if (c == '-' || (c >= '0' && c <= '9')) {
    append(walk.ScalarAt(index));
    return;
  }
  if (c != '"') {
    *unused |= c == '{'   ? Bit(IgnoredKind::kObject)
               : c == '[' ? Bit(IgnoredKind::kArray)
               : c == 'n' ? uint8_t{0}
                          : Bit(IgnoredKind::kBoolean);
    return;
  }
  const std::string_view text = walk.Text(index);
  if (IsBlank(text)) {
    return;
  }
  if ((key == ArticleKey::kId || key == ArticleKey::kUrl) &&
      (IsWrittenNothing(text) || (is_reference && IsRelativeReference(text)) ||
       (key == ArticleKey::kUrl && text[0] == '#'))) {
    *unused |= Bit(IgnoredKind::kText);
    return;
  }
  append(text);
}

// Appends what stands at token `index`: a scalar, or an array of these.
void JsonArticleDecoder::State::AppendValues(ArticleKey key, uint32_t index,
                                             PointerTree::StateId state,
                                             uint8_t* unused) {
  const bool is_reference = pointers.IsReference(state);
  if (walk.CharAt(index) != '[') {
    AppendScalar(key, index, is_reference, unused);
    return;
  }
  uint32_t depth = 0;
  for (uint32_t i = index + 1;; ++i) {
    const char c = walk.CharAt(i);
    if (depth == 0 && c != ',' && c != ']') {
      AppendScalar(key, i, is_reference, unused);
    }
    if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      if (depth == 0) {
        return;
      }
      --depth;
    }
  }
}

// Appends the values at the places of `states`, in the order of the document.
// Returns how many places there are.
size_t JsonArticleDecoder::State::AppendTogether(
    ArticleKey key, const std::vector<PointerTree::StateId>& states,
    uint8_t* unused, uint8_t* unused_inner) {
  const auto append = [&](uint32_t place) {
    const PointerTree::StateId state = walk.place(place).state;
    if (walk.place(place).token == kAbsent) {
      return size_t{0};
    }
    // An object that other pointers go into is no mistake by itself.
    const bool is_inner =
        pointers.HasMembers(state) || pointers.HasElements(state);
    AppendValues(key, walk.place(place).token, state,
                 is_inner ? unused_inner : unused);
    return size_t{1};
  };
  size_t used = 0;
  if (states.size() == 1) {
    for (uint32_t place = walk.FirstOf(states[0]); place != kAbsent;
         place = walk.place(place).next) {
      used += append(place);
    }
    return used;
  }
  order.clear();
  for (const PointerTree::StateId state : states) {
    for (uint32_t place = walk.FirstOf(state); place != kAbsent;
         place = walk.place(place).next) {
      order.push_back(place);
    }
  }
  if (order.size() > 1) {
    std::sort(order.begin(), order.end());
  }
  for (const uint32_t place : order) {
    used += append(place);
  }
  return used;
}

JsonArticleDecoder::State::MetaRange JsonArticleDecoder::State::Values(
    ArticleKey key) {
  MetaRange range;
  range.begin = static_cast<uint32_t>(values.size());
  uint8_t unused = 0;
  uint8_t unused_inner = 0;
  for (const std::vector<PointerTree::StateId>& states :
       pointers.StatesOf(key)) {
    const size_t used = AppendTogether(key, states, &unused, &unused_inner);
    if (values.size() == range.begin) {
      continue;
    }
    used_states = &states;
    if (used > 1 && (key == ArticleKey::kTitle || key == ArticleKey::kSummary ||
                     key == ArticleKey::kBody)) {
      repeated_texts.Drop(mapping.of(key).html, range.begin, &values);
    }
    break;
  }
  range.end = static_cast<uint32_t>(values.size());
  Ignore(key, static_cast<uint8_t>(
                  unused | (range.begin == range.end ? unused_inner : 0)));
  return range;
}

// Whether a string stands where the mapping expects one text or a list.
bool JsonArticleDecoder::State::TagsAreOneText() const {
  if (tags_have_stars) {
    return false;  // Each is a text of its own.
  }
  for (const std::vector<PointerTree::StateId>& states :
       pointers.StatesOf(ArticleKey::kTags)) {
    for (const PointerTree::StateId state : states) {
      const uint32_t place = walk.FirstOf(state);
      if (place != kAbsent && walk.place(place).token != kAbsent &&
          walk.CharAt(walk.place(place).token) == '"') {
        return true;
      }
    }
  }
  return false;
}

// Tags are one each; a text that holds several is split where the mapping says
// so.
JsonArticleDecoder::State::MetaRange JsonArticleDecoder::State::Tags() {
  const MetaRange written = Values(ArticleKey::kTags);
  const std::string& split = mapping.of(ArticleKey::kTags).split;
  if (split.empty()) {
    if (written.begin + 1 == written.end && TagsAreOneText() &&
        values[written.begin].find(',') != std::string_view::npos) {
      Ignore(ArticleKey::kTags, Bit(IgnoredKind::kText));
    }
    return written;
  }
  MetaRange range = {.begin = written.end, .end = written.end};
  for (uint32_t i = written.begin; i < written.end; ++i) {
    std::string_view rest = values[i];
    while (true) {
      const size_t end = rest.find(split);
      const std::string_view tag = Trimmed(rest.substr(0, end));
      if (!IsBlank(tag)) {
        values.push_back(tag);
      }
      if (end == std::string_view::npos) {
        break;
      }
      rest.remove_prefix(end + split.size());
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

void JsonArticleDecoder::State::CountIgnored() {
  for (size_t key = 0; key < kArticleKeyCount; ++key) {
    for (size_t kind = 0; ignored[key] != 0 && kind < kIgnoredKindCount;
         ++kind) {
      if ((ignored[key] & Bit(static_cast<IgnoredKind>(kind))) != 0) {
        ignored_fields->Count(static_cast<ArticleKey>(key),
                              static_cast<IgnoredKind>(kind));
      }
    }
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
    size += values[i].size() + kValueSeparator.size();
  }
  char* const begin = arena.Allocate(size);
  char* out = begin;
  for (uint32_t i = range.begin; i < range.end; ++i) {
    if (i > range.begin) {
      std::memcpy(out, kValueSeparator.data(), kValueSeparator.size());
      out += kValueSeparator.size();
    }
    std::memcpy(out, values[i].data(), values[i].size());
    out += values[i].size();
  }
  return {begin, static_cast<size_t>(out - begin)};
}

// Whether `range`, which Values() has just returned, is the one value of the
// member that has the field's name.
bool JsonArticleDecoder::State::IsAtOwnKey(Field field, MetaRange range) const {
  const PointerTree::StateId own = own_states[static_cast<size_t>(field)];
  if (range.end - range.begin != 1 || used_states->size() != 1 ||
      (*used_states)[0] != own) {
    return false;
  }
  const uint32_t token = walk.place(walk.FirstOf(own)).token;
  return token != kAbsent && walk.CharAt(token) != '[';
}

// Where the values of the field stand in the document of the walk.
const std::vector<JsonArticleDecoder::State::LocatedValue>&
JsonArticleDecoder::State::LocatedValues(Field field) {
  std::vector<LocatedValue>& located =
      located_values[static_cast<size_t>(field)];
  if (!located.empty()) {
    return located;
  }
  values.clear();
  tokens.clear();
  Values(KeyOf(field));
  uint32_t begin = 0;
  size_t next = 0;
  for (const std::string_view value : values) {
    // Few values are compared where some were left out as repetitions.
    while (tokens.size() != values.size() &&
           ScalarText(tokens[next]) != value) {
      ++next;
    }
    const auto end = begin + static_cast<uint32_t>(value.size());
    located.push_back({{begin, end}, tokens[next++]});
    begin = end + static_cast<uint32_t>(kValueSeparator.size());
  }
  return located;
}

std::string_view JsonArticleDecoder::State::DerivedId(const Article& article) {
  if (IsAbsoluteUrl(article.url)) {
    sha256.Add(article.url);
  } else {
    for (const Field field : {Field::kTitle, Field::kSummary, Field::kBody}) {
      sha256.AddTerminated(article.text_of(field));
    }
  }
  // PERF: HexPrefix() would allocate for each article without an id.
  const Sha256Digest digest = sha256.Finish();
  char* const id = arena.Allocate(2 * digest.size());
  char* out = id;
  for (const uint8_t byte : digest) {
    out = WriteHex(byte, out);
  }
  return {id, 2 * digest.size()};
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
  if (!walk.Run(payload)) {
    Explain(payload, reject);
    return false;
  }
  if (walk.CharAt(0) != '{') {
    reject->reason = RejectReason::kNotAnObject;
    reject->detail = "the document is valid JSON, but not an object";
    return false;
  }
  const auto set_text = [&](Field field) {
    const auto index = static_cast<size_t>(field);
    const MetaRange range = Values(KeyOf(field));
    article->text[index] = Joined(range);
    article->html[index] = mapping.of(KeyOf(field)).html;
    article->at_own_key[index] = IsAtOwnKey(field, range);
  };
  set_text(Field::kTitle);
  set_text(Field::kBody);
  article->status = Text(ArticleKey::kStatus);
  // A notice that an article is taken back may have no text.
  if (article->text_of(Field::kTitle).empty() &&
      article->text_of(Field::kBody).empty() && !IsCanceled(article->status)) {
    reject->reason = RejectReason::kMissingText;
    reject->detail = "neither a title nor a body";
    for (const ArticleKey key : {ArticleKey::kTitle, ArticleKey::kBody}) {
      if ((ignored[static_cast<size_t>(key)] & Bit(IgnoredKind::kObject)) !=
          0) {
        StrAppend(&reject->detail, ": ",
                  IgnoredFieldText(key, IgnoredKind::kObject));
        break;
      }
    }
    return false;
  }
  set_text(Field::kSummary);
  set_text(Field::kAuthor);
  article->version = Text(ArticleKey::kVersion);
  article->url = Text(ArticleKey::kUrl);
  article->published_at = Text(ArticleKey::kPublishedAt);
  article->embargo = Text(ArticleKey::kEmbargo);
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
  const MetaRange tags = Tags();
  for (uint32_t i = tags.begin; i < tags.end; ++i) {
    Normalize(MetaField::kTag, &values[i]);
  }
  (*ranges)[static_cast<size_t>(MetaField::kTag)] = tags;
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
                                       size_t article_bytes_max,
                                       IgnoredFields* ignored)
    : state_(std::make_unique<State>(mapping, article_bytes_max, ignored)) {}
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
  located_ = {};  // Another payload may stand in the same memory.
  for (size_t i = 0; i < payloads.size(); ++i) {
    Article article;
    Reject reject;
    State::MetaRanges ranges;
    article.message = reject.message = static_cast<uint32_t>(i);
    state.ignored = {};
    const bool good = state.DecodeOne(payloads[i], &article, &ranges, &reject);
    if (state.ignored_fields != nullptr) {
      state.CountIgnored();
    }
    if (good) {
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

bool JsonArticleDecoder::Locate(std::string_view payload, Field field,
                                ByteSpan span, TextPlace* place) {
  if (locating_ == nullptr) {
    locating_ = std::make_unique<State>(
        state_->mapping, state_->article_bytes_max, /*ignored_fields=*/nullptr);
    locating_->keeps_tokens = true;
  }
  State& state = *locating_;
  if (located_.data() != payload.data() || located_.size() != payload.size()) {
    located_ = {};
    state.arena.Clear();
    for (std::vector<State::LocatedValue>& values : state.located_values) {
      values.clear();
    }
    if (!state.walk.Run(payload)) {
      return false;  // No article was made of this payload.
    }
    located_ = payload;
  }
  const std::vector<State::LocatedValue>& values = state.LocatedValues(field);
  const auto behind =
      std::upper_bound(values.begin(), values.end(), span.begin,
                       [](uint32_t begin, const State::LocatedValue& value) {
                         return begin < value.bytes.begin;
                       });
  if (behind == values.begin() || span.end > (behind - 1)->bytes.end) {
    return false;
  }
  const State::LocatedValue& value = *(behind - 1);
  state.walk.PointerTo(value.token, &place->pointer);
  place->value_begin = value.bytes.begin;
  return true;
}

}  // namespace presshawk
