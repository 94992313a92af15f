// SPDX-License-Identifier: Apache-2.0
// Days of sending in virtual time, to receivers that lie, hang, throttle and
// die, with a ledger that goes away and a sender that crashes:
//
//   nothing is lost, and nothing is delivered that no receiver has said it took
//   never more in flight than allowed, never earlier than Retry-After allows
//   a receiver that is back is served within ten minutes
//
// PRESSHAWK_SEED, PRESSHAWK_CASES: other histories, and how many.
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "tests/property/delivery/sending_world.h"

namespace presshawk::testing {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t usual) {
  const char* const text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

ReceiverOptions Named(const std::string& name, uint32_t in_flight) {
  ReceiverOptions options;
  options.name = name;
  options.in_flight = in_flight;
  options.give_up = absl::Hours(24 * 30);
  options.fingerprint = "1";
  return options;
}

// Some receivers with random phases, random arrivals, outages and crashes.
std::string RunHistory(uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto pick = [&random](uint64_t below) { return random() % below; };
  SendingWorld world(seed, {.instance = "i",
                            .in_flight_max = static_cast<uint32_t>(1 + pick(6)),
                            .poll = absl::Seconds(1 + pick(30))});
  const size_t receivers = 1 + pick(5);
  for (size_t i = 0; i < receivers; ++i) {
    ReceiverOptions options = Named(StrCat("r", i), 1 + pick(4) % 4);
    if (pick(4) == 0) {
      options.rate = static_cast<uint32_t>(1 + pick(3));
      options.rate_period = absl::Seconds(1 + pick(60));
    }
    std::vector<SendingWorld::Phase> phases;
    for (size_t count = pick(6); count > 0; --count) {
      phases.push_back(
          {absl::Seconds(1 + pick(20'000)), static_cast<Mood>(pick(10))});
    }
    world.AddReceiver(std::move(options), std::move(phases));
  }
  size_t owed = 0;
  for (size_t event = 0; event < 60; ++event) {
    const int count = static_cast<int>(pick(8));
    world.Owe(StrCat("r", pick(receivers)), count);
    owed += static_cast<size_t>(count);
    world.RunFor(
        absl::Milliseconds(1 + pick(pick(3) == 0 ? 3'000'000 : 9'000)));
    if (pick(20) == 0) {
      world.LedgerIsAwayFor(absl::Seconds(pick(200)));
    }
    if (pick(15) == 0) {
      world.Crash();
    }
  }
  // Everything is good in the end; a person has resumed what was held.
  for (int round = 0; round < 3; ++round) {
    world.RunFor(absl::Hours(25));
    for (size_t i = 0; i < receivers; ++i) {
      const std::string name = StrCat("r", i);
      const auto circuit = world.circuits().find(name);
      if (circuit != world.circuits().end() &&
          circuit->second.state == CircuitState::kMisconfigured) {
        world.queue().Resume(name, world.now());
      }
    }
  }
  size_t taken = 0;
  for (size_t i = 0; i < receivers; ++i) {
    taken += world.taken(StrCat("r", i));
  }
  if (!world.wrong().empty()) {
    return world.wrong();
  }
  if (world.Count(DeliveryState::kDelivered) != owed || taken != owed) {
    return StrCat(owed, " were owed, ", world.Count(DeliveryState::kDelivered),
                  " are delivered, ", taken, " were taken");
  }
  return "";
}

TEST(SendingPropertyTest, NothingIsLostAndNobodyIsHarmed) {
  const uint64_t seed = FromEnvironment("PRESSHAWK_SEED", 1);
  const uint64_t cases = FromEnvironment("PRESSHAWK_CASES", 100);
  for (uint64_t i = seed; i < seed + cases; ++i) {
    ASSERT_EQ(RunHistory(i), "") << "PRESSHAWK_SEED=" << i;
  }
}

TEST(SendingPropertyTest, AReceiverThatIsBackAfterThreeDaysIsServedSoon) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    for (const Mood mood : {Mood::kDead, Mood::kError, Mood::kSilent}) {
      SendingWorld world(seed, {.instance = "i"});
      world.AddReceiver(Named("crm", 4), {{absl::Hours(72), mood}});
      const absl::Time back = world.now() + absl::Hours(72);
      world.Owe("crm", 200);
      world.RunFor(absl::Hours(71));
      world.Owe("crm", 5);
      world.RunFor(absl::Hours(2));
      ASSERT_EQ(world.wrong(), "");
      EXPECT_LE(world.first_success("crm") - back, absl::Minutes(10)) << seed;
      EXPECT_EQ(world.Count(DeliveryState::kDelivered), 205U) << seed;
      // A probe each 6.4 minutes at most.
      EXPECT_LT(world.requests("crm"), 205U + 72 * 60 * 10 / 64 + 40) << seed;
    }
  }
}

TEST(SendingPropertyTest, DeadReceiversCostProbesAndNotMessages) {
  SendingWorld world(7, {.instance = "i", .poll = absl::Hours(1)});
  for (int i = 0; i < 100; ++i) {
    const std::string name = StrCat("dead", i);
    world.AddReceiver(Named(name, 2), {{absl::Hours(48), Mood::kDead}});
    world.Owe(name, 50);
  }
  world.RunFor(absl::Hours(1));
  const uint64_t before = world.steps();
  world.RunFor(absl::Hours(24));
  ASSERT_EQ(world.wrong(), "");
  // A probe is two steps, a claim and an answer, at least 6.4 minutes apart.
  EXPECT_LE(world.steps() - before, 100 * 2 * (24 * 60 * 10 / 64 + 1));
}

}  // namespace
}  // namespace presshawk::testing
