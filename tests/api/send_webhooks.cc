// SPDX-License-Identifier: Apache-2.0
// send_webhooks URL SECRET [PREVIOUS]: sends each line of standard input to the
// URL by the WebhookCourier, one after the other, for webhooks_test.py. The
// exit status is 1 where one is not delivered.
#include <condition_variable>
#include <iostream>
#include <string>

#include "absl/time/clock.h"
#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "core/delivery/delivery_id.h"
#include "ingest/webhook/webhook_courier.h"

int main(int argc, char** argv) {
  using namespace presshawk;  // NOLINT(google-build-using-namespace)
  if (argc < 3) {
    std::cerr << "send_webhooks URL SECRET [PREVIOUS]\n";
    return 2;
  }
  ReceiverOptions receiver;
  receiver.name = "crm";
  receiver.url.value = argv[1];
  receiver.secret.value = argv[2];
  receiver.allow_http = true;
  receiver.allow_networks = {"127.0.0.0/8"};
  if (argc > 3) {
    receiver.previous_secret.value = argv[3];
    receiver.previous_until = absl::InfiniteFuture();
  }
  WebhookCourier courier({});
  Mutex mutex;
  std::condition_variable changed;
  std::string line;
  for (int number = 1; std::getline(std::cin, line); ++number) {
    bool is_done = false;
    AttemptResult result;
    AttemptRequest request = {
        .delivery = DeliveryId({.subscription = "s",
                                .receiver = receiver.name,
                                .type = "presshawk.test.v1",
                                .key = StrCat(number)}),
        .subscription = "s",
        .type = "presshawk.test.v1",
        .body = line,
        .at = absl::Now()};
    courier.Send(receiver, std::move(request), [&](AttemptResult one) {
      MutexLock lock(&mutex);
      result = std::move(one);
      is_done = true;
      changed.notify_all();
    });
    MutexLock lock(&mutex);
    while (!is_done) {
      lock.Wait(&changed);
    }
    if (result.outcome != AttemptOutcome::kDelivered) {
      std::cerr << "line " << number << ": " << result.why << '\n';
      return 1;
    }
  }
  return 0;
}
