// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/slot_set.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::ElementsAre;

std::vector<uint32_t> Taken(SlotSet* set) {
  std::vector<uint32_t> slots;
  set->MoveTo(&slots);
  return slots;
}

// On both sides of what a word of each level holds: 64, 4,096 and 262,144.
TEST(SlotSetTest, GivesNumbersInRisingOrderWhateverTheOrderIn) {
  SlotSet set(300'000);
  for (const uint32_t slot : {262'144, 4096, 64, 0, 63, 4095, 262'143, 64}) {
    set.Add(slot);
  }
  EXPECT_THAT(Taken(&set),
              ElementsAre(0, 63, 64, 4095, 4096, 262'143, 262'144));
}

TEST(SlotSetTest, IsEmptyAfterwards) {
  SlotSet set(100);
  set.Add(99);
  EXPECT_THAT(Taken(&set), ElementsAre(99));
  set.Add(98);
  EXPECT_THAT(Taken(&set), ElementsAre(98));
}

TEST(SlotSetTest, AppendsToWhatIsThere) {
  SlotSet set(10);
  set.Add(3);
  std::vector<uint32_t> slots = {7};
  set.MoveTo(&slots);
  EXPECT_THAT(slots, ElementsAre(7, 3));
}

}  // namespace
}  // namespace presshawk
