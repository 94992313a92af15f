// SPDX-License-Identifier: Apache-2.0
#include "ingest/webhook/webhook_courier.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/delivery/address_guard.h"
#include "core/delivery/answer.h"
#include "core/delivery/retry_after.h"
#include "core/delivery/webhook_signature.h"

namespace presshawk {
namespace {

constexpr size_t kAnswerBytesMax = 1024;

// The keys that hold at `now`, or what is wrong with the secrets.
absl::StatusOr<std::vector<std::string>> KeysOf(const ReceiverOptions& receiver,
                                                absl::Time now) {
  std::vector<std::string> keys;
  const auto add = [&keys](const Secret& secret, std::string_view name) {
    std::optional<std::string> key = WebhookKey(secret.value);
    if (!key.has_value()) {
      return absl::InvalidArgumentError(
          StrCat("the ", name, " of the receiver is ",
                 secret.value.empty() ? "empty" : "no base64",
                 ": it must be `whsec_` and base64"));
    }
    keys.push_back(*std::move(key));
    return absl::OkStatus();
  };
  if (absl::Status status = add(receiver.secret, "secret"); !status.ok()) {
    return status;
  }
  if (!receiver.previous_secret.empty() && now < receiver.previous_until) {
    if (absl::Status status = add(receiver.previous_secret, "previous secret");
        !status.ok()) {
      return status;
    }
  }
  return keys;
}

// Headers of Standard Webhooks.
absl::Status AddSignature(const ReceiverOptions& receiver,
                          const AttemptRequest& request,
                          std::vector<HttpField>* headers) {
  const absl::StatusOr<std::vector<std::string>> keys =
      KeysOf(receiver, request.at);
  if (!keys.ok()) {
    return keys.status();
  }
  const std::string id = StrCat("msg_", request.delivery);
  const int64_t timestamp = absl::ToUnixSeconds(request.at);
  headers->push_back({"webhook-id", id});
  headers->push_back({"webhook-timestamp", StrCat(timestamp)});
  headers->push_back({"webhook-signature",
                      WebhookSignature(*keys, id, timestamp, request.body)});
  return absl::OkStatus();
}

AttemptResult Misconfigured(const absl::Status& status) {
  return {.outcome = AttemptOutcome::kMisconfigured,
          .why = std::string(status.message())};
}

// Chats say with a word what they refuse ("no_service"). Anything else stays in
// the log of attempts alone.
std::string WordOf(std::string_view answer) {
  constexpr size_t kLengthMax = 64;
  const bool is_word =
      !answer.empty() && answer.size() <= kLengthMax &&
      std::all_of(answer.begin(), answer.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
      });
  return is_word ? StrCat(" (", answer, ")") : "";
}

void ReadStatus(const HttpEnd& end, ReceiverKind kind, absl::Time now,
                AttemptResult* result) {
  const std::optional<absl::Duration> retry_after =
      ParseRetryAfter(end.Header("retry-after"), now);
  result->outcome = OutcomeOfStatus(end.status, retry_after.has_value());
  if (IsSuccess(result->outcome)) {
    // Teams takes a message before its flow shows it, or fails to.
    if (kind == ReceiverKind::kTeams && end.status == 202) {
      result->outcome = AttemptOutcome::kHandedOver;
    }
    return;
  }
  result->retry_after = retry_after.value_or(absl::ZeroDuration());
  result->why = StrCat(
      "it answered ", end.status, IsForPeople(kind) ? WordOf(end.body) : "",
      end.status / 100 == 3 ? ", and redirects are not followed" : "");
}

}  // namespace

std::string AnswerForTheLog(std::string_view body) {
  std::string text = ReplaceInvalidUtf8(Utf8Prefix(body, kAnswerBytesMax));
  text.resize(Utf8Prefix(text, kAnswerBytesMax).size());
  std::replace(text.begin(), text.end(), '\0', ' ');  // PostgreSQL takes none.
  return text;
}

AttemptResult ResultOf(const HttpEnd& end, ReceiverKind kind, absl::Time now) {
  AttemptResult result = {.status = end.status,
                          .took = end.took,
                          .peer = end.peer,
                          .answer = AnswerForTheLog(end.body),
                          .why = end.why};
  switch (end.kind) {
    case HttpEnd::Kind::kAnswered:
      ReadStatus(end, kind, now, &result);
      break;
    case HttpEnd::Kind::kRefused:
      result.outcome = AttemptOutcome::kMisconfigured;
      break;
    case HttpEnd::Kind::kNotSent:
      result.outcome = AttemptOutcome::kTransient;
      break;
    case HttpEnd::Kind::kNoAnswer:
      result.outcome = AttemptOutcome::kUnknown;
      break;
    case HttpEnd::Kind::kStopped:
      result.outcome = AttemptOutcome::kStopped;
      break;
  }
  return result;
}

void WebhookCourier::Send(const ReceiverOptions& receiver,
                          AttemptRequest request, Done done) {
  absl::StatusOr<AddressGuard> created =
      AddressGuard::Create({.allow_networks = receiver.allow_networks,
                            .allow_ports = receiver.allow_ports});
  if (!created.ok()) {
    done(Misconfigured(created.status()));
    return;
  }
  HttpAttempt attempt;
  attempt.url = receiver.url.value;
  attempt.allow_http = receiver.allow_http;
  attempt.headers = {{"content-type", "application/json"},
                     {"user-agent", "presshawk"}};
  if (receiver.kind == ReceiverKind::kWebhook) {
    if (absl::Status status = AddSignature(receiver, request, &attempt.headers);
        !status.ok()) {
      done(Misconfigured(status));
      return;
    }
  } else {
    // Chats have no ids to know a repeat by.
    attempt.new_connection = true;
  }
  attempt.body = std::move(request.body);
  attempt.judge = [guard = *std::move(created)](const std::string& text,
                                                uint16_t port) {
    const std::optional<IpAddress> address = IpAddress::Parse(text);
    return address.has_value()
               ? guard.Judge(*address, port)
               : absl::PermissionDeniedError(StrCat(text, " is no address"));
  };
  sender_.Send(
      std::move(attempt),
      [kind = receiver.kind, at = request.at, done = std::move(done)](
          const HttpEnd& end) { done(ResultOf(end, kind, at + end.took)); });
}

}  // namespace presshawk
