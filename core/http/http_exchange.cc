// SPDX-License-Identifier: Apache-2.0
#include "core/http/http_exchange.h"

#include <utility>

namespace presshawk {

HttpExchange::~HttpExchange() {
  if (taker_ != nullptr) {
    Answer(HttpResponse::Of(
        Problem{500, "this request was not finished", "", "ask again"}));
  }
}

void HttpExchange::Answer(HttpResponse response) {
  std::exchange(taker_, nullptr)(std::move(response));
}

}  // namespace presshawk
