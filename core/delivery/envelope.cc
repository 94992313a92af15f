// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/envelope.h"

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/ledger/stored_form.h"

namespace presshawk {
namespace {

// Everything up to the place of the delivery's id.
std::string Head(const EnvelopeFacts& facts) {
  return StrCat(R"({"type":")", facts.type, R"(","timestamp":")",
                EnvelopeTime(facts.at), R"(","data":{"delivery":")");
}

// From behind the id up to what only this type has.
std::string Middle(const EnvelopeFacts& facts) {
  std::string middle = "\",\"subscription\":";
  AppendJsonString(facts.subscription, &middle);
  if (facts.sequence != 0) {
    StrAppend(&middle, ",\"sequence\":", facts.sequence);
  }
  StrAppend(&middle, ",\"ledger\":\"", facts.ledger,
            "\",\"replay\":", facts.replay ? "true" : "false");
  if (facts.rebuilt) {
    middle += ",\"rebuilt\":true";
  }
  if (facts.story != nullptr && !facts.story->id.empty()) {
    middle += ",\"story\":";
    AppendStory(*facts.story, &middle);
  }
  if (!facts.extra.empty()) {
    StrAppend(&middle, ",", facts.extra);
  }
  return middle;
}

}  // namespace

SealedBody SealAlert(const EnvelopeFacts& facts) {
  return {.head = Head(facts),
          .middle = Middle(facts) + ",\"alert\":",
          .tail = "}}"};
}

SealedBody SealOther(const EnvelopeFacts& facts) {
  return {.head = Head(facts), .middle = Middle(facts) + "}}", .tail = ""};
}

std::string ComposeBody(const SealedBody& body, std::string_view delivery,
                        std::string_view alert_json) {
  return ComposeBody(body.head, delivery, body.middle, alert_json, body.tail);
}

std::string EnvelopeTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

}  // namespace presshawk
