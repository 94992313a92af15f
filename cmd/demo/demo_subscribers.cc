// SPDX-License-Identifier: Apache-2.0
#include "cmd/demo/demo_subscribers.h"

#include <algorithm>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "cmd/delivery/ledger_opening.h"
#include "cmd/samples/samples.h"
#include "cmd/subscriptions/alert_player.h"
#include "cmd/terminal_text.h"
#include "core/base/str_cat.h"
#include "core/delivery/envelope.h"
#include "core/delivery/simulation.h"
#include "ingest/json/alert_reader.h"
#include "matchers/subscriptions/subscription_files.h"

namespace presshawk {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(20);
constexpr absl::Duration kPatience = absl::Minutes(1);
constexpr uint32_t kPage = 1000;
constexpr char kDigest[] = "morning";
// Both ends are in this process.
constexpr char kSecret[] = "whsec_cHJlc3NoYXdrIGRlbW8sIG5vIHNlY3JldA==";

ReceiverOptions Webhook(std::string name, std::string url) {
  ReceiverOptions receiver;
  receiver.name = std::move(name);
  receiver.url.value = std::move(url);
  receiver.secret.value = kSecret;
  receiver.allow_http = true;
  receiver.allow_networks = {"127.0.0.0/8"};
  receiver.shown = receiver.url.value;
  receiver.fingerprint = receiver.url.value;
  return receiver;
}

StoreOptions Store(const std::string& folder) {
  StoreOptions store;
  store.path = folder + "/ledger.db";
  store.shown = StrCat("sqlite:", store.path);
  store.reserve = 0;
  return store;
}

std::string SubscriptionFile(const std::string& folder) {
  return folder + "/subscriptions.yaml";
}

// "correction" of "presshawk.correction.v1".
std::string ShortName(const std::string& type) {
  const size_t begin = type.find('.') + 1;
  return type.substr(begin, type.rfind('.') - begin);
}

}  // namespace

absl::StatusOr<std::unique_ptr<DemoSubscribers>> DemoSubscribers::Start(
    const std::string& folder) {
  std::ofstream(SubscriptionFile(folder)) << SampleSubscriptions();
  std::unique_ptr<DemoSubscribers> subscribers(new DemoSubscribers(folder));
  if (absl::Status status = subscribers->receiver_.Start(); !status.ok()) {
    return status;
  }
  return subscribers;
}

void DemoSubscribers::AddTo(Options* options) const {
  options->store = Store(folder_);
  DeliveryOptions& delivery = options->delivery.emplace();
  delivery.subscription_files = {SubscriptionFile(folder_)};
  options->receivers = {Webhook("desk", receiver_.Url("/desk")),
                        Webhook("flaky", receiver_.Url("/flaky"))};
}

absl::Status DemoSubscribers::Open() {
  if (store_ == nullptr) {
    auto store = OpenLedger(Store(folder_), absl::Now());
    if (!store.ok()) {
      return store.status();
    }
    store_ = *std::move(store);
  }
  return absl::OkStatus();
}

absl::Status DemoSubscribers::Wait(uint64_t alerts,
                                   const std::function<bool()>& stop) {
  if (absl::Status status = Open(); !status.ok()) {
    return status;
  }
  const absl::Time deadline = absl::Now() + kPatience;
  while (!stop()) {
    const absl::StatusOr<LedgerCounts> counts = store_->Counts();
    if (!counts.ok()) {
      return counts.status();
    }
    const bool is_told = std::none_of(
        counts->deliveries.begin(), counts->deliveries.end(),
        [](const auto& count) {
          return count.second > 0 && (count.first == DeliveryState::kWaiting ||
                                      count.first == DeliveryState::kSending);
        });
    if (counts->alerts >= alerts && is_told) {
      break;
    }
    if (absl::Now() > deadline) {
      return absl::DeadlineExceededError(
          "the subscribers were not told everything within a minute");
    }
    absl::SleepFor(kLook);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> DemoSubscribers::Text(absl::Time now) {
  if (absl::Status status = Open(); !status.ok()) {
    return status;
  }
  std::string text = "\nWhat the subscribers were told\n";
  text += "▶ security-desk  at once, each story once\n";
  absl::Status status = AddTold("security-desk", &text);
  status.Update(AddFolded("security-desk", &text));
  StrAppend(&text,
            "▶ election-desk  to a receiver that was down: it answered 503 to ",
            receiver_.refused(), " requests, and got everything afterwards\n");
  status.Update(AddTold("election-desk", &text));
  status.Update(AddDigest(now, &text));
  if (!status.ok()) {
    return status;
  }
  return text;
}

absl::StatusOr<std::string> DemoSubscribers::TitleOf(const std::string& id) {
  const auto record = store_->FindAlert(id);
  if (!record.ok()) {
    return record.status();
  }
  const absl::StatusOr<Alert> alert =
      ReadAlert(record->has_value() ? (*record)->json : "");
  return alert.ok() ? TerminalText(StrCat(alert->article.title, "  (",
                                          alert->article.site, ")"))
                    : id;
}

absl::Status DemoSubscribers::AddTold(const std::string& subscription,
                                      std::string* text) {
  const auto events = store_->Events(subscription, 0, kPage);
  if (!events.ok()) {
    return events.status();
  }
  for (const auto& [event, json] : *events) {
    const auto title = TitleOf(event.alert);
    if (!title.ok()) {
      return title.status();
    }
    StrAppend(text, "    ", event.sequence, "  ", ShortName(event.type), "  ",
              *title, "\n");
  }
  return absl::OkStatus();
}

absl::Status DemoSubscribers::AddFolded(const std::string& subscription,
                                        std::string* text) {
  const auto alerts = store_->Alerts({.limit = kPage});
  if (!alerts.ok()) {
    return alerts.status();
  }
  for (const AlertRecord& alert : alerts->rows) {
    const auto entries = store_->EntriesOf(alert.id);
    if (!entries.ok()) {
      return entries.status();
    }
    for (const EntryRecord& entry : *entries) {
      if (entry.subscription != subscription ||
          entry.state != EntryState::kFolded || entry.sequence > 0) {
        continue;
      }
      const auto title = TitleOf(alert.id);
      if (!title.ok()) {
        return title.status();
      }
      StrAppend(text, "    folded, a copy of what was told:  ", *title, "\n");
    }
  }
  return absl::OkStatus();
}

absl::Status DemoSubscribers::AddDigest(absl::Time now, std::string* text) {
  SubscriptionList list;
  absl::Status status =
      LoadSubscriptions({SubscriptionFile(folder_)}, /*zone=*/"", &list);
  if (!status.ok()) {
    return status;
  }
  const auto set = SubscriptionSet::Make(std::move(list.subscriptions), {});
  if (!set.ok()) {
    return set.status();
  }
  std::vector<SimulatedDelivery> digests;
  Simulation simulation((*set)->all(), {},
                        [&](const SimulatedDelivery& delivery) {
                          if (delivery.subscription == kDigest) {
                            digests.push_back(delivery);
                          }
                        });
  AlertPlayer player(**set, &simulation);
  status = player.PlayLedger(store_.get(), absl::InfinitePast());
  simulation.RunUntil(now + absl::Hours(24));
  for (const SimulatedDelivery& digest : digests) {
    StrAppend(text, "▶ ", kDigest, "  in virtual time, the digest of ",
              digest.slot, ": ", digest.alerts.size(), " alerts\n");
    // An article that several lists watch for is one line.
    std::vector<std::string> titles;
    for (const std::string& alert : digest.alerts) {
      auto title = TitleOf(alert);
      if (!title.ok()) {
        return title.status();
      }
      if (std::find(titles.begin(), titles.end(), *title) == titles.end()) {
        titles.push_back(*std::move(title));
      }
    }
    for (const std::string& title : titles) {
      StrAppend(text, "    ", title, "\n");
    }
  }
  return status;
}

}  // namespace presshawk
