// SPDX-License-Identifier: Apache-2.0
// The port through which the hot path reads articles. ingest/json implements it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/model/article.h"
#include "core/model/reject_reason.h"
#include "core/model/text_place.h"

namespace presshawk {

// A payload that is not an article.
struct Reject {
  uint32_t message = 0;  // Its index among the payloads of the call.
  RejectReason reason = RejectReason::kNotJson;
  // What is wrong and where, for a person: valid UTF-8 of at most 200 bytes.
  std::string detail;
};

// Turns payloads into articles. Each worker has one; NOT thread-safe. The
// articles view memory of the decoder and live until its next Decode().
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Replaces *articles and *rejects. Each payload is in exactly one of the two,
  // both in rising order of `message`, the index among `payloads`. A payload
  // needs no padding, must not start with a byte order mark
  // (WithoutByteOrderMark) and must live as long as the articles. In the steady
  // state where all payloads are good, nothing is allocated.
  virtual void Decode(absl::Span<const std::string_view> payloads,
                      std::vector<Article>* articles,
                      std::vector<Reject>* rejects) = 0;
  // As TextLocator::Locate(), for an article of the last Decode(), which came
  // from `payload`. The articles stay valid.
  virtual bool Locate(std::string_view payload, Field field, ByteSpan span,
                      TextPlace* place) = 0;
};

}  // namespace presshawk
