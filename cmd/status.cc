// SPDX-License-Identifier: Apache-2.0
// presshawk status: what a running instance is doing, for whoever is called at
// night. Reads its HTTP API.
#include <cstdio>
#include <memory>
#include <string>

#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/status_text.h"
#include "core/base/str_cat.h"
#include "core/http/bearer_token.h"
#include "core/http/http_client.h"

namespace presshawk {
namespace {

// Of each request.
constexpr absl::Duration kTimeout = absl::Seconds(3);
constexpr char kBadListsPath[] = "/api/v1/watchlists?limit=20&state=";

struct StatusOptions {
  std::string url = "http://127.0.0.1:9464";
  std::string token_file;
  bool json = false;
};

int GiveUp(const std::string& why) {
  std::fprintf(stderr, "presshawk status: %s\n", why.c_str());
  return kExitGaveUp;
}

// The port of `presshawk deliver` has no status: what to ask there.
std::string AskDelivery(const std::string& url) {
  return StrCat(url, " is the port of `presshawk deliver`, which has no lists ",
                "and no lag: ", url, "/readyz says whether it is ready, ", url,
                "/api/v1/ledger and `presshawk ledger status` what is owed");
}

bool IsDelivery(const StatusOptions& options, const std::string& token) {
  const absl::StatusOr<HttpResult> ledger =
      HttpGet(options.url, "/api/v1/ledger", token, kTimeout);
  // 503 until the ledger is open.
  return ledger.ok() && (ledger->status == 200 || ledger->status == 503);
}

// The body of a good answer; else *error says what is wrong.
std::string Get(const StatusOptions& options, const std::string& token,
                const std::string& path, std::string* error) {
  absl::StatusOr<HttpResult> result =
      HttpGet(options.url, path, token, kTimeout);
  if (!result.ok()) {
    *error = std::string(result.status().message());
    return "";
  }
  if (result->status == 401) {
    *error = StrCat(options.url, " asks for a token: give --token-file FILE, ",
                    "the one of its configuration (http: token_file:)");
  } else if (result->status == 421) {
    *error = StrCat(options.url, " does not answer to this name: add it to ",
                    "http: hosts: of its configuration, or give its address");
  } else if (result->status == 404 && IsDelivery(options, token)) {
    *error = AskDelivery(options.url);
  } else if (result->status != 200) {
    *error = StrCat(options.url, path, " answered ", result->status,
                    ": is that presshawk, of this version?");
  }
  return std::move(result->body);
}

int RunStatus(StatusOptions options) {
  std::string token;
  if (!options.token_file.empty()) {
    absl::StatusOr<std::string> read = ReadTokenFile(options.token_file);
    if (!read.ok()) {
      return GiveUp(std::string(read.status().message()));
    }
    token = *std::move(read);
  }
  while (options.url.ends_with('/')) {
    options.url.pop_back();
  }
  if (options.url.find("://") == std::string::npos) {
    options.url = StrCat("http://", options.url);
  }
  std::string error;
  const std::string status = Get(options, token, "/api/v1/status", &error);
  std::string rejected;
  std::string stale;
  if (error.empty()) {
    rejected = Get(options, token, StrCat(kBadListsPath, "rejected"), &error);
  }
  if (error.empty()) {
    stale = Get(options, token, StrCat(kBadListsPath, "stale"), &error);
  }
  if (!error.empty()) {
    return GiveUp(error);
  }
  const StatusReport report = ReadStatus(status, rejected, stale);
  if (!report.readable) {
    return GiveUp(StrCat(
        options.url, " gave no status: is that presshawk, of this version?"));
  }
  const std::string& out = options.json ? report.json : report.text;
  std::fwrite(out.data(), 1, out.size(), stdout);
  return report.ready ? kExitGood : kExitBadAnswer;
}

}  // namespace

void AddStatusCommand(Command program) {
  auto options = std::make_shared<StatusOptions>();
  Command command = program.AddCommand(
      "status",
      "What a running instance is doing: readiness, lists, lag, last errors");
  command.Add("--url", &options->url, "Where it listens (http: listen:)")
      .TypeName("URL")
      .ShowDefault();
  command
      .Add("--token-file", &options->token_file, "The token that it asks for")
      .TypeName("FILE");
  AddFormatOption(command, &options->json);
  command.Footer(
      "\nExit status: 0 it is ready; 1 it is not; 3 it cannot be reached.\n\n"
      "Example:\n"
      "  presshawk status --url http://127.0.0.1:9464");
  command.OnRun([options] { return RunStatus(*options); });
}

}  // namespace presshawk
