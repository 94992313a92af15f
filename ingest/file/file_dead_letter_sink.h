// SPDX-License-Identifier: Apache-2.0
// Dead letters as NDJSON at the end of a file: the whole input, why it was
// rejected and where it came from. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "core/matching/sinks.h"
#include "ingest/file/line_writer.h"

namespace presshawk {

// {"reason","detail","topic","partition","offset" | "file","line","time",
//  "history","key","value" | "value_base64","size","truncated"}
// Bytes that are no UTF-8 come as value_base64 (key_base64): nothing is
// changed. `truncated` and the true `size` where an over-long line was not
// kept whole. `history`: the headers of a message that was a dead letter before
// (core/stream/replay_history.h). Trace contexts are not kept: a file has no
// headers.
class FileDeadLetterSink : public DeadLetterSink {
 public:
  static absl::StatusOr<std::unique_ptr<FileDeadLetterSink>> Open(
      const std::string& path, FileChangeObserver file_observer = nullptr);

  bool Deliver(const std::shared_ptr<InFlightBatch>& origin, uint32_t message,
               RejectReason reason, std::string_view detail,
               WhileBlocked while_blocked) override;
  absl::Status Health() const override { return writer_->health(); }
  void Flush(absl::Time deadline) override { writer_->Flush(deadline); }
  void LookNow() { writer_->LookNow(); }

 private:
  explicit FileDeadLetterSink(std::unique_ptr<LineWriter> writer)
      : writer_(std::move(writer)) {}

  const std::unique_ptr<LineWriter> writer_;
};

}  // namespace presshawk
