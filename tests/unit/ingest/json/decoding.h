// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/check.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {

// One decoder with preset `generic`, one message at a time.
class Decoding {
 public:
  explicit Decoding(const std::string& mapping = "generic",
                    size_t article_bytes_max = kArticleBytesMax)
      : decoder_(*LoadMapping(mapping), article_bytes_max) {}

  // Null where the message was rejected; see reject().
  const Article* Decode(std::string json) {
    json_ = std::move(json);
    const std::string_view payload = json_;
    decoder_.Decode({&payload, 1}, &articles_, &rejects_);
    PRESSHAWK_CHECK(articles_.size() + rejects_.size() == 1);
    return articles_.empty() ? nullptr : &articles_[0];
  }
  // "ok" or the reason.
  std::string_view Outcome(std::string json) {
    return Decode(std::move(json)) != nullptr
               ? "ok"
               : RejectReasonName(rejects_[0].reason);
  }
  const Reject& reject() const { return rejects_[0]; }

 private:
  JsonArticleDecoder decoder_;
  std::string json_;
  std::vector<Article> articles_;
  std::vector<Reject> rejects_;
};

}  // namespace presshawk
