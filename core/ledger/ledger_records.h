// SPDX-License-Identifier: Apache-2.0
// What the ledger keeps: alerts, what each subscription is owed of them, the
// numbered events that it was told, one delivery for each receiver of an event,
// and every attempt at a delivery.
//
//   alert ─┬─► entry (subscription, alert) ──told as──► event (subscription, n)
//          │                                              │
//          └── its JSON is kept once ◄── body of ─────────┼─► delivery ─► attempt
//                                                         └─► delivery ─► …
//
// Nothing disappears without a row: the number of accepted entries is the sum
// of the entries in each state, and that of sealed deliveries the sum of theirs.
// Texts are UTF-8, except what came from outside as it was: `answer` and
// `unreadable` alerts. Times are kept in microseconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "core/base/api_token.h"

namespace presshawk {

// An alert as it came. Its JSON is written once and never changed, but for
// being forgotten (LedgerStore::Forget).
struct AlertRecord {
  std::string id = {};  // 32 hex digits. For an unreadable one, a hash of it.
  std::string watchlist = {};  // The id of the list.
  std::string article = {};    // The id of the article.
  std::string site = {};       // Or the name of the source. May be empty.
  std::string story = {};  // 32 hex digits; empty where it has no signature.
  absl::Time detected_at = {};
  absl::Time accepted_at = {};
  std::string json = {};  // One line without a line feed.
  // Why the alert could not be read; empty for one that could.
  std::string unreadable = {};
};

enum class EntryState : uint8_t {
  kWaiting,    // For a digest, the end of quiet hours, an embargo, ...
  kTold,       // In the event `sequence`.
  kFolded,     // A copy of a story that was told.
  kSilenced,   // Hidden by the silence `why`.
  kCancelled,  // By a retraction or the end of its subscription.
};

// `why` of an entry that a digest told, by which such entries are found.
inline constexpr char kToldInDigest[] = "in a digest";

// `why` of an entry whose article was taken back: of one that waited, which is
// cancelled, and of one that was told or folded before.
inline constexpr char kRetracted[] = "retracted";

// What one subscription is owed of one alert. (subscription, alert) is unique.
struct EntryRecord {
  std::string subscription = {};
  std::string alert = {};
  std::string watchlist = {};
  std::string story =
      {};  // The id of the story, or of the article without one.
  EntryState state = EntryState::kWaiting;
  uint64_t sequence = 0;  // Of the event that told it; 0 for none.
  // The silence's id, why it waits or was cancelled, or kRetracted.
  std::string why = {};
  absl::Time accepted_at = {};
};

// The bytes that are sent, in pieces, so that an alert's JSON is kept once:
//
//   head + delivery id + middle + alert JSON + tail
//
// The alert is left out where the event has none.
struct SealedBody {
  std::string head = {}, middle = {}, tail = {};
};

// One event of a subscription. (subscription, sequence) is unique and sequences
// have no gap. It is what the feed answers with.
struct EventRecord {
  std::string subscription = {};
  uint64_t sequence = 0;
  std::string type = {};   // "presshawk.alert.v1"
  std::string key = {};    // What delivery ids are made from.
  absl::Time at = {};      // The event's own time.
  std::string alert = {};  // The id of the alert in the body, or empty.
  SealedBody body = {};
};

enum class DeliveryState : uint8_t {
  kWaiting,     // With a reason (WaitReason) and a time.
  kSending,     // Claimed by an instance, until its lease ends.
  kDelivered,   // The receiver has said that it took it.
  kHandedOver,  // A middleman took it; nobody says whether it was shown.
  kUnknown,     // Sent without an answer, and held (`on_unknown: hold`).
  kFailed,      // Given up, or refused for good. It can be replayed.
  kCancelled,   // Nobody is to be told any more.
};

enum class WaitReason : uint8_t {
  kDue,       // For nothing: it is sent as soon as a slot is free.
  kSchedule,  // To be told with others (SPEC DELIVERY-9).
  kQuiet,
  kThrottle,
  kCircuit,
  kRate,
  kRetry,
  kPaused,
  kEmbargo,
  kHeld,
};

// Only the decider ends such a wait. The `due` of the delivery is
// InfiniteFuture, so that no sender claims it.
inline bool IsDecidersWait(WaitReason reason) {
  return reason == WaitReason::kSchedule || reason == WaitReason::kQuiet ||
         reason == WaitReason::kThrottle;
}

// One message to one receiver; for email, to one address.
struct DeliveryRecord {
  std::string id = {};  // 32 hex digits.
  std::string subscription = {};
  uint64_t sequence = 0;  // Of its event; 0 for `operator` and `test`.
  std::string receiver = {};
  std::string address = {};  // Email only.
  std::string type = {};
  DeliveryState state = DeliveryState::kWaiting;
  WaitReason reason = WaitReason::kDue;
  absl::Time created_at = {};
  absl::Time due = {};                        // Not to be sent before.
  uint32_t attempts = 0;                      // So far.
  absl::Time last_at = absl::InfinitePast();  // Of the last attempt.
  // The whole body, where it is not that of the event: a reduced form, a
  // replay, a possible repeat, or an event without a sequence.
  std::string own_body = {};
  bool replay = false;
};

enum class AttemptOutcome : uint8_t {
  kDelivered,
  kHandedOver,
  kTransient,      // 408, 425, 5xx, network, TLS.
  kThrottled,      // 429, or 503 with Retry-After.
  kUnauthorized,   // 401, 403, 404.
  kMisconfigured,  // 3xx, a refused address, a name that is no host.
  kGone,           // 410
  kTooLarge,       // 413, 422: once more in reduced form.
  kRefused,        // 400 and other permanent answers.
  kUnknown,        // Bytes were sent and no whole answer came.
  kStopped,        // By our own stop, before anything was sent.
};

// Every attempt is kept.
struct AttemptRecord {
  std::string delivery = {};
  uint32_t number = 0;  // From 1.
  absl::Time at = {};
  AttemptOutcome outcome = AttemptOutcome::kTransient;
  int status = 0;  // Of HTTP or SMTP; 0 for none.
  absl::Duration took = {};
  std::string peer = {};    // The address that was dialled, with its port.
  uint64_t bytes = 0;       // Of the body.
  std::string sha256 = {};  // Of the body, in hex.
  std::string answer = {};  // Its first KiB.
  std::string why = {};  // For a person: what went wrong and what happens next.
  absl::Time next = absl::InfiniteFuture();  // When it is tried again.
};

enum class CircuitState : uint8_t {
  kClosed,         // Healthy.
  kOpen,           // Failing; probed with the oldest delivery.
  kMisconfigured,  // Held until an edit or `receivers resume`.
  kGone,           // The receiver answered 410. Held likewise.
  kPaused,         // By an operator.
};

// What is known of a receiver, across instances and restarts.
struct ReceiverRecord {
  std::string name = {};
  CircuitState state = CircuitState::kClosed;
  absl::Time since = absl::InfinitePast();  // Of the state.
  uint32_t failures = 0;  // Transient ones since the last success.
  uint32_t probes = 0;    // Since the circuit opened.
  uint32_t slots = 1;     // How many requests at once, after a probe.
  absl::Time not_before = absl::InfinitePast();  // Retry-After, next probe.
  std::string why = {};                          // For a person.
  // A hash of its configuration: an edit ends kMisconfigured and kGone.
  std::string configuration = {};
};

// A subscription's place in the ledger; what it is stands in its file.
struct SubscriptionRecord {
  std::string id = {};
  uint64_t next_sequence = 1;
  // When it vanished from its files; InfiniteFuture while it is there.
  absl::Time vanished_at = absl::InfiniteFuture();
};

// How far a partition of the alert topic was read.
struct PositionRecord {
  std::string topic = {};
  int32_t partition = 0;
  int64_t next = 0;
};

// What stories are told by: the signature of an article that alerted. It is kept
// as long as a story can be open (SPEC STORY-2).
struct StoryArticleRecord {
  std::string article = {}, version = {};  // Together they are unique.
  std::string site = {};          // Or the name of the source. May be empty.
  std::string published_at = {};  // As the article has it.
  std::string signature = {};     // Encoded (core/stories/signature.h).
  absl::Time accepted_at = {};
};

// Something that somebody did to the ledger itself.
struct AuditRecord {
  absl::Time at = {};
  std::string who = {};
  std::string what = {};  // "forgot article X: 2 alerts, 3 deliveries"
};

// A token of the API: what is kept of it (core/base/api_token.h).
struct TokenRecord {
  std::string id = {};
  std::string hash = {};  // Of its text, in hex.
  TokenScope scope = TokenScope::kRead;
  std::string name = {};  // Whose it is, for people.
  absl::Time created_at = {};
  absl::Time expires_at = absl::InfiniteFuture();
  absl::Time used_at = absl::InfinitePast();  // Last, to the minute.
};

// Hides alerts from people for a while.
struct SilenceRecord {
  std::string id = {};
  std::string matchers = {};  // As JSON: what `match` of a subscription has.
  std::string author = {}, comment = {}, tell = {};
  absl::Time starts_at = {}, ends_at = {};
  bool end_told = false;
};

}  // namespace presshawk
