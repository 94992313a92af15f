// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/file_dead_letter_sink.h"

#include <utility>

#include "absl/time/clock.h"
#include "core/alerts/alert_builder.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

void AppendHistory(const ReplayHistory& history, std::string* json) {
  const char* separator = ",\"history\":{";
  for (const auto& [name, value] : history) {
    StrAppend(json, separator, "\"", name, "\":");
    AppendJsonString(IsValidUtf8(value) ? value : "", json);
    separator = ",";
  }
  if (!history.empty()) {
    *json += '}';
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileDeadLetterSink>> FileDeadLetterSink::Open(
    const std::string& path, FileChangeObserver file_observer) {
  absl::StatusOr<std::unique_ptr<LineWriter>> writer =
      LineWriter::Open(path, std::move(file_observer));
  if (!writer.ok()) {
    return writer.status();
  }
  return std::unique_ptr<FileDeadLetterSink>(
      new FileDeadLetterSink(*std::move(writer)));
}

bool FileDeadLetterSink::Deliver(const std::shared_ptr<InFlightBatch>& origin,
                                 uint32_t index, RejectReason reason,
                                 std::string_view detail,
                                 WhileBlocked while_blocked) {
  const Message& message = origin->batch().messages()[index];
  std::string json =
      StrCat("{\"reason\":\"", RejectReasonName(reason), "\",\"detail\":");
  AppendJsonString(detail, &json);
  json += message.from_kafka ? ",\"topic\":" : ",\"file\":";
  // The name of a file may be no UTF-8.
  AppendJsonString(ReplaceInvalidUtf8(message.source), &json);
  if (message.from_kafka) {
    StrAppend(&json, ",\"partition\":", message.partition,
              ",\"offset\":", message.offset);
  } else {
    StrAppend(&json, ",\"line\":", message.line);
  }
  StrAppend(&json, ",\"time\":\"", FormatAlertTime(absl::Now()), "\"");
  AppendHistory(origin->batch().HistoryOf(index), &json);
  if (!message.key.empty()) {
    AppendJsonBytes("key", message.key, &json);
  }
  AppendJsonBytes("value", message.payload, &json);
  // A line over the limit may be short enough to be kept whole.
  if (message.payload.size() < message.size_bytes) {
    StrAppend(&json, ",\"size\":", message.size_bytes, ",\"truncated\":true");
  }
  json += "}\n";
  return writer_->Write(
      std::move(json), [origin, index] { origin->Resolve(index); },
      while_blocked);
}

}  // namespace presshawk
