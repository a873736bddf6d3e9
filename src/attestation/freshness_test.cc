#include "attestation/freshness.h"

#include <gtest/gtest.h>

#include <limits>

namespace enks::attestation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::UnixTime kNow{seconds(1'600'000'000)};

Reason ReasonFor(milliseconds after_now) {
  Checks checks(Checks::Detail::kFirstFailure);
  const bool goes_on = CheckFreshness(kNow + after_now, kNow, {seconds(600), seconds(60)}, checks);
  EXPECT_EQ(goes_on, checks.reason() == Reason::kNone);
  return checks.reason();
}

TEST(FreshnessTest, TakesBothEndsOfTheWindow) {
  EXPECT_EQ(ReasonFor(milliseconds(-600'000)), Reason::kNone);
  EXPECT_EQ(ReasonFor(milliseconds(60'000)), Reason::kNone);
}

TEST(FreshnessTest, ComparesMilliseconds) {
  EXPECT_EQ(ReasonFor(milliseconds(-600'001)), Reason::kStale);
  EXPECT_EQ(ReasonFor(milliseconds(60'001)), Reason::kFuture);
}

TEST(FreshnessTest, StaysCalmAtTheEndsOfTime) {
  Checks checks(Checks::Detail::kFirstFailure);
  CheckFreshness(MadeAt(milliseconds(std::numeric_limits<std::int64_t>::min())), kNow, {}, checks);
  EXPECT_EQ(checks.reason(), Reason::kStale);
  Checks late(Checks::Detail::kFirstFailure);
  CheckFreshness(MadeAt(milliseconds(std::numeric_limits<std::int64_t>::max())), kNow, {}, late);
  EXPECT_EQ(late.reason(), Reason::kFuture);
}

TEST(FreshnessTest, GoesOnAfterAFailureOnlyWhenItExplains) {
  Checks checks(Checks::Detail::kEveryStep);
  EXPECT_TRUE(CheckFreshness(kNow - seconds(601), kNow, {}, checks));
  EXPECT_EQ(checks.reason(), Reason::kStale);
  ASSERT_EQ(checks.steps().size(), 1U);
  EXPECT_EQ(checks.steps()[0].failure, Reason::kStale);
  EXPECT_FALSE(checks.steps()[0].explanation.empty());
}

}  // namespace
}  // namespace enks::attestation
