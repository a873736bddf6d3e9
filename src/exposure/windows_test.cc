#include "exposure/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace enks::exposure {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kMany = 100'000;

// 2020-12-10 at hours:minutes, the day of the worked examples.
UnixTime Day10(int hour, int minute = 0) {
  return UnixTime(seconds(1'607'558'400)) + hours(hour) + minutes(minute);
}

// spec/export-pipeline.md section 3: t is 10:11, the truncation window an hour. `min_age` is added
// to reach that t.
std::vector<Window> Due(seconds period, UnixTime start,
                        std::optional<UnixTime> thru = std::nullopt) {
  return DueWindows(period, start, Day10(12, 11), hours(2), hours(1), thru, kMany);
}

TEST(PeriodFault, AllowsWholePartsOfADay) {
  for (const seconds period : {seconds(1), seconds(7), seconds(900), seconds(4 * 3600)}) {
    EXPECT_EQ(PeriodFault(period).has_value(), 86'400 % period.count() != 0);
  }
  EXPECT_FALSE(PeriodFault(hours(24)));
}

TEST(PeriodFault, RefusesWhatIsNoPartOfADay) {
  EXPECT_TRUE(PeriodFault(seconds(0)));
  EXPECT_TRUE(PeriodFault(seconds(-3600)));
  EXPECT_TRUE(PeriodFault(hours(5)));
  EXPECT_TRUE(PeriodFault(seconds(86'399)));
  EXPECT_TRUE(PeriodFault(seconds(86'401)));
  EXPECT_TRUE(PeriodFault(hours(48)));
}

TEST(DueWindows, NoneWhenTheNewestWholePeriodWasTaken) {
  EXPECT_THAT(Due(hours(1), Day10(10)), IsEmpty());
  EXPECT_THAT(Due(hours(1), Day10(11)), IsEmpty());
}

TEST(DueWindows, EveryMissedPeriodOldestFirst) {
  EXPECT_THAT(Due(hours(1), Day10(9)), ElementsAre(Window{Day10(9), Day10(10)}));
  EXPECT_THAT(Due(hours(1), Day10(7)),
              ElementsAre(Window{Day10(7), Day10(8)}, Window{Day10(8), Day10(9)},
                          Window{Day10(9), Day10(10)}));
  EXPECT_THAT(Due(hours(24), Day10(-24)), ElementsAre(Window{Day10(-24), Day10(0)}));
  EXPECT_THAT(Due(hours(24), Day10(-48)),
              ElementsAre(Window{Day10(-48), Day10(-24)}, Window{Day10(-24), Day10(0)}));
}

TEST(DueWindows, EndNoLaterThanTheLastClosedTruncationWindow) {
  EXPECT_THAT(Due(minutes(15), Day10(9)),
              ElementsAre(Window{Day10(9), Day10(9, 15)}, Window{Day10(9, 15), Day10(9, 30)},
                          Window{Day10(9, 30), Day10(9, 45)}, Window{Day10(9, 45), Day10(10)}));
  EXPECT_THAT(Due(minutes(1), Day10(9, 58)),
              ElementsAre(Window{Day10(9, 58), Day10(9, 59)}, Window{Day10(9, 59), Day10(10)}));
}

// Divergence E24: the reference makes 09:00-10:00 here and exports the first quarter twice.
TEST(DueWindows, StartWhereTheLastOneEndedAfterAChangeOfPeriod) {
  EXPECT_THAT(Due(hours(1), Day10(9, 15)), ElementsAre(Window{Day10(9, 15), Day10(10)}));
  EXPECT_THAT(Due(hours(4), Day10(3)),
              ElementsAre(Window{Day10(3), Day10(4)}, Window{Day10(4), Day10(8)}));
}

// Divergence E23: the reference never exports the part of a period before the end.
TEST(DueWindows, ReachUpToTheEndOfTheConfigurationAndNoFurther) {
  EXPECT_THAT(Due(hours(1), Day10(8), Day10(9, 30)),
              ElementsAre(Window{Day10(8), Day10(9)}, Window{Day10(9), Day10(9, 30)}));
  EXPECT_THAT(Due(hours(1), Day10(9, 30), Day10(9, 30)), IsEmpty());
  EXPECT_THAT(Due(hours(1), Day10(9, 45), Day10(9, 30)), IsEmpty());
  EXPECT_THAT(Due(hours(1), Day10(8), Day10(10)),
              ElementsAre(Window{Day10(8), Day10(9)}, Window{Day10(9), Day10(10)}));
}

TEST(DueWindows, WaitForTheEndOfTheConfigurationUntilItsTruncationWindowIsClosed) {
  EXPECT_THAT(Due(hours(1), Day10(10), Day10(10, 5)), IsEmpty());
  EXPECT_THAT(DueWindows(hours(1), Day10(10), Day10(12, 59), hours(2), hours(1), Day10(10, 5), 9),
              IsEmpty());
  EXPECT_THAT(DueWindows(hours(1), Day10(10), Day10(13), hours(2), hours(1), Day10(10, 5), 9),
              ElementsAre(Window{Day10(10), Day10(10, 5)}));
}

TEST(DueWindows, AreAtMostAsManyAsAskedFor) {
  const auto windows = DueWindows(minutes(1), Day10(0), Day10(12), hours(2), hours(1), {}, 7);
  ASSERT_THAT(windows, SizeIs(7));
  EXPECT_EQ(windows.front().start, Day10(0));
  EXPECT_EQ(windows.back().end, Day10(0, 7));
  EXPECT_THAT(DueWindows(minutes(1), Day10(0), Day10(12), hours(2), hours(1), {}, 0), IsEmpty());
}

TEST(DueWindows, AreNoneForAPeriodThatIsNotUsable) {
  EXPECT_THAT(Due(seconds(0), Day10(9)), IsEmpty());
  EXPECT_THAT(Due(hours(5), Day10(0)), IsEmpty());
}

// Settings and times drawn together, so that each property is tried over all of them.
struct Case {
  seconds period{3600};
  seconds min_age{0};
  seconds truncate_window{3600};
  UnixTime start;
  std::optional<UnixTime> thru;
  UnixTime now;

  std::vector<Window> DueAt(UnixTime time, std::size_t count_max = kMany) const {
    return DueWindows(period, start, time, min_age, truncate_window, thru, count_max);
  }
};

rc::Gen<seconds> SecondsUpTo(std::int64_t bound) {
  return rc::gen::map(rc::gen::inRange<std::int64_t>(0, bound + 1),
                      [](std::int64_t count) { return seconds(count); });
}

Case AnyCase() {
  Case drawn;
  drawn.period = *rc::gen::element(seconds(60), seconds(450), seconds(900), seconds(3600),
                                   seconds(4 * 3600), seconds(24 * 3600));
  drawn.min_age = *SecondsUpTo(4 * 3600);
  drawn.truncate_window =
      *rc::gen::element(seconds(1), seconds(300), seconds(3600), seconds(7 * 3600));
  drawn.now = Day10(0) + *SecondsUpTo(3 * 86'400);
  drawn.start = drawn.now - *SecondsUpTo(86'400);
  if (*rc::gen::arbitrary<bool>()) drawn.thru = Day10(0) + *SecondsUpTo(3 * 86'400);
  return drawn;
}

void ExpectContiguous(const std::vector<Window>& windows) {
  for (std::size_t i = 0; i < windows.size(); ++i) {
    RC_ASSERT(windows[i].start < windows[i].end);
    if (i > 0) RC_ASSERT(windows[i].start == windows[i - 1].end);
  }
}

TEST(DueWindowsProperty, NeitherGapNorOverlap) {
  EXPECT_TRUE(rc::check("contiguous", [] {
    const Case drawn = AnyCase();
    const auto windows = drawn.DueAt(drawn.now);
    ExpectContiguous(windows);
    if (!windows.empty()) RC_ASSERT(windows.front().start == drawn.start);
  }));
}

TEST(DueWindowsProperty, AlignedButForAChangedStartAndAnEnd) {
  EXPECT_TRUE(rc::check("aligned", [] {
    const Case drawn = AnyCase();
    const auto windows = drawn.DueAt(drawn.now);
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const Window& window = windows[i];
      RC_ASSERT(window.end - window.start <= drawn.period);
      if (i > 0) RC_ASSERT(TruncateTo(window.start, drawn.period) == window.start);
      if (window.end != drawn.thru) {
        RC_ASSERT(TruncateTo(window.end, drawn.period) == window.end);
      }
    }
  }));
}

TEST(DueWindowsProperty, NeverEndTooYoungInAnOpenTruncationWindowOrAfterTheConfiguration) {
  EXPECT_TRUE(rc::check("closed", [] {
    const Case drawn = AnyCase();
    for (const Window& window : drawn.DueAt(drawn.now)) {
      RC_ASSERT(window.end <= drawn.now - drawn.min_age);
      RC_ASSERT(window.end <= TruncateTo(drawn.now - drawn.min_age, drawn.truncate_window));
      if (drawn.thru) RC_ASSERT(window.end <= *drawn.thru);
    }
  }));
}

TEST(DueWindowsProperty, LeaveNoDueWindowBehind) {
  EXPECT_TRUE(rc::check("complete", [] {
    Case drawn = AnyCase();
    const auto windows = drawn.DueAt(drawn.now);
    const UnixTime reached = windows.empty() ? drawn.start : windows.back().end;
    const UnixTime next = TruncateTo(reached, drawn.period) + drawn.period;
    const UnixTime next_end = drawn.thru ? std::min(next, *drawn.thru) : next;
    const UnixTime published = TruncateTo(drawn.now - drawn.min_age, drawn.truncate_window);
    RC_ASSERT(next_end > published || (drawn.thru && reached >= *drawn.thru));
  }));
}

TEST(DueWindowsProperty, ManySmallCallsGiveWhatOneLargeCallGives) {
  EXPECT_TRUE(rc::check("catch-up", [] {
    Case drawn = AnyCase();
    const auto at_once = drawn.DueAt(drawn.now);
    const std::size_t step = *rc::gen::inRange<std::size_t>(1, 50);
    std::vector<Window> in_steps;
    for (auto some = drawn.DueAt(drawn.now, step); !some.empty();
         some = drawn.DueAt(drawn.now, step)) {
      in_steps.insert(in_steps.end(), some.begin(), some.end());
      drawn.start = some.back().end;
    }
    RC_ASSERT(in_steps == at_once);
  }));
}

TEST(DueWindowsProperty, AnySequenceOfCallsCoversTimeExactlyOnce) {
  EXPECT_TRUE(rc::check("exactly once", [] {
    Case drawn = AnyCase();
    std::vector<Window> seen;
    for (const seconds pause : *rc::gen::container<std::vector<seconds>>(SecondsUpTo(6 * 3600))) {
      drawn.now += pause;
      const auto windows = drawn.DueAt(drawn.now, 200);
      seen.insert(seen.end(), windows.begin(), windows.end());
      if (!windows.empty()) drawn.start = windows.back().end;
      // The period may be changed at any time.
      if (*rc::gen::arbitrary<bool>())
        drawn.period = *rc::gen::element(seconds(900), seconds(14400));
    }
    ExpectContiguous(seen);
  }));
}

}  // namespace
}  // namespace enks::exposure
