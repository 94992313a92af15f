// SPDX-License-Identifier: Apache-2.0
// presshawk tokens create|list|revoke: who may use the API, and for what.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/delivery/ledger_tool.h"
#include "cmd/exit_code.h"
#include "core/base/api_token.h"
#include "core/base/json_writer.h"
#include "core/base/str_cat.h"
#include "core/config/quantities.h"
#include "core/delivery/envelope.h"

namespace presshawk {
namespace {

struct Arguments {
  std::string config, scope, expires, name, id;
  bool json = false;
};

void WriteTime(const char* key, absl::Time time, JsonWriter* json) {
  json->Key(key);
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) {
    json->Null();
  } else {
    json->Value(EnvelopeTime(time));
  }
}

int UsageError(const std::string& what) {
  std::fprintf(stderr, "presshawk tokens: %s\n", what.c_str());
  return kExitUsage;
}

int Create(const Arguments& arguments) {
  const std::optional<TokenScope> scope = ParseTokenScope(arguments.scope);
  if (!scope.has_value()) {
    return UsageError("--scope is read, act or admin");
  }
  absl::Duration lifetime = absl::InfiniteDuration();
  if (!arguments.expires.empty()) {
    const auto expires = ParseConfigDuration(arguments.expires);
    if (!expires.has_value()) {
      return UsageError(StrCat("--expires: `", arguments.expires,
                               "` is no duration: write 30d or 12h"));
    }
    lifetime = *expires;
  }
  return OnLedger(
      "tokens", arguments.config, [&](LedgerTool& tool) -> absl::StatusOr<int> {
        if (tool.options().http.token_file.empty()) {
          return absl::FailedPreconditionError(
              StrCat(arguments.config,
                     " has no http: token_file:, so that everybody may do "
                     "everything: set one first"));
        }
        const ApiToken token = NewApiToken();
        const absl::Time now = absl::Now();
        if (absl::Status status =
                tool.store().PutToken({.id = token.id,
                                       .hash = ApiTokenHash(token.text),
                                       .scope = *scope,
                                       .name = arguments.name,
                                       .created_at = now,
                                       .expires_at = now + lifetime});
            !status.ok()) {
          return status;
        }
        std::puts(token.text.c_str());
        std::fprintf(
            stderr, "It is shown this once, and is in force within seconds.\n");
        return kExitGood;
      });
}

int List(const Arguments& arguments) {
  return OnLedger(
      "tokens", arguments.config, [&](LedgerTool& tool) -> absl::StatusOr<int> {
        const auto tokens = tool.store().Tokens();
        if (!tokens.ok()) {
          return tokens.status();
        }
        std::string text;
        JsonWriter json(&text);
        json.BeginObject().Key("tokens").BeginArray();
        for (const TokenRecord& token : *tokens) {
          json.BeginObject()
              .Member("id", token.id)
              .Member("scope", TokenScopeName(token.scope))
              .Member("name", token.name)
              .Member("created_at", EnvelopeTime(token.created_at));
          WriteTime("expires_at", token.expires_at, &json);
          WriteTime("used_at", token.used_at, &json);
          json.EndObject();
        }
        json.EndArray().EndObject();
        return LedgerTool::Show(
            text + "\n",
            {.member = "tokens",
             .columns = {"id", "scope", "expires_at", "used_at", "name"}},
            arguments.json);
      });
}

int Revoke(const Arguments& arguments) {
  return OnLedger(
      "tokens", arguments.config, [&](LedgerTool& tool) -> absl::StatusOr<int> {
        const auto removed = tool.store().RemoveToken(arguments.id);
        if (!removed.ok()) {
          return removed.status();
        }
        if (!*removed) {
          std::fprintf(stderr, "presshawk tokens: there is no token %s\n",
                       arguments.id.c_str());
          return kExitBadAnswer;
        }
        std::fprintf(stderr, "It is refused within seconds.\n");
        return kExitGood;
      });
}

}  // namespace

void AddTokensCommand(Command program) {
  Command command = program.AddCommand(
      "tokens", "Who may use the API beside the token of the configuration");
  command.RequireCommand();

  auto create = std::make_shared<Arguments>();
  Command create_command =
      command.AddCommand("create", "Make a token; it is printed once");
  AddLedgerOption(create_command, &create->config);
  create_command
      .Add("--scope", &create->scope,
           "read; act (replays, silences, pauses as well); or admin")
      .TypeName("SCOPE")
      .Required();
  create_command
      .Add("--expires", &create->expires,
           "Not in force any more after this time (30d); without it for ever")
      .TypeName("TIME");
  create_command.Add("--name", &create->name, "Whose it is").TypeName("TEXT");
  create_command.OnRun([create] { return Create(*create); });

  auto list = std::make_shared<Arguments>();
  Command list_command = command.AddCommand(
      "list", "A line for each token: its scope, its end, when it was used");
  AddLedgerOption(list_command, &list->config);
  AddFormatOption(list_command, &list->json);
  list_command.OnRun([list] { return List(*list); });

  auto revoke = std::make_shared<Arguments>();
  Command revoke_command =
      command.AddCommand("revoke", "End a token, and who logged in with it");
  AddLedgerOption(revoke_command, &revoke->config);
  revoke_command.Add("ID", &revoke->id, "The token").TypeName("").Required();
  revoke_command.OnRun([revoke] { return Revoke(*revoke); });
}

}  // namespace presshawk
