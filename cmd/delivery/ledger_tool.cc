// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/ledger_tool.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "cmd/delivery/ledger_opening.h"
#include "cmd/exit_code.h"
#include "cmd/terminal_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/config/load_options.h"

namespace presshawk {
namespace {

constexpr size_t kCellMax = 60;  // Bytes.

int Complain(const Problem& problem) {
  std::fprintf(stderr, "presshawk: %s%s%s\n", problem.what.c_str(),
               problem.fix.empty() ? "" : "; ", problem.fix.c_str());
  return problem.status == 503 ? kExitGaveUp : kExitBadAnswer;
}

std::string CellOf(const nlohmann::ordered_json& row, std::string_view column) {
  const auto value = row.find(std::string(column));
  if (value == row.end() || value->is_null()) {
    return "-";
  }
  // Texts of receivers and articles: nothing that moves the cursor.
  const std::string safe = TerminalText(
      value->is_string() ? value->get<std::string>() : value->dump());
  const std::string_view cell = Utf8Prefix(safe, kCellMax);
  return cell.empty() ? "-" : std::string(cell);
}

void PrintTable(const nlohmann::ordered_json& rows, const AnswerTable& table) {
  std::vector<std::vector<std::string>> cells;
  std::vector<std::string>& heads = cells.emplace_back();
  for (const std::string_view column : table.columns) {
    heads.emplace_back(column);
  }
  for (const auto& row : rows) {
    std::vector<std::string>& line = cells.emplace_back();
    for (const std::string_view column : table.columns) {
      line.push_back(CellOf(row, column));
    }
  }
  std::vector<size_t> widths(table.columns.size(), 0);
  for (const auto& line : cells) {
    for (size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], line[i].size());
    }
  }
  for (const auto& line : cells) {
    std::string text;
    for (size_t i = 0; i < line.size(); ++i) {
      text += line[i];
      if (i + 1 < line.size()) {
        text.append(widths[i] - line[i].size() + 2, ' ');
      }
    }
    std::puts(text.c_str());
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<LedgerTool>> LedgerTool::Open(
    const std::string& config) {
  LoadedOptions loaded = LoadOptions(config, ProcessEnvironment());
  if (!loaded.ok()) {
    return absl::InvalidArgumentError(FormatText(loaded.errors));
  }
  if (!loaded.options.store.has_value() ||
      !loaded.options.delivery.has_value()) {
    return absl::InvalidArgumentError(
        StrCat(config, " has no `store:` or no `delivery:`"));
  }
  std::unique_ptr<LedgerTool> tool(new LedgerTool);
  tool->options_ = std::move(loaded.options);
  auto store = OpenLedger(*tool->options_.store, absl::Now());
  if (!store.ok()) {
    return store.status();
  }
  tool->store_ = *std::move(store);
  tool->receivers_ = std::make_unique<LiveReceivers>(tool->options_.receivers);
  tool->subscriptions_ =
      std::make_unique<LiveSubscriptions>(LiveSubscriptions::Parts{
          .options = &*tool->options_.delivery, .silences = nullptr});
  // A file with a mistake does not keep anybody from the ledger.
  tool->subscriptions_->Reload().IgnoreError();
  tool->api_ = std::make_unique<DeliveryApi>(DeliveryApi::Parts{
      .store = tool->store_.get(),
      .subscriptions = tool->subscriptions_.get(),
      .receivers = [raw = tool.get()] { return raw->receivers_->Current(); },
      // The service looks into the ledger every second.
      .wake_senders = [] {},
      .acknowledge_loss = nullptr,
      .now = absl::Now});
  return tool;
}

int LedgerTool::Show(const JsonAnswer& answer, const AnswerTable& table,
                     bool json) {
  if (const auto* problem = std::get_if<Problem>(&answer)) {
    return Complain(*problem);
  }
  const auto parsed = nlohmann::ordered_json::parse(
      std::get<std::string>(answer), nullptr, /*allow_exceptions=*/false);
  const auto rows = parsed.find(std::string(table.member));
  if (rows == parsed.end()) {
    return kExitBadAnswer;
  }
  if (!json) {
    PrintTable(*rows, table);
  } else {
    for (const auto& row : *rows) {
      std::puts(row.dump(-1, ' ', false,
                         nlohmann::ordered_json::error_handler_t::replace)
                    .c_str());
    }
  }
  const auto next = parsed.find("next");
  if (next != parsed.end() && next->is_string()) {
    std::fprintf(stderr, "more: --after %s\n",
                 next->get<std::string>().c_str());
  }
  return kExitGood;
}

int LedgerTool::ShowOne(const JsonAnswer& answer) {
  if (const auto* problem = std::get_if<Problem>(&answer)) {
    return Complain(*problem);
  }
  const auto parsed = nlohmann::ordered_json::parse(
      std::get<std::string>(answer), nullptr, /*allow_exceptions=*/false);
  std::puts(
      parsed
          .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
          .c_str());
  return kExitGood;
}

void AddLedgerOption(Command command, std::string* config) {
  command.Add("--config", config, "The configuration of `presshawk deliver`")
      .TypeName("FILE")
      .Required();
}

int OnLedger(const std::string& command, const std::string& config,
             const std::function<absl::StatusOr<int>(LedgerTool&)>& work) {
  absl::StatusOr<std::unique_ptr<LedgerTool>> tool = LedgerTool::Open(config);
  const absl::StatusOr<int> done = tool.ok() ? work(**tool) : tool.status();
  if (!done.ok()) {
    std::fprintf(stderr, "presshawk %s: %s\n", command.c_str(),
                 std::string(done.status().message()).c_str());
    return kExitGaveUp;
  }
  return *done;
}

}  // namespace presshawk
