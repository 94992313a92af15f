// SPDX-License-Identifier: Apache-2.0
#include "cmd/topic_feed.h"

#include "core/model/limits.h"

namespace presshawk {

bool TopicFeed::Next(LineBatch* batch, Ticket* ticket) {
  MutexLock lock(&mutex_);
  if (!status_.ok()) {
    return false;
  }
  status_ = range_->Read(&records_);
  if (!status_.ok() || records_.empty()) {
    return false;
  }
  // The records live until the next Read(), which another thread may call.
  batch->bytes.clear();
  batch->lines.clear();
  size_t size = 0;
  for (const TopicRecord& record : records_) {
    size += record.value.size();
  }
  batch->bytes.reserve(size);
  for (const TopicRecord& record : records_) {
    if (record.value.empty()) {
      continue;  // A deletion is no article.
    }
    const char* const begin = batch->bytes.data() + batch->bytes.size();
    batch->bytes.insert(batch->bytes.end(), record.value.begin(),
                        record.value.end());
    Line& line = batch->lines.emplace_back();
    line.text = {begin, record.value.size()};
    line.number = static_cast<uint64_t>(record.offset);
    line.size_bytes = record.value.size();
    line.truncated = record.value.size() > kArticleBytesMax;
  }
  *ticket = {next_ticket_++, &topic_};
  return true;
}

absl::Status TopicFeed::status() const {
  MutexLock lock(&mutex_);
  return status_;
}

}  // namespace presshawk
