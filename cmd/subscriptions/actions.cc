// SPDX-License-Identifier: Apache-2.0
#include "cmd/subscriptions/actions.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cmd/article_feed.h"
#include "cmd/exit_code.h"
#include "cmd/progress_bar.h"
#include "cmd/subscriptions/command_input.h"
#include "cmd/subscriptions/subscription_text.h"
#include "core/base/str_cat.h"
#include "core/delivery/subscription_matcher.h"
#include "ingest/json/alert_reader.h"
#include "matchers/subscriptions/where_queries.h"

namespace presshawk {
namespace {

size_t CountErrors(const SubscriptionList& list) {
  size_t errors = 0;
  for (const Diagnostic& diagnostic : list.diagnostics) {
    errors += diagnostic.severity == Diagnostic::Severity::kError ? 1 : 0;
  }
  return errors;
}

// The alert of the file with this id.
absl::StatusOr<Alert> FindAlert(const std::string& file,
                                const std::string& id) {
  const std::vector<std::string> files = {file};
  ProgressBar progress(files);
  FileFeed feed(files, &progress);
  LineBatch batch;
  ArticleFeed::Ticket ticket;
  std::string why = "it has no such alert";
  while (feed.Next(&batch, &ticket)) {
    for (const Line& line : batch.lines) {
      if (line.text.find(id) == std::string_view::npos) {
        continue;
      }
      absl::StatusOr<Alert> alert = ReadAlert(line.text);
      if (alert.ok() && alert->id == id) {
        progress.Clear();
        return alert;
      }
      if (!alert.ok()) {
        why = StrCat("line ", line.number, ": ",
                     std::string(alert.status().message()));
      }
    }
  }
  progress.Clear();
  if (!feed.status().ok()) {
    return feed.status();
  }
  return absl::NotFoundError(StrCat(file, ": ", why, ": ", id));
}

}  // namespace

int ListSubscriptions(const SubscriptionArguments& arguments) {
  int exit_code = kExitGood;
  const std::optional<CommandInput> loaded = LoadInput(arguments, &exit_code);
  if (!loaded.has_value()) {
    return exit_code;
  }
  for (const Subscription& subscription : loaded->list.subscriptions) {
    std::puts((arguments.json ? SubscriptionJson(subscription, loaded->now)
                              : SubscriptionText(subscription, loaded->now))
                  .c_str());
  }
  const size_t errors = CountErrors(loaded->list);
  std::fprintf(stderr, "%zu subscriptions%s\n",
               loaded->list.subscriptions.size(),
               errors == 0 ? ""
                           : StrCat("; ", loaded->list.rejected.size(),
                                    " are bad, as `presshawk subscriptions "
                                    "check` says")
                                 .c_str());
  return errors == 0 ? kExitGood : kExitBadAnswer;
}

int CheckSubscriptions(const SubscriptionArguments& arguments) {
  int exit_code = kExitGood;
  const std::optional<CommandInput> loaded = LoadInput(arguments, &exit_code);
  if (!loaded.has_value()) {
    return exit_code;
  }
  const SubscriptionList& list = loaded->list;
  for (const Diagnostic& diagnostic : list.diagnostics) {
    std::puts((arguments.json ? SubscriptionDiagnosticJson(diagnostic)
                              : FormatText(diagnostic))
                  .c_str());
  }
  if (!arguments.json) {
    for (const Subscription& subscription : list.subscriptions) {
      if (subscription.when == Subscription::When::kDigest) {
        std::puts(SubscriptionText(subscription, loaded->now).c_str());
      }
    }
  }
  const size_t errors = CountErrors(list);
  std::fprintf(stderr, "%zu good subscriptions, %zu errors, %zu warnings\n",
               list.subscriptions.size(), errors,
               list.diagnostics.size() - errors);
  return errors == 0 ? kExitGood : kExitBadAnswer;
}

int ExplainSubscriptions(const SubscriptionArguments& arguments) {
  int exit_code = kExitGood;
  std::optional<CommandInput> loaded = LoadInput(arguments, &exit_code);
  if (!loaded.has_value()) {
    return exit_code;
  }
  const absl::StatusOr<Alert> alert =
      FindAlert(arguments.from, arguments.alert);
  if (absl::IsNotFound(alert.status())) {
    std::fprintf(stderr, "presshawk subscriptions: %s\n",
                 std::string(alert.status().message()).c_str());
    return kExitBadAnswer;
  }
  if (!alert.ok()) {
    return GiveUp(alert.status());
  }
  std::vector<AlertMatch> matches;
  for (const Subscription& subscription : loaded->list.subscriptions) {
    matches.push_back(subscription.match);
  }
  auto matcher =
      SubscriptionMatcher::Create(std::move(matches), CompileWhereQueries);
  if (!matcher.ok()) {
    return GiveUp(matcher.status());
  }
  // As if it came when it was detected, unless a time is given.
  absl::Time now = loaded->now;
  std::string error;
  if (arguments.at.empty() &&
      !absl::ParseTime(absl::RFC3339_full, alert->detected_at, &now, &error)) {
    now = loaded->now;
  }
  size_t told = 0;
  const std::vector<Subscription>& all = loaded->list.subscriptions;
  for (uint32_t i = 0; i < all.size(); ++i) {
    const MatchParts parts = (*matcher)->Explain(i, *alert);
    const AlertVerdict verdict =
        JudgeAlert(all[i], parts, *alert, loaded->options.receivers, now);
    told += verdict.told ? 1 : 0;
    std::puts(
        (arguments.json
             ? VerdictJson(all[i], parts, verdict)
             : StrCat(all[i].id, verdict.told ? ": " : ": no: ", verdict.text))
            .c_str());
  }
  std::fprintf(stderr, "%zu of %zu subscriptions are told about it\n", told,
               all.size());
  return kExitGood;
}

}  // namespace presshawk
