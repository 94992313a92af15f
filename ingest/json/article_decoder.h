// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "core/matching/decoder.h"
#include "core/model/limits.h"
#include "ingest/json/ignored_fields.h"
#include "ingest/json/mapping.h"

namespace presshawk {

// Decodes article JSON strictly (SPEC A39, A45). simdjson finds the structure.
// One walk over every token then checks the grammar and notes the places of the
// mapped values. Only these are unescaped; a string without escapes is a view
// of the payload.
//
//   JsonArticleDecoder decoder(mapping);
//   decoder.Decode(payloads, &articles, &rejects);
//
// An id or url that identifies nothing (`True`, `#article`) counts as absent.
// The id then comes from the url, or from the text if the url is not that of a
// page.
//
// THREAD SAFETY. None: each worker has one.
class JsonArticleDecoder : public Decoder {
 public:
  // If `ignored` is not null, it counts mapped values that are not used, and
  // must outlive the decoder.
  explicit JsonArticleDecoder(const Mapping& mapping,
                              size_t article_bytes_max = kArticleBytesMax,
                              IgnoredFields* ignored = nullptr);
  ~JsonArticleDecoder() override;

  void Decode(absl::Span<const std::string_view> payloads,
              std::vector<Article>* articles,
              std::vector<Reject>* rejects) override;
  bool Locate(std::string_view payload, Field field, ByteSpan span,
              TextPlace* place) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
  // Decodes again what Locate() asks for, beside the articles that are in use.
  std::unique_ptr<State> locating_;
  std::string_view located_;  // The payload that it has decoded.
};

}  // namespace presshawk
