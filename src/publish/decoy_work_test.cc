#include "publish/decoy_work.h"

#include <gtest/gtest.h>

#include "exposure/interval.h"

namespace enks::publish {
namespace {

using base::UnixTime;
using std::chrono::hours;
using std::chrono::seconds;

constexpr UnixTime kStart{seconds(1'607'594'400)};

TEST(DecoyWork, GoesAllTheWayThatAGoodUploadGoes) {
  EXPECT_EQ(DecoyWork(exposure::UploadRules(), kStart).Do(kStart), 14U);
}

TEST(DecoyWork, VerifiesForAsLongAsTheProcessRunsAndSurvivesAClockThatIsSetBack) {
  const DecoyWork work(exposure::UploadRules(), kStart);
  EXPECT_EQ(work.Do(kStart + hours(24)), 14U);
  work.Do(kStart + hours(24 * 365));
  work.Do(kStart - hours(24 * 365));
}

}  // namespace
}  // namespace enks::publish
