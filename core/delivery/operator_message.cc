// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/operator_message.h"

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/delivery/delivery_id.h"
#include "core/delivery/envelope.h"

namespace presshawk {

DeliveryRecord OperatorMessage(const OperatorNews& news, absl::Time now) {
  const std::string since = EnvelopeTime(news.since);
  DeliveryRecord message;
  message.id = DeliveryId({.subscription = kOperatorSubscription,
                           .receiver = news.to,
                           .type = kOperatorType,
                           .key = StrCat(news.ledger, '\0', news.event, '\0',
                                         news.which, '\0', since)});
  message.subscription = kOperatorSubscription;
  message.receiver = news.to;
  message.type = kOperatorType;
  message.created_at = now;
  message.due = now;
  std::string extra = StrCat("\"event\":\"", news.event, "\",");
  AppendJsonString(news.about, &extra);
  extra += ":";
  AppendJsonString(news.which, &extra);
  StrAppend(&extra, ",\"since\":\"", since, "\",\"text\":");
  AppendJsonString(news.text, &extra);
  EnvelopeFacts facts;
  facts.type = kOperatorType;
  facts.at = now;
  facts.subscription = kOperatorSubscription;
  facts.ledger = news.ledger;
  facts.extra = extra;
  message.own_body = ComposeBody(SealOther(facts), message.id, "");
  return message;
}

}  // namespace presshawk
