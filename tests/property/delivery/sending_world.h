// SPDX-License-Identifier: Apache-2.0
// A ledger, receivers and the loop of a sender, all in virtual time.
//
//   SendingWorld world(seed);
//   world.AddReceiver(options, {{absl::Hours(72), Mood::kDead}});
//   world.Owe("crm", 100);
//   world.RunFor(absl::Hours(80));
//   world.wrong()  // Empty, or the first rule that was broken.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/delivery/sending_queue.h"

namespace presshawk::testing {

// What a receiver does with each request.
enum class Mood : uint8_t {
  kGood,          // 200 within milliseconds.
  kSlow,          // 200 after more than five seconds.
  kDead,          // No connection.
  kError,         // 500.
  kLying,         // Takes the message and answers 500.
  kSilent,        // Takes the message and never answers.
  kThrottling,    // 429 with Retry-After.
  kImpolite,      // 429 without it.
  kUnauthorized,  // 401.
  kMoody,         // Any of the above, anew for each request.
};

class SendingWorld {
 public:
  struct Phase {
    absl::Duration lasts;
    Mood mood = Mood::kGood;
  };

  SendingWorld(uint64_t seed, SendingOptions options);

  // Its phases from now on; then it is good.
  void AddReceiver(ReceiverOptions options, std::vector<Phase> phases);
  // As many deliveries that are due now.
  void Owe(const std::string& receiver, int count);
  void RunFor(absl::Duration span);
  // The sender dies, with all that it has not written, and starts again.
  void Crash();
  // The ledger refuses every step until then.
  void LedgerIsAwayFor(absl::Duration span) { away_until_ = now_ + span; }

  SendingQueue& queue() { return *queue_; }
  absl::Time now() const { return now_; }
  const std::string& wrong() const { return wrong_; }
  size_t Count(DeliveryState state) const;
  // How often the receiver took this world's deliveries at least once, and how
  // many requests it saw.
  size_t taken(const std::string& receiver) const;
  size_t requests(const std::string& receiver) const;
  absl::Time first_success(const std::string& receiver) const;
  // In the order in which they succeeded, of the receiver.
  const std::vector<std::string>& successes(const std::string& receiver) const;
  const std::vector<ReceiverNews>& news() const { return news_; }
  const std::vector<AttemptRecord>& attempts() const { return attempts_; }
  const std::map<std::string, ReceiverRecord>& circuits() const {
    return circuits_;
  }
  uint64_t steps() const { return steps_; }

 private:
  struct Row {
    DeliveryRecord record;
    absl::Time lease_until;
  };
  struct Place {
    ReceiverOptions options;
    std::vector<std::pair<absl::Time, Mood>> phases;  // Until when.
    std::set<std::pair<absl::Time, std::string>> waiting;
    size_t in_flight = 0;
    bool must_be_careful = false;  // The last answer failed or was slow.
    absl::Time not_before = absl::InfinitePast();
    std::vector<absl::Time> sent;  // By this sender; a rate is a process's.
    size_t requests = 0;
    std::set<std::string> taken;
    std::vector<std::string> successes;
    absl::Time first_success = absl::InfiniteFuture();
  };
  struct Answer {
    std::string delivery;
    uint32_t number = 0;
    AttemptResult result;
    bool is_taken = false;
  };

  void StartSender();
  void MakeStep();
  std::optional<SenderStepResult> Step(const SenderStep& step);
  void Store(const DeliveryRecord& record);
  void Send(const Dispatch& dispatch);
  void CheckRules(const Dispatch& dispatch, Place* place);
  void Arrive(const Answer& answer);
  Mood MoodOf(const Place& place);
  Answer AnswerTo(const Dispatch& dispatch, Mood mood);
  void Wrong(std::string what);
  uint64_t Pick(uint64_t below) { return random_() % below; }

  SendingOptions options_;
  std::mt19937_64 random_;
  std::unique_ptr<Resealer> resealer_;
  std::unique_ptr<SendingQueue> queue_;
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  absl::Time away_until_ = absl::InfinitePast();
  std::map<std::string, Row> rows_;
  std::map<std::string, Place> places_;
  std::map<std::string, ReceiverRecord> circuits_;
  std::multimap<absl::Time, Answer> answers_;
  std::vector<AttemptRecord> attempts_;
  std::vector<ReceiverNews> news_;
  size_t in_flight_ = 0;
  uint64_t steps_ = 0;
  uint64_t next_id_ = 0;
  std::string wrong_;
};

}  // namespace presshawk::testing
