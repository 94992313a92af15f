// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/batch_rules.h"

#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

absl::Status Twice(std::string_view what, std::string_view key) {
  return absl::InvalidArgumentError(
      StrCat("the ", what, " \"", key, "\" stands twice in one transaction"));
}

// `key_of(row)` is unique among `rows`. Returns the first row that repeats one.
template <typename Rows, typename KeyOf>
const typename Rows::value_type* FindRepeated(const Rows& rows, KeyOf key_of) {
  if (rows.size() < 2) {
    return nullptr;
  }
  absl::flat_hash_set<decltype(key_of(rows[0]))> seen;
  seen.reserve(rows.size());
  for (const auto& row : rows) {
    if (!seen.insert(key_of(row)).second) {
      return &row;
    }
  }
  return nullptr;
}

absl::Status CheckDeliveryState(const DeliveryRecord& delivery) {
  if (delivery.state == DeliveryState::kSending) {
    return absl::InvalidArgumentError(
        StrCat("the delivery \"", delivery.id,
               "\" cannot be written as being sent: Step() claims it"));
  }
  return absl::OkStatus();
}

absl::Status CheckEvents(const LedgerBatch& batch) {
  const auto* event = FindRepeated(batch.events, [](const EventRecord& row) {
    return std::pair<std::string_view, uint64_t>(row.subscription,
                                                 row.sequence);
  });
  if (event != nullptr) {
    return absl::AlreadyExistsError(StrCat("the event ", event->sequence,
                                           " of \"", event->subscription,
                                           "\" stands twice in one batch"));
  }
  return absl::OkStatus();
}

absl::Status CheckKeys(const LedgerBatch& batch) {
  const auto* entry = FindRepeated(batch.entries, [](const EntryRecord& row) {
    return std::pair<std::string_view, std::string_view>(row.subscription,
                                                         row.alert);
  });
  if (entry != nullptr) {
    return Twice("entry", StrCat(entry->subscription, " ", entry->alert));
  }
  const auto* subscription = FindRepeated(
      batch.subscriptions,
      [](const SubscriptionRecord& row) { return std::string_view(row.id); });
  if (subscription != nullptr) {
    return Twice("subscription", subscription->id);
  }
  const auto* position =
      FindRepeated(batch.positions, [](const PositionRecord& row) {
        return std::pair<std::string_view, int32_t>(row.topic, row.partition);
      });
  if (position != nullptr) {
    return Twice("position",
                 StrCat(position->topic, "[", position->partition, "]"));
  }
  const auto* article =
      FindRepeated(batch.story_articles, [](const StoryArticleRecord& row) {
        return std::pair<std::string_view, std::string_view>(row.article,
                                                             row.version);
      });
  if (article != nullptr) {
    return Twice("signature", StrCat(article->article, " ", article->version));
  }
  const auto* note = FindRepeated(
      batch.notes, [](const std::pair<std::string, std::string>& row) {
        return std::string_view(row.first);
      });
  return note == nullptr ? absl::OkStatus() : Twice("note", note->first);
}

std::string_view IdOf(const DeliveryRecord& row) { return row.id; }

}  // namespace

absl::Status CheckUpdate(absl::Span<const DeliveryRecord> deliveries) {
  for (const DeliveryRecord& delivery : deliveries) {
    if (absl::Status status = CheckDeliveryState(delivery); !status.ok()) {
      return status;
    }
  }
  const auto* delivery = FindRepeated(deliveries, IdOf);
  return delivery == nullptr ? absl::OkStatus()
                             : Twice("delivery", delivery->id);
}

absl::Status CheckBatch(const LedgerBatch& batch) {
  if (absl::Status status = CheckEvents(batch); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckKeys(batch); !status.ok()) {
    return status;
  }
  return CheckUpdate(batch.deliveries);
}

absl::Status CheckStep(const SenderStep& step) {
  for (const auto& [delivery, attempt] : step.finished) {
    if (absl::Status status = CheckDeliveryState(delivery); !status.ok()) {
      return status;
    }
  }
  const auto* finished = FindRepeated(
      step.finished, [](const std::pair<DeliveryRecord, AttemptRecord>& row) {
        return std::string_view(row.first.id);
      });
  if (finished != nullptr) {
    return Twice("delivery", finished->first.id);
  }
  const auto* receiver = FindRepeated(
      step.receivers,
      [](const ReceiverRecord& row) { return std::string_view(row.name); });
  if (receiver != nullptr) {
    return Twice("receiver", receiver->name);
  }
  const auto* wanted = FindRepeated(
      step.wanted, [](const std::pair<std::string, uint32_t>& row) {
        return std::string_view(row.first);
      });
  return wanted == nullptr ? absl::OkStatus()
                           : Twice("receiver", wanted->first);
}

absl::Status CheckForget(const ForgetRequest& request) {
  const int given = (request.article.empty() ? 0 : 1) +
                    (request.source.empty() ? 0 : 1) +
                    (request.address.empty() ? 0 : 1);
  if (given != 1) {
    return absl::InvalidArgumentError(
        "forget takes exactly one of an article, a source and an address");
  }
  return absl::OkStatus();
}

std::string ForgetText(const ForgetRequest& request) {
  if (!request.article.empty()) {
    return StrCat("article ", request.article);
  }
  return request.source.empty() ? StrCat("address ", request.address)
                                : StrCat("source ", request.source);
}

}  // namespace presshawk
