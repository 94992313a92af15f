// SPDX-License-Identifier: Apache-2.0
#include "core/stream/in_flight_batch.h"

#include <vector>

#include "absl/time/clock.h"
#include "core/base/check.h"

namespace presshawk {

InFlightBatch::InFlightBatch(std::unique_ptr<MessageBatch> batch,
                             OffsetTracker* tracker)
    : batch_(std::move(batch)),
      tracker_(tracker),
      consumed_(absl::Now()),
      states_(new State[batch_->messages().size()]) {
  tracker_->AdmitAll(batch_->messages());
}

void InFlightBatch::AddPending(uint32_t message, uint32_t acknowledgements) {
  states_[message].pending.fetch_add(acknowledgements,
                                     std::memory_order_relaxed);
}

void InFlightBatch::SetOutcome(uint32_t message, Outcome outcome) {
  states_[message].outcome.store(outcome, std::memory_order_relaxed);
}

bool InFlightBatch::TakeOne(uint32_t message) {
  // The release half publishes what each acknowledger wrote; the acquire half
  // lets the last one see all of it.
  const uint32_t before =
      states_[message].pending.fetch_sub(1, std::memory_order_acq_rel);
  PRESSHAWK_CHECK(before > 0);  // Each acknowledgement was announced.
  return before == 1;
}

Resolution InFlightBatch::ResolutionOf(uint32_t message) {
  const Message& resolved = batch_->messages()[message];
  const Outcome outcome =
      states_[message].outcome.load(std::memory_order_relaxed);
  OnResolved(message, outcome);
  return {
      .stream = resolved.stream, .offset = resolved.offset, .outcome = outcome};
}

void InFlightBatch::Resolve(uint32_t message) {
  if (TakeOne(message)) {
    const Resolution resolution = ResolutionOf(message);
    tracker_->ResolveAll({&resolution, 1});
  }
}

void InFlightBatch::ResolveAll(absl::Span<const uint32_t> messages) {
  std::vector<Resolution> resolutions;
  resolutions.reserve(messages.size());
  for (const uint32_t message : messages) {
    if (TakeOne(message)) {
      resolutions.push_back(ResolutionOf(message));
    }
  }
  tracker_->ResolveAll(resolutions);
}

void InFlightBatch::Refuse(uint32_t message, std::string_view /*detail*/) {
  Resolve(message);
}

}  // namespace presshawk
