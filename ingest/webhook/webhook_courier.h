// SPDX-License-Identifier: Apache-2.0
// Sends to receivers that take an HTTP POST: webhooks, signed (SPEC SEND-2,
// SEND-3), and the incoming webhooks of Slack and Teams, which are not signed.
//
//   WebhookCourier courier({});
//   courier.Send(receiver, std::move(request), [](AttemptResult result) { … });
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/delivery/courier.h"
#include "core/http/http_sender.h"

namespace presshawk {

// THREAD SAFETY. All of it. `done` is called on the thread of the HttpSender,
// or at once where the receiver cannot be sent to.
class WebhookCourier : public Courier {
 public:
  explicit WebhookCourier(const HttpSender::Options& options)
      : sender_(options) {}

  // REQUIRES: a receiver of kind webhook, Slack or Teams.
  void Send(const ReceiverOptions& receiver, AttemptRequest request,
            Done done) override;
  void Stop(absl::Time deadline) override { sender_.Stop(deadline); }

 private:
  HttpSender sender_;
};

// What the end of a request means for the delivery (SPEC SEND-4). `now` is when
// it ended.
AttemptResult ResultOf(const HttpEnd& end, ReceiverKind kind, absl::Time now);

// The first KiB of an answer, as UTF-8: bytes that are none become U+FFFD.
std::string AnswerForTheLog(std::string_view body);

}  // namespace presshawk
