// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/produce/article_loader.h"

#include <memory>

namespace presshawk {

bool ArticleLoader::Load(std::string_view key, std::string_view json,
                         WhileBlocked while_blocked) {
  auto record = std::make_unique<ProducerRecord>();
  record->owner = this;
  record->topic = topic_;
  record->has_key = !key.empty();
  record->key = std::string(key);
  record->owned_value = std::string(json);
  return producer_->Send(std::move(record), while_blocked);
}

void ArticleLoader::OnDelivered(const ProducerRecord&) { ++loaded_; }

RecordOwner::TooLarge ArticleLoader::OnTooLarge(ProducerRecord*) {
  ++too_large_;
  return TooLarge::kDrop;
}

}  // namespace presshawk
