// SPDX-License-Identifier: Apache-2.0
// Messages to people that are held back, and what is told when their time has
// come: each by itself, or all as one catch-up (SPEC DELIVERY-9).
#include <optional>
#include <string>
#include <utility>

#include "core/base/str_cat.h"
#include "core/delivery/decider.h"
#include "core/delivery/delivery_id.h"
#include "core/delivery/rows_body.h"

namespace presshawk {

void Decider::Hold(const Subscription& subscription, Timing timing,
                   DeliveryRecord* delivery) {
  const std::string to = AddresseeOf(delivery->receiver, delivery->address);
  auto hold = gate_.HoldOf(subscription, to, timing.is_excepted, now_);
  if (hold.has_value()) {
    delivery->reason = hold->reason;
    delivery->due = absl::InfiniteFuture();
  } else if (!timing.is_excepted &&
             (timing.is_late || down_.contains(delivery->receiver))) {
    delivery->reason = WaitReason::kSchedule;
    delivery->due = absl::InfiniteFuture();
  } else {
    gate_.Count(subscription, to, now_, &batch_.notes);
  }
}

void Decider::LetGo(const Subscription& subscription, DeliveryRecord held) {
  held.reason = WaitReason::kDue;
  held.due = now_;
  const ReceiverOptions* const receiver = FindReceiver(held.receiver);
  if (receiver != nullptr && IsForPeople(receiver->kind)) {
    Hold(subscription, /*timing=*/{}, &held);
  }
  batch_.deliveries.push_back(std::move(held));
}

void Decider::Catchup(const Subscription& subscription,
                      absl::Span<const DeliveryRecord> held, size_t alerts,
                      const DigestPlan& plan,
                      absl::Span<const IncomingAlert> shown) {
  const uint64_t from = held.front().sequence;
  const uint64_t to = held.back().sequence;
  DeliveryRecord delivery = {.subscription = subscription.id,
                             .sequence = to,
                             .receiver = held.front().receiver,
                             .address = held.front().address,
                             .type = std::string(kCatchupType),
                             .created_at = now_,
                             .due = now_};
  const std::string key = StrCat(options_.epoch, '\0', from, '-', to);
  delivery.id = DeliveryId({.subscription = subscription.id,
                            .receiver = delivery.receiver,
                            .address = delivery.address,
                            .type = kCatchupType,
                            .key = key});
  const RowsBody body({.covers = {from, to},
                       .total = plan.rows.size(),
                       .alerts = alerts,
                       .more = StrCat("/api/v1/subscriptions/", subscription.id,
                                      "/events?after=", from - 1)},
                      FactsOf(subscription, kCatchupType, /*sequence=*/0), plan,
                      shown);
  delivery.own_body = ComposeBody(body.Seal(), delivery.id, "");
  for (const DeliveryRecord& one : held) {
    DeliveryRecord& covered = batch_.deliveries.emplace_back(one);
    covered.state = DeliveryState::kCancelled;
    covered.own_body.clear();
  }
  const std::string addressee =
      AddresseeOf(delivery.receiver, delivery.address);
  gate_.Count(subscription, addressee, now_, &batch_.notes);
  gate_.SetCaughtUpTo(subscription.id, addressee, to, &batch_.notes);
  batch_.deliveries.push_back(std::move(delivery));
}

}  // namespace presshawk
