#include "store/runs/key_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <unordered_map>

#include "base/random.h"

namespace enks::store::runs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Model = std::unordered_map<std::uint64_t, std::multiset<RunId>>;

// Few different hashes in one part of the table, at both ends of it, so that walks are long, wrap
// around and meet each other.
std::uint64_t CrowdedHash() {
  const auto low = static_cast<std::uint64_t>(*rc::gen::inRange(0, 8));
  const std::uint64_t bits = *rc::gen::element<std::uint64_t>(0, 0x7fffffff, 0xfffffff0);
  return std::uint64_t{0xab} << 56 | bits << 24 | low;
}

void ExpectEqual(const KeyIndex& index, const Model& model) {
  std::size_t size = 0;
  for (const auto& [hash, runs] : model) {
    const auto found = index.Find(hash);
    RC_ASSERT(std::multiset<RunId>(found.begin(), found.end()) == runs);
    size += runs.size();
  }
  RC_ASSERT(index.size() == size);
}

void AddToBoth(KeyIndex& index, Model& model, std::uint64_t hash, RunId run) {
  index.Add(hash, run);
  if (!model[hash].contains(run)) model[hash].insert(run);
}

TEST(KeyIndex, BehavesLikeAMapWhateverIsAddedErasedAndSwept) {
  EXPECT_TRUE(rc::check([] {
    KeyIndex index;
    Model model;
    const int steps = *rc::gen::inRange(0, 200);
    for (int i = 0; i < steps; ++i) {
      const std::uint64_t hash = CrowdedHash();
      const auto run = static_cast<RunId>(*rc::gen::inRange(1, 6));
      const int action = *rc::gen::inRange(0, 20);
      if (action < 12) {
        AddToBoth(index, model, hash, run);
      } else if (action < 19) {
        index.Erase(hash, run);
        model[hash].erase(run);
      } else {
        index.KeepOnly({2, run + 2});
        for (auto& [other, runs] : model) {
          std::erase_if(runs, [run](RunId id) { return id != 2 && id != run + 2; });
        }
      }
    }
    ExpectEqual(index, model);
  }));
}

TEST(KeyIndex, FindsEverythingAfterGrowingManyTimes) {
  base::SeededRandom random(1);
  KeyIndex index;
  std::unordered_map<std::uint64_t, RunId> model;
  for (RunId run = 1; run <= 50'000; ++run) {
    const std::uint64_t hash = random.Next64();
    model.emplace(hash, run);
    index.Add(hash, run);
  }
  EXPECT_EQ(index.size(), model.size());
  for (const auto& [hash, run] : model) ASSERT_THAT(index.Find(hash), ElementsAre(run));
  EXPECT_THAT(index.Find(random.Next64()), IsEmpty());
}

TEST(KeyIndex, TakesSixteenToTwentyFourBytesAKey) {
  base::SeededRandom random(1);
  KeyIndex index;
  for (RunId run = 1; run <= 300'000; ++run) {
    index.Add(random.Next64(), run);
    if (run < 100'000 || run % 5'000 != 0) continue;
    // The parts grow a little before or after each other: a tenth of tolerance.
    EXPECT_GE(index.memory(), index.size() * 15);
    EXPECT_LE(index.memory(), index.size() * 26);
  }
}

TEST(KeyIndex, ReservingMakesRoomForTheKeysThatAreLoaded) {
  base::SeededRandom random(1);
  KeyIndex index;
  index.Reserve(100'000);
  const std::size_t reserved = index.memory();
  for (RunId run = 1; run <= 100'000; ++run) index.Add(random.Next64(), run);
  EXPECT_EQ(index.memory(), reserved);
  EXPECT_LE(reserved, 100'000U * 22);
}

TEST(KeyIndex, TwoKeysOfOneHashAreTwoEntries) {
  KeyIndex index;
  index.Add(7, 1);
  index.Add(7, 2);
  index.Add(7, 2);
  EXPECT_THAT(index.Find(7), UnorderedElementsAre(1U, 2U));
  index.Erase(7, 1);
  EXPECT_THAT(index.Find(7), ElementsAre(2U));
}

TEST(KeyIndex, ErasingWhatIsNotThereChangesNothing) {
  KeyIndex index;
  index.Erase(7, 1);
  index.Add(7, 1);
  index.Erase(7, 2);
  index.Erase(8, 1);
  EXPECT_THAT(index.Find(7), ElementsAre(1U));
}

TEST(KeyIndex, SweepingWithoutAnyRunLeavesNothing) {
  KeyIndex index;
  index.Add(7, 1);
  index.KeepOnly({});
  EXPECT_EQ(index.size(), 0U);
  EXPECT_THAT(index.Find(7), IsEmpty());
}

}  // namespace
}  // namespace enks::store::runs
