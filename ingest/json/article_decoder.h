#pragma once

#include <memory>
#include <vector>

#include "core/matching/decoder.h"
#include "core/model/limits.h"
#include "ingest/json/ignored_fields.h"
#include "ingest/json/mapping.h"

namespace presshawk {

// Decodes article JSON, strictly (SPEC A39, A45): simdjson finds the structure,
// then one walk over every token checks the grammar and notes where the mapped
// values are; only these are unescaped. Strings without escapes are viewed in
// the payload.
//
// An id or url that identifies nothing (`True`, `#article`) is no value; the id
// then comes from the url, or from the text where the url is none of a page.
//
// One per worker; NOT thread-safe.
class JsonArticleDecoder : public Decoder {
 public:
  // `ignored`, where given, counts mapped values that are not used; it must
  // outlive the decoder.
  explicit JsonArticleDecoder(const Mapping& mapping,
                              size_t article_bytes_max = kArticleBytesMax,
                              IgnoredFields* ignored = nullptr);
  ~JsonArticleDecoder() override;

  void Decode(absl::Span<const std::string_view> payloads,
              std::vector<Article>* articles,
              std::vector<Reject>* rejects) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace presshawk
