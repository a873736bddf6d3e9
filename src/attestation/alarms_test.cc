#include "attestation/alarms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/virtual_clock.h"

namespace enks::attestation {
namespace {

using ::testing::HasSubstr;

class AlarmsTest : public ::testing::Test {
 protected:
  auto Lines() const { return std::ranges::count(log_.Text(), '\n'); }

  base::VirtualClock clock_{base::UnixTime(std::chrono::seconds(1'606'000'000))};
  base::MemoryLog log_;
  metrics::Metrics metrics_;
  Alarms alarms_{log_, metrics_, clock_};
};

TEST_F(AlarmsTest, ACauseIsLoggedOnceAnHourAndCountedEachTime) {
  for (int i = 0; i < 3; ++i) alarms_.Raise(AlarmCause::kOurCredentials, "apple", "app", 401);
  EXPECT_EQ(Lines(), 1);
  clock_.Advance(kAlarmPause - std::chrono::seconds(1));
  alarms_.Raise(AlarmCause::kOurCredentials, "apple", "app", 401);
  EXPECT_EQ(Lines(), 1);
  clock_.Advance(std::chrono::seconds(1));
  alarms_.Raise(AlarmCause::kOurCredentials, "apple", "app", 401);
  EXPECT_EQ(Lines(), 2);
  EXPECT_THAT(metrics_.Text(), HasSubstr("enks_attestation_alarms_total{cause=\"our_credentials\","
                                         "upstream=\"apple\"} 5"));
}

TEST_F(AlarmsTest, CausesUpstreamsAndPoliciesAreToldApart) {
  alarms_.Raise(AlarmCause::kOurCredentials, "apple", "app", 401);
  alarms_.Raise(AlarmCause::kBackOff, "apple", "app", 429);
  alarms_.Raise(AlarmCause::kOurCredentials, "google", "app", 401);
  alarms_.Raise(AlarmCause::kOurCredentials, "apple", "other", 401);
  EXPECT_EQ(Lines(), 4);
}

TEST_F(AlarmsTest, ALineNamesWhatToLookAt) {
  alarms_.Raise(AlarmCause::kOurConfiguration, "apple", "app", 403);
  for (const char* part : {R"("cause":"our_configuration")", R"("upstream":"apple")",
                           R"("policy":"app")", R"("status":403)"}) {
    EXPECT_THAT(log_.Text(), HasSubstr(part));
  }
}

}  // namespace
}  // namespace enks::attestation
