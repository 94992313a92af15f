// SPDX-License-Identifier: Apache-2.0
// What the answers of DeliveryApi share: parameters, problems and pages.
#pragma once

#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/json_writer.h"
#include "core/http/problem.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

using MaybeProblem = std::optional<Problem>;
inline constexpr uint32_t kLimitMax = 1000;

Problem BadParameter(std::string_view name, std::string what, std::string fix);
// 404; `all` is the path that has them all.
Problem Missing(std::string_view what, std::string_view id,
                std::string_view all);
// Why the ledger has no answer. 503 where that passes by itself.
Problem OfStore(const absl::Status& status);

MaybeProblem NoParameters(const std::map<std::string, std::string>& parameters);
MaybeProblem ReadLimit(const std::string& value, uint32_t* limit);
// RFC 3339.
MaybeProblem ReadTime(std::string_view name, const std::string& value,
                      std::optional<absl::Time>* time);
// `30s` or `500ms`.
MaybeProblem ReadWait(const std::string& value, absl::Duration* wait);

template <typename Number>
bool ReadNumber(std::string_view text, Number* number) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

// `{"NAME":[…],"next":…}`
template <typename Row, typename Write>
std::string PageJson(std::string_view name, const Page<Row>& page,
                     Write write) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject().Key(name).BeginArray();
  for (const Row& row : page.rows) {
    write(row, &writer);
  }
  writer.EndArray().Key("next");
  page.next.empty() ? writer.Null() : writer.Value(page.next);
  writer.EndObject();
  return json + "\n";
}

}  // namespace presshawk
