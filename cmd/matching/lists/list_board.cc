// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/list_board.h"

#include <algorithm>
#include <charconv>

#include "core/base/hex.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

uint64_t FromHex(std::string_view digits) {
  uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

std::string ToHex(uint64_t value) {
  std::string digits;
  for (int shift = 56; shift >= 0; shift -= 8) {
    AppendHex(static_cast<uint8_t>(value >> shift), &digits);
  }
  return digits;
}

// At most `bytes` and a mark that something was cut.
void Cut(size_t bytes, std::string* text) {
  const size_t kept = Utf8Prefix(*text, bytes).size();
  if (kept < text->size()) {
    text->resize(kept);
    *text += "…";
  }
}

}  // namespace

void ListBoard::Take(const LiveLists::Update& update,
                     std::string_view generation) {
  MutexLock lock(&mutex_);
  generation_ = std::string(generation);
  const uint64_t now = FromHex(generation);
  for (const ListStatus& status : update.changed) {
    const auto [at, is_new] = lists_.try_emplace(status.id);
    Entry& entry = at->second;
    if (!is_new) {
      --counts_[static_cast<size_t>(entry.state)];
    }
    ++counts_[static_cast<size_t>(status.state)];
    entry = {.state = status.state,
             .version = FromHex(status.version),
             .generation = now};
    if (status.errors.empty()) {
      errors_.erase(status.id);
      continue;
    }
    std::vector<Diagnostic> errors(
        status.errors.begin(),
        status.errors.begin() +
            static_cast<ptrdiff_t>(std::min(status.errors.size(), kErrorsMax)));
    for (Diagnostic& error : errors) {
      Cut(kErrorBytesMax, &error.message);
      Cut(kErrorBytesMax, &error.span);
      Cut(kErrorBytesMax, &error.fix);
    }
    errors_[status.id] = std::move(errors);
  }
  for (const auto& definition : update.definitions) {
    const auto at = lists_.find(definition->id);
    if (at != lists_.end()) {
      at->second.definition = definition;
    }
  }
  for (const std::string& id : update.removed) {
    const auto at = lists_.find(id);
    if (at != lists_.end()) {
      --counts_[static_cast<size_t>(at->second.state)];
      lists_.erase(at);
      errors_.erase(id);
    }
  }
}

ListBoard::Row ListBoard::MakeRow(const std::string& id,
                                  const Entry& entry) const {
  Row row = {.id = id,
             .state = entry.state,
             .version = "",
             .generation = ToHex(entry.generation),
             .errors = {},
             .definition = entry.definition};
  if (entry.state != ListState::kRejected) {
    row.version = ToHex(entry.version);
  }
  const auto errors = errors_.find(id);
  if (errors != errors_.end()) {
    row.errors = errors->second;
  }
  return row;
}

std::optional<ListBoard::Row> ListBoard::Find(std::string_view id) const {
  MutexLock lock(&mutex_);
  const auto at = lists_.find(std::string(id));
  if (at == lists_.end()) {
    return std::nullopt;
  }
  return MakeRow(at->first, at->second);
}

std::vector<ListBoard::Row> ListBoard::Page(std::optional<ListState> state,
                                            std::string_view after,
                                            size_t limit) const {
  MutexLock lock(&mutex_);
  std::vector<Row> rows;
  auto at =
      after.empty() ? lists_.begin() : lists_.upper_bound(std::string(after));
  for (; at != lists_.end() && rows.size() < limit; ++at) {
    if (!state.has_value() || at->second.state == *state) {
      rows.push_back(MakeRow(at->first, at->second));
    }
  }
  return rows;
}

size_t ListBoard::Count(ListState state) const {
  MutexLock lock(&mutex_);
  return counts_[static_cast<size_t>(state)];
}

std::string ListBoard::generation() const {
  MutexLock lock(&mutex_);
  return generation_;
}

void WriteErrorsJson(const std::vector<Diagnostic>& errors, JsonWriter* json) {
  json->BeginArray();
  for (const Diagnostic& error : errors) {
    json->Raw(FormatJson(error));
  }
  json->EndArray();
}

std::string StatusRecordJson(const ListBoard::Row& row,
                             std::string_view instance) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject()
      .Member("id", row.id)
      .Member("state", ListStateName(row.state))
      .Member("version", row.version)
      .Member("generation", row.generation)
      .Member("instance", instance)
      .Key("errors");
  WriteErrorsJson(row.errors, &writer);
  writer.EndObject();
  return json;
}

}  // namespace presshawk
