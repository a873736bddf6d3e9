#include "base/time_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace enks::base {
namespace {

TEST(TimeText, ReadsATimeAndADate) {
  EXPECT_EQ(ParseTime("1970-01-02T00:00:01Z"), UnixTime(std::chrono::seconds(86401)));
  EXPECT_EQ(ParseTime("1970-01-02"), UnixTime(std::chrono::seconds(86400)));
}

TEST(TimeText, RefusesDatesThatDoNotExistAndOtherForms) {
  for (const char* text :
       {"", "2026-02-30", "2026-13-01", "0000-01-01", "2026-1-1", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00", "2026-01-01 00:00",
        "2026-01-01T00:00:00Zx", "+026-01-01"}) {
    EXPECT_FALSE(ParseTime(text)) << text;
  }
}

TEST(TimeText, WhatIsWrittenIsReadBack) {
  EXPECT_TRUE(rc::check("round trip", [](std::uint32_t count) {
    const UnixTime time{std::chrono::seconds(count)};
    RC_ASSERT(ParseTime(FormatTime(time)) == time);
  }));
}

TEST(TimeText, WritesTheYears1To9999AndOtherTimesAsSeconds) {
  const auto text = [](std::int64_t seconds) {
    return FormatTime(UnixTime(std::chrono::seconds(seconds)));
  };
  EXPECT_EQ(text(1'606'780'800), "2020-12-01T00:00:00Z");
  EXPECT_EQ(text(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(text(9'223'372'037), "2262-04-11T23:47:17Z");
  EXPECT_EQ(text(253'402'300'799), "9999-12-31T23:59:59Z");
  EXPECT_EQ(text(253'402'300'800), "253402300800");
  EXPECT_EQ(text(-62'135'596'800), "0001-01-01T00:00:00Z");
  EXPECT_EQ(text(-62'135'596'801), "-62135596801");
}

}  // namespace
}  // namespace enks::base
