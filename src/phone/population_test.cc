#include "phone/population.h"

#include <gtest/gtest.h>

namespace enks::phone {
namespace {

constexpr std::int32_t kStart = 2642976;

UnixTime At(std::int32_t interval) {
  return exposure::StartOf(Interval{interval});
}

Plan TwoPhones(std::vector<Meeting> meetings) {
  return {.phones = 2,
          .start = At(kStart),
          .end = At(kStart + 3 * 144),
          .skew = {0, 5},
          .meetings = std::move(meetings),
          .diagnoses = {}};
}

TEST(Population, LetsTwoPhonesThatMeetHearEachOther) {
  const Plan plan = TwoPhones({{.at = Interval{kStart + 9}, .first = 0, .second = 1}});
  Population population(plan, 1);
  population.LiveUntil(At(kStart + 9));
  ASSERT_EQ(population.phone(0).sightings().size(), 1u);
  ASSERT_EQ(population.phone(1).sightings().size(), 1u);
  EXPECT_EQ(population.phone(0).sightings()[0].beacon.identifier,
            population.phone(1).Broadcast(Interval{kStart + 9}).identifier);
  EXPECT_EQ(population.encounters().size(), 2u);
}

TEST(Population, NotesWhatIsHeardByTheListenersClock) {
  const Plan plan = TwoPhones({{.at = Interval{kStart + 9}, .first = 0, .second = 1}});
  Population population(plan, 1);
  population.LiveUntil(plan.end);
  EXPECT_EQ(population.phone(0).sightings()[0].at, Interval{kStart + 9});
  EXPECT_EQ(population.phone(1).sightings()[0].at, Interval{kStart + 14});
  EXPECT_EQ(population.encounters()[1].sent, Interval{kStart + 9});
  EXPECT_EQ(population.encounters()[1].heard, Interval{kStart + 14});
}

TEST(Population, LetsAMeetingHappenWhenItsIntervalBegins) {
  const Plan plan = TwoPhones({{.at = Interval{kStart + 9}, .first = 0, .second = 1}});
  Population population(plan, 1);
  population.LiveUntil(At(kStart + 9) - std::chrono::seconds(1));
  EXPECT_TRUE(population.encounters().empty());
  population.LiveUntil(At(kStart + 9));
  EXPECT_EQ(population.encounters().size(), 2u);
}

TEST(Population, GivesAPhoneThatMeetsNobodyAKeyForEachDay) {
  const Plan plan = TwoPhones({});
  Population population(plan, 1);
  population.LiveUntil(plan.end);
  const auto keys = population.phone(0).Share(plan.end, TodaysKey::kWhole);
  ASSERT_EQ(keys.size(), 4u);
  EXPECT_EQ(keys.front().start, Interval{kStart});
}

TEST(Population, APhoneForgetsWhatItHeardAfterFourteenDays) {
  const Plan plan = TwoPhones({{.at = Interval{kStart}, .first = 0, .second = 1}});
  Population population(plan, 1);
  population.LiveUntil(plan.end);
  population.phone(0).Forget(At(kStart + 14 * 144));
  EXPECT_EQ(population.phone(0).sightings().size(), 1u);
  population.phone(0).Forget(At(kStart + 14 * 144 + 1));
  EXPECT_TRUE(population.phone(0).sightings().empty());
}

}  // namespace
}  // namespace enks::phone
