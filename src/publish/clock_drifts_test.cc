#include "publish/clock_drifts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace enks::publish {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr base::UnixTime kNow{seconds(1'600'000'000)};

class ClockDriftsTest : public testing::Test {
 protected:
  int Lines() const {
    const std::string text = log_.Text();
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  }

  base::MemoryLog log_;
  metrics::Metrics metrics_;
  ClockDrifts drifts_{log_, metrics_};
};

TEST_F(ClockDriftsTest, TheFirstIsToldAtOnceAndTheOthersTogetherAnHourLater) {
  drifts_.Note({"doh.example", seconds(3)}, kNow);
  EXPECT_EQ(Lines(), 1);
  EXPECT_THAT(log_.Text(), HasSubstr("doh.example"));
  drifts_.Note({"doh.example", seconds(90)}, kNow + seconds(1));
  drifts_.Note({"doh.example", seconds(2)}, kNow + hours(1) - seconds(1));
  EXPECT_EQ(Lines(), 1);
  drifts_.Note({"doh.example", seconds(1)}, kNow + hours(1));
  EXPECT_EQ(Lines(), 2);
  EXPECT_THAT(log_.Text(), HasSubstr(R"("seconds":90,"uploads":3)"));
}

TEST_F(ClockDriftsTest, MetricsHoldTheNumberAndTheNewestOfEachHealthAuthority) {
  drifts_.Note({"doh.example", seconds(3)}, kNow);
  drifts_.Note({"doh.example", seconds(90)}, kNow + seconds(1));
  drifts_.Note({"two.example", seconds(2)}, kNow + hours(2));
  const std::string text = metrics_.Text();
  EXPECT_THAT(text, HasSubstr("enks_certificates_from_the_future_total{issuer=\"doh.example\"} 2"));
  EXPECT_THAT(text, HasSubstr("enks_certificate_clock_ahead_seconds{issuer=\"doh.example\"} 90"));
  EXPECT_THAT(text, HasSubstr("enks_certificate_clock_ahead_seconds{issuer=\"two.example\"} 2"));
}

TEST_F(ClockDriftsTest, EachHealthAuthorityHasItsOwnLine) {
  drifts_.Note({"one.example", seconds(3)}, kNow);
  drifts_.Note({"two.example", seconds(3)}, kNow);
  EXPECT_EQ(Lines(), 2);
}

TEST_F(ClockDriftsTest, NoDriftIsNotTold) {
  drifts_.Note({}, kNow);
  EXPECT_EQ(Lines(), 0);
}

}  // namespace
}  // namespace enks::publish
