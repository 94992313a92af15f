// SPDX-License-Identifier: Apache-2.0
#include "cmd/demo/demo_receiver.h"

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Fewer than open its circuit, which would wait longer than people look.
constexpr uint64_t kRefusals = 2;

}  // namespace

DemoReceiver::DemoReceiver() : server_({}) {
  const auto route = [this](const std::string& path,
                            HttpServer::Handler handler) {
    HttpRoute post = MakeRoute("POST", path, HttpAccess::kOpen, handler);
    post.body = HttpBody::kJson;
    server_.Route(std::move(post));
  };
  route("/desk", [this](const HttpRequest& /*request*/) {
    ++taken_;
    return HttpResponse{.status = 204};
  });
  route("/flaky", [this](const HttpRequest& /*request*/) {
    if (refused_ < kRefusals) {
      ++refused_;
      return HttpResponse{.status = 503};
    }
    ++taken_;
    return HttpResponse{.status = 204};
  });
}

std::string DemoReceiver::Url(const std::string& path) const {
  return StrCat("http://127.0.0.1:", server_.port(), path);
}

}  // namespace presshawk
