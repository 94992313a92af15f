// SPDX-License-Identifier: Apache-2.0
// What the delivery role answers and does on request (SPEC HTTP-10). The routes
// and the command line call the same functions.
//
// THREAD SAFETY. All of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "cmd/delivery/live_subscriptions.h"
#include "core/delivery/receiver.h"
#include "core/http/problem.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

class DeliveryApi {
 public:
  using Parameters = std::map<std::string, std::string>;
  struct Parts {
    LedgerStore* store = nullptr;
    LiveSubscriptions* subscriptions = nullptr;
    std::function<std::vector<ReceiverOptions>()> receivers;
    // Something may be sent now, or a receiver was changed.
    std::function<void()> wake_senders;
    // False where another instance decides; null where none runs here.
    std::function<bool()> acknowledge_loss;
    std::function<absl::Time()> now;
  };

  explicit DeliveryApi(Parts parts) : parts_(std::move(parts)) {}

  JsonAnswer Subscriptions(const Parameters& parameters) const;
  JsonAnswer OneSubscription(const std::string& id) const;
  // `after`, `limit`. {"events":[…],"next":SEQUENCE}
  JsonAnswer Events(const std::string& subscription,
                    const Parameters& parameters) const;
  // Whether there is an event after `after`; what a long poll waits for.
  bool HasEvents(const std::string& subscription, uint64_t after) const;
  // The last events as Atom (RFC 4287), the newest first.
  JsonAnswer Atom(const std::string& subscription,
                  const std::string& self) const;

  JsonAnswer Deliveries(const Parameters& parameters) const;
  JsonAnswer OneDelivery(const std::string& id) const;
  JsonAnswer AlertsOf(const std::string& delivery) const;
  absl::Status AppendAlertOf(const std::string& subscription, uint64_t sequence,
                             std::vector<AlertRecord>* alerts) const;
  // `{"ids":[…]}` or a filter `{"receiver":…,"state":…,"from":…}`, and
  // `"dry_run":true`: {"matched":N,"replayed":N}.
  JsonAnswer Replay(const std::string& body);
  // `verb`: cancel.
  JsonAnswer ActOnDelivery(const std::string& id, const std::string& verb);

  JsonAnswer Receivers(const Parameters& parameters) const;
  JsonAnswer OneReceiver(const std::string& name) const;
  // `verb`: test, pause, resume.
  JsonAnswer ActOnReceiver(const std::string& name, const std::string& verb);

  JsonAnswer Alerts(const Parameters& parameters) const;
  JsonAnswer OneAlert(const std::string& id) const;
  JsonAnswer OneStory(const std::string& id) const;

  JsonAnswer Silences(const Parameters& parameters) const;
  // `{"match":{…},"ends_at":TIME,"author":…,"comment":…}`; `"dry_run":true` only
  // says what it would have hidden in the last seven days.
  JsonAnswer AddSilence(const std::string& body);
  // `verb`: end.
  JsonAnswer ActOnSilence(const std::string& id, const std::string& verb);

  JsonAnswer Status(const Parameters& parameters) const;
  // An operator has understood that alerts were lost (SPEC DELIVERY-6).
  JsonAnswer AcknowledgeLoss();

 private:
  // Why a delivery was cancelled, where the ledger says more than that it was.
  std::string WhyCancelled(const DeliveryRecord& delivery) const;
  absl::StatusOr<SubscriptionRecord> RecordOf(const std::string& id) const;
  // How many alerts of the last seven days `silence` matches.
  absl::StatusOr<uint64_t> WouldHide(const SilenceRecord& silence) const;
  const Parts parts_;
};

}  // namespace presshawk
