#include "exports/conditions.h"

#include <gtest/gtest.h>

namespace enks::exports {
namespace {

constexpr std::string_view kTag = "\"abc\"";

TEST(IfNoneMatch, NamesATagAloneInAListWeaklyOrWithAStar) {
  EXPECT_TRUE(NamesETag("\"abc\"", kTag));
  EXPECT_TRUE(NamesETag("W/\"abc\"", kTag));
  EXPECT_TRUE(NamesETag("\"x\", W/\"y\" ,\t\"abc\"", kTag));
  EXPECT_TRUE(NamesETag(" * ", kTag));
}

TEST(IfNoneMatch, AbsentOtherOrUnquotedTagsDoNotMatch) {
  for (const char* value : {"", " ", ",", "\"ab\"", "abc", "\"abc", "w/\"abc\"", "\"*\"", "**"}) {
    EXPECT_FALSE(NamesETag(value, kTag)) << value;
  }
}

TEST(IfMatch, TakesTheSameStrongTagAloneInAListOrAStar) {
  for (const char* value : {"\"abc\"", "\"x\" , \"abc\"", " * ", "W/\"abc\", \"abc\""}) {
    EXPECT_TRUE(MatchesETag(value, kTag)) << value;
  }
  for (const char* value : {"", ",", "W/\"abc\"", "abc", "\"ab\"", "\"*\"", "\"abc\"\"x\""}) {
    EXPECT_FALSE(MatchesETag(value, kTag)) << value;
  }
}

TEST(IfRange, TakesOnlyTheSameStrongTagOrItsAbsence) {
  EXPECT_TRUE(RangeStillValid("", kTag));
  EXPECT_TRUE(RangeStillValid(" \"abc\" ", kTag));
  EXPECT_FALSE(RangeStillValid("W/\"abc\"", kTag));
  EXPECT_FALSE(RangeStillValid("\"abd\"", kTag));
  EXPECT_FALSE(RangeStillValid("Tue, 15 Nov 1994 12:45:26 GMT", kTag));
}

TEST(Range, SinglePartsAreCutToTheBody) {
  EXPECT_EQ(ReadRange("bytes=0-0", 10), RangeOutcome(BytePart{0, 1}));
  EXPECT_EQ(ReadRange("bytes=2-5", 10), RangeOutcome(BytePart{2, 4}));
  EXPECT_EQ(ReadRange("bytes=9-9", 10), RangeOutcome(BytePart{9, 1}));
  EXPECT_EQ(ReadRange("bytes=9-10", 10), RangeOutcome(BytePart{9, 1}));
  EXPECT_EQ(ReadRange("bytes=3-", 10), RangeOutcome(BytePart{3, 7}));
  EXPECT_EQ(ReadRange(" Bytes = 3-4 ", 10), RangeOutcome(BytePart{3, 2}));
  EXPECT_EQ(ReadRange("bytes=0-18446744073709551615", 10), RangeOutcome(BytePart{0, 10}));
}

TEST(Range, ASuffixIsTakenFromTheEnd) {
  EXPECT_EQ(ReadRange("bytes=-1", 10), RangeOutcome(BytePart{9, 1}));
  EXPECT_EQ(ReadRange("bytes=-10", 10), RangeOutcome(BytePart{0, 10}));
  EXPECT_EQ(ReadRange("bytes=-11", 10), RangeOutcome(BytePart{0, 10}));
}

TEST(Range, PartsOutsideTheBodyAreUnsatisfiable) {
  for (const char* value : {"bytes=10-", "bytes=10-12", "bytes=-0"}) {
    EXPECT_EQ(ReadRange(value, 10), RangeOutcome(UnsatisfiableRange{})) << value;
  }
  EXPECT_EQ(ReadRange("bytes=0-", 0), RangeOutcome(UnsatisfiableRange{}));
  EXPECT_EQ(ReadRange("bytes=-5", 0), RangeOutcome(UnsatisfiableRange{}));
}

TEST(Range, MalformedForeignAndMultipleRangesAreIgnored) {
  for (const char* value :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5", "bytes=5-4", "bytes=+1-2",
        "bytes=1 - 2", "bytes=--1", "lines=0-1", "bytesx=0-1", "bytes=0-1,4-5", "bytes=0-,5-",
        "bytes=0-99999999999999999999", "bytes=-99999999999999999999"}) {
    EXPECT_EQ(ReadRange(value, 10), RangeOutcome(WholeBody{})) << value;
  }
}

}  // namespace
}  // namespace enks::exports
