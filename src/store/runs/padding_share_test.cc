#include "store/runs/padding_share.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "store/runs/testing/uploads.h"

namespace enks::store::runs {
namespace {

using exposure::KeyData;
using State = PaddingShare::State;

Origin Place(bool generated, std::string region = "US", bool traveler = false) {
  Origin origin;
  origin.regions = {std::move(region)};
  origin.traveler = traveler;
  origin.generated = generated;
  return origin;
}

class PaddingShareTest : public ::testing::Test {
 protected:
  void AddReal(int revoked, int standing) {
    for (int i = 0; i < revoked; ++i) share_.Add(Place(false), NewKey(), State::kRevoked);
    for (int i = 0; i < standing; ++i) share_.Add(Place(false), NewKey(), State::kStands);
  }
  void AddPadding(int count, State state = State::kStands) {
    for (int i = 0; i < count; ++i) share_.Add(Place(true), NewKey(), state);
  }
  KeyData NewKey() { return testing::MakeKey(random_).key; }
  std::vector<KeyData> Choose() { return std::move(share_).Choose(random_); }

  base::SeededRandom random_{5};
  PaddingShare share_;
};

TEST_F(PaddingShareTest, IsTheShareOfTheRealKeysEachKeyOnce) {
  AddReal(1, 3);
  AddPadding(100);
  const std::vector<KeyData> chosen = Choose();
  EXPECT_EQ(chosen.size(), 25U);
  EXPECT_EQ(std::set<KeyData>(chosen.begin(), chosen.end()).size(), 25U);
}

TEST_F(PaddingShareTest, IsAllOfItWhereNoRealKeyStands) {
  AddReal(3, 0);
  AddPadding(100);
  EXPECT_EQ(Choose().size(), 100U);
}

TEST_F(PaddingShareTest, IsRightOverSeveralRecalls) {
  AddReal(3, 1);
  AddPadding(50);
  AddPadding(50, State::kRevoked);  // of a recall before this one
  EXPECT_EQ(Choose().size(), 25U);
}

TEST_F(PaddingShareTest, IsNothingOnceItWasTaken) {
  AddReal(2, 2);
  AddPadding(50);
  AddPadding(50, State::kRevoked);
  EXPECT_TRUE(Choose().empty());
}

TEST_F(PaddingShareTest, ARealKeyThatWasRevisedToAnotherDiagnosisStands) {
  AddReal(1, 0);
  share_.Add(Place(false), NewKey(), State::kRevised);
  AddPadding(10);
  EXPECT_EQ(Choose().size(), 5U);
}

TEST_F(PaddingShareTest, EachPlaceHasItsOwn) {
  AddReal(1, 0);
  share_.Add(Place(true, "CA"), NewKey(), State::kStands);
  share_.Add(Place(true, "US", /*traveler=*/true), NewKey(), State::kStands);
  EXPECT_TRUE(Choose().empty());
}

TEST_F(PaddingShareTest, IsChosenByChance) {
  AddReal(1, 1);
  std::vector<KeyData> padding;
  for (int i = 0; i < 100; ++i) {
    padding.push_back(NewKey());
    share_.Add(Place(true), padding.back(), State::kStands);
  }
  std::vector<KeyData> chosen = Choose();
  ASSERT_EQ(chosen.size(), 50U);
  EXPECT_FALSE(std::equal(chosen.begin(), chosen.end(), padding.begin()));
}

}  // namespace
}  // namespace enks::store::runs
