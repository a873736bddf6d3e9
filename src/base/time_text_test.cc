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

}  // namespace
}  // namespace enks::base
