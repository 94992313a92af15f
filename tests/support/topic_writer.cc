// SPDX-License-Identifier: Apache-2.0
#include "tests/support/topic_writer.h"

#include <memory>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
void TopicWriter::Write(const std::optional<std::string>& key,
                        const std::optional<std::string>& value) {
  auto record = std::make_unique<ProducerRecord>();
  record->owner = this;
  record->topic = topic_;
  record->has_key = key.has_value();
  record->key = key.value_or("");
  record->has_value = value.has_value();
  record->owned_value = value.value_or("");
  producer_->Send(std::move(record), [] { return true; });
}

void TopicWriter::Flush() { producer_->Flush(absl::Now() + absl::Minutes(2)); }

}  // namespace presshawk
