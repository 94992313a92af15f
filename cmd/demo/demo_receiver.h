// SPDX-License-Identifier: Apache-2.0
// A receiver of webhooks in this process: `/desk` takes everything, and `/flaky`
// answers 503 twice before it does.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "core/http/http_server.h"

namespace presshawk {

class DemoReceiver {
 public:
  DemoReceiver();

  absl::Status Start() { return server_.Start(); }
  // Of a path: "http://127.0.0.1:40123/desk".
  std::string Url(const std::string& path) const;
  // How often it answered so.
  uint64_t refused() const { return refused_; }
  uint64_t taken() const { return taken_; }

 private:
  HttpServer server_;
  std::atomic<uint64_t> refused_ = 0;
  std::atomic<uint64_t> taken_ = 0;
};

}  // namespace presshawk
