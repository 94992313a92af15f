// SPDX-License-Identifier: Apache-2.0
// What the decider does between getting the lease and losing it: reign.cc takes
// alerts in, reign_retraction.cc takes articles back, and reign_tick.cc does what
// happens with time.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cmd/delivery/accepting.h"
#include "core/alerts/alert.h"
#include "core/base/zone_database.h"
#include "core/delivery/clock_watch.h"
#include "core/delivery/operator_message.h"
#include "core/delivery/people_teller.h"

namespace presshawk {

// How long the ledger is left alone after an error.
inline constexpr absl::Duration kLedgerRetry = absl::Milliseconds(500);
// How long a story can be open (SPEC STORY-2).
inline constexpr absl::Duration kStoryAge = absl::Hours(24 * 14);

// What only the decider has. It is made from the ledger when the lease is taken,
// and thrown away when it is lost.
class Accepting::Reign {
 public:
  Reign(Accepting* owner, Lease lease)
      : owner_(*owner), parts_(owner->parts_), lease_(std::move(lease)) {}

  absl::Status Load(absl::Time now);
  // One round: takes what there is, and commits it. Aborted: the lease is lost.
  absl::Status Step();

 private:
  absl::Status Accept(absl::Time now);
  void Take(const absl::StatusOr<Alert>& alert, IntakeItem item,
            absl::Time now);
  void AddStory(const Alert& alert, const std::string& signature,
                absl::Time now, IncomingAlert* incoming);
  // Of a retraction, Cancelled, and *retracted gets it; so it does the article
  // of an alert that says itself that it was taken back.
  static absl::StatusOr<Alert> Read(const IntakeItem& item,
                                    std::vector<RetractedArticle>* retracted);
  absl::Status Retract(const std::vector<RetractedArticle>& articles);
  absl::Status Tick(absl::Time now);
  void LookAtClock(absl::Time now);
  absl::Status Release(const Subscription& subscription, absl::Time now);
  absl::Status CutDigests(absl::Time now);
  absl::StatusOr<bool> CutDigest(const DigestCut& cut, absl::Time now,
                                 size_t* alerts);
  absl::Status FoldTold(const Subscription& subscription,
                        std::vector<EntryRecord>* entries);
  absl::StatusOr<IncomingAlert> Recall(const std::string& id);
  IncomingAlert Recalled(AlertRecord record);
  absl::Status LoadLoss();
  void NoteLoss(absl::Time now, LedgerBatch* batch);
  absl::Status TellOfSilences(absl::Time now);
  // For `news.to`, or else the operator; nothing where there is none.
  void AddOperatorMessage(OperatorNews news, absl::Time now,
                          std::vector<DeliveryRecord>* messages);
  void NoteVanished(const SubscriptionSet& set, absl::Time now,
                    DigestClock::Notes* forgotten);
  absl::Status Commit(LedgerBatch batch, size_t alerts);

  Accepting& owner_;
  const Parts& parts_;
  Lease lease_;
  std::unique_ptr<Decider> decider_;
  StoryIndex stories_{{}};
  std::shared_ptr<const SubscriptionSet> set_;
  DigestClock digests_;
  std::unique_ptr<PeopleTeller> people_;
  // Subscriptions with entries that wait.
  absl::flat_hash_set<std::string> waiting_;
  absl::flat_hash_map<std::string, absl::Time> vanished_;
  // Of those in waiting_: when to look again.
  absl::flat_hash_map<std::string, absl::Time> release_at_;
  absl::Time next_renewal_ = absl::InfinitePast();
  absl::Time next_tick_ = absl::InfinitePast();
  absl::Time next_silences_ = absl::InfinitePast();
  absl::Time next_zones_ = absl::InfinitePast();
  ClockWatch clock_;
  ZoneWatch zones_{[](const std::string& zone) {
    return ZoneDatabaseStamp({&zone, 1});
  }};
  uint64_t loss_ = 0;           // As the note has it.
  uint64_t lost_reported_ = 0;  // By the intake, as far as it is noted.
  std::vector<IntakeItem> items_;
  std::vector<StoryArticleRecord> story_articles_;  // Of this batch.
};

}  // namespace presshawk
