// SPDX-License-Identifier: Apache-2.0
#include "core/messages/people_body.h"

#include "core/messages/slack_message.h"
#include "core/messages/teams_message.h"

namespace presshawk {
namespace {

// By how the bodies begin.
std::optional<MessageForm> FormOf(std::string_view body) {
  if (body.starts_with(R"({"text":)")) {
    return MessageForm::kSlack;
  }
  if (body.starts_with(R"({"type":"message",)")) {
    return MessageForm::kTeams;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::string> PeopleBody(MessageForm form,
                                       std::string_view envelope,
                                       const MessageOptions& options,
                                       size_t bytes_max) {
  const absl::StatusOr<PeopleMessage> message = ReadMessage(envelope, options);
  if (!message.ok()) {
    return message.status();
  }
  return form == MessageForm::kSlack ? SlackMessage(*message, bytes_max)
                                     : TeamsMessage(*message, bytes_max);
}

std::optional<std::string> ReducedPeopleBody(std::string_view body) {
  const std::optional<MessageForm> form = FormOf(body);
  if (!form.has_value()) {
    return std::nullopt;
  }
  return *form == MessageForm::kSlack ? ReducedSlackMessage(body)
                                      : ReducedTeamsMessage(body);
}

std::optional<std::string> MarkedPeopleBody(std::string_view body,
                                            std::string_view mark) {
  const std::optional<MessageForm> form = FormOf(body);
  if (!form.has_value()) {
    return std::nullopt;
  }
  return *form == MessageForm::kSlack ? MarkedSlackMessage(body, mark)
                                      : MarkedTeamsMessage(body, mark);
}

}  // namespace presshawk
