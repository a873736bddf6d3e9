#include "base/duration.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace enks::base {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Duration, ReadsTheSpellingsOfTheReference) {
  EXPECT_EQ(ParseDuration("1h30m"), minutes(90));
  EXPECT_EQ(ParseDuration("300ms"), std::chrono::milliseconds(300));
  EXPECT_EQ(ParseDuration("1.5h"), minutes(90));
  EXPECT_EQ(ParseDuration("-2h45m"), minutes(-165));
  EXPECT_EQ(ParseDuration("0"), seconds(0));
  EXPECT_EQ(ParseDuration("336h"), hours(336));
}

TEST(Duration, RefusesNumbersWithoutUnitAndOtherText) {
  for (const char* text : {"", "5", "h", "1x", "1h ", "-", "1h5", ".h", "1..5h", "3000000h"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(Duration, WhatIsWrittenIsReadBack) {
  EXPECT_EQ(FormatDuration(minutes(90)), "1h30m");
  EXPECT_EQ(FormatDuration(seconds(0)), "0s");
  EXPECT_TRUE(rc::check("round trip", [](std::int32_t count) {
    const std::chrono::nanoseconds duration = std::chrono::milliseconds(count);
    RC_ASSERT(ParseDuration(FormatDuration(duration)) == duration);
  }));
}

TEST(Duration, TheLongestIsReadBackAndNothingBeyondItIsRead) {
  constexpr std::chrono::nanoseconds kLongest = std::chrono::nanoseconds::max();
  EXPECT_EQ(FormatDuration(kLongest), "2562047h47m16s854ms775us807ns");
  EXPECT_EQ(ParseDuration(FormatDuration(kLongest)), kLongest);
  EXPECT_EQ(ParseDuration("-" + FormatDuration(kLongest)), -kLongest);
  EXPECT_EQ(ParseDuration("2562047h47m16.854775807s"), kLongest);
  for (const char* beyond : {"2562047h47m16s854ms775us808ns", "2562047h47m16.9s", "2562048h",
                             "9223372036854775808ns", "99999999999999999999ns"}) {
    EXPECT_EQ(ParseDuration(beyond), std::nullopt) << beyond;
  }
}

TEST(Duration, IsAlsoWrittenAsGoPrintsIt) {
  EXPECT_EQ(FormatGoDuration(seconds(0)), "0s");
  EXPECT_EQ(FormatGoDuration(seconds(59)), "59s");
  EXPECT_EQ(FormatGoDuration(seconds(60)), "1m0s");
  EXPECT_EQ(FormatGoDuration(seconds(3'599)), "59m59s");
  EXPECT_EQ(FormatGoDuration(hours(1)), "1h0m0s");
  EXPECT_EQ(FormatGoDuration(minutes(90)), "1h30m0s");
  EXPECT_EQ(FormatGoDuration(seconds(-61)), "-1m1s");
}

}  // namespace
}  // namespace enks::base
