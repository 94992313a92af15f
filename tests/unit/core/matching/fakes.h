// SPDX-License-Identifier: Apache-2.0
// A decoder and a generation so small that a test says all they do: an article
// is "id:word word", and a list holds where one of the words is its id.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "core/matching/decoder.h"
#include "core/matching/matcher.h"
#include "core/stream/message.h"

namespace presshawk {

// "id:text"; without a colon a payload is no JSON. An article whose text begins
// with "canceled " was taken back, in its version 2.
class ColonDecoder : public Decoder {
 public:
  void Decode(absl::Span<const std::string_view> payloads,
              std::vector<Article>* articles,
              std::vector<Reject>* rejects) override {
    articles->clear();
    rejects->clear();
    ++calls;
    for (uint32_t i = 0; i < payloads.size(); ++i) {
      const size_t colon = payloads[i].find(':');
      if (colon == std::string_view::npos) {
        rejects->push_back({.message = i,
                            .reason = RejectReason::kNotJson,
                            .detail = "no colon"});
        continue;
      }
      Article article;
      article.message = i;
      article.id = payloads[i].substr(0, colon);
      article.text[static_cast<size_t>(Field::kBody)] =
          payloads[i].substr(colon + 1);
      if (article.text_of(Field::kBody).starts_with("canceled ")) {
        article.status = "canceled";
        article.version = "2";
      }
      articles->push_back(std::move(article));
    }
  }
  bool Locate(std::string_view /*payload*/, Field /*field*/, ByteSpan /*span*/,
              TextPlace* /*place*/) override {
    return false;  // These payloads are no JSON.
  }
  int calls = 0;
};

// The lists are named by single words, in byte order.
class WordGeneration : public Generation {
 public:
  // With a `min_relevance`, which all lists have, alerts have a hit.
  explicit WordGeneration(std::vector<std::string> words,
                          int min_relevance = kNoMinRelevance)
      : words_(std::move(words)), min_relevance_(min_relevance) {}
  std::string_view id() const override { return "0123456789abcdef"; }
  size_t size() const override { return words_.size(); }
  WatchListInfo list(ListSlot slot) const override {
    WatchListInfo info;
    info.id = words_[slot];
    info.name = words_[slot];
    info.min_relevance = min_relevance_;
    return info;
  }
  std::unique_ptr<Matcher> NewMatcher() const override;
  const std::vector<std::string>& words() const { return words_; }

 private:
  const std::vector<std::string> words_;
  const int min_relevance_;
};

// Fails on a text with the word "crash", and gives up list 0 at "heavy".
class WordMatcher : public Matcher {
 public:
  explicit WordMatcher(const WordGeneration* generation)
      : generation_(generation) {}
  bool Scan(const ArticleText& text) override {
    words_ = absl::StrSplit(std::string(text.original(Field::kBody)), ' ');
    return !Has("crash");
  }
  void Evaluate(const Article& /*article*/, const ArticleText& /*text*/,
                std::vector<ListSlot>* slots) override {
    slots->clear();
    abandoned_.clear();
    for (ListSlot slot = 0; slot < generation_->size(); ++slot) {
      if (Has(generation_->words()[slot])) {
        slots->push_back(slot);
      }
    }
    if (Has("heavy")) {
      abandoned_.push_back({.slot = 0, .reason = "too much work"});
    }
  }
  size_t evaluated() const override { return generation_->size(); }
  absl::Span<const AbandonedEvaluation> abandoned() const override {
    return abandoned_;
  }
  void CollectHits(ListSlot slot, const ArticleText& text,
                   std::vector<Hit>* hits) override {
    hits->clear();
    if (generation_->list(slot).min_relevance != kNoMinRelevance) {
      const std::string& word = generation_->words()[slot];
      const auto begin =
          static_cast<uint32_t>(text.original(Field::kBody).find(word));
      hits->push_back(
          {.field = Field::kBody,
           .space = Hit::Space::kOriginal,
           .span = {begin, begin + static_cast<uint32_t>(word.size())},
           .term = word});
    }
  }

 private:
  bool Has(std::string_view word) const {
    return std::find(words_.begin(), words_.end(), word) != words_.end();
  }

  const WordGeneration* const generation_;
  std::vector<std::string> words_;
  std::vector<AbandonedEvaluation> abandoned_;
};

inline std::unique_ptr<Matcher> WordGeneration::NewMatcher() const {
  return std::make_unique<WordMatcher>(this);
}

// Messages of one stream, in order.
class TextBatch : public MessageBatch {
 public:
  TextBatch(StreamId stream, std::vector<std::string> texts)
      : texts_(std::move(texts)) {
    for (const std::string& text : texts_) {
      const auto offset = static_cast<int64_t>(messages_.size());
      messages_.push_back({.payload = text,
                           .source = "articles",
                           .stream = stream,
                           .partition = 3,
                           .offset = offset,
                           .next = offset + 1,
                           .from_kafka = true});
      bytes_ += text.size();
    }
  }

 private:
  const std::vector<std::string> texts_;
};

}  // namespace presshawk
