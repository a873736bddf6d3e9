#include "server/timetable.h"

#include <gtest/gtest.h>

#include <set>

namespace enks::server {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Timetable::Time kNow = hours(1000);

class TimetableTest : public ::testing::Test {
 protected:
  Timetable::Time FirstWait(seconds every, FirstRun first = FirstRun::kSoon) {
    Timetable table;
    return table.Due(table.Add(every, first, kNow, random_)) - kNow;
  }

  base::SeededRandom random_{7};
};

TEST_F(TimetableTest, ADailyJobFirstRunsWithinHalfAMinuteOfTheStart) {
  for (int i = 0; i < 200; ++i) {
    const Timetable::Time wait = FirstWait(hours(24));
    EXPECT_GE(wait, kFirstRunAfter);
    EXPECT_LT(wait, kFirstRunAfter + kFirstRunSpread);
  }
}

TEST_F(TimetableTest, ProcessesThatStartTogetherDoNotBeginTogether) {
  std::set<Timetable::Time> waits;
  for (int i = 0; i < 20; ++i) waits.insert(FirstWait(hours(24)));
  EXPECT_GT(waits.size(), 15u);
}

TEST_F(TimetableTest, AJobThatRunsOftenWaitsAtMostTwoIntervals) {
  for (int i = 0; i < 200; ++i) {
    const Timetable::Time wait = FirstWait(seconds(2));
    EXPECT_GE(wait, seconds(2));
    EXPECT_LT(wait, seconds(4));
  }
}

TEST_F(TimetableTest, AJobThatWasJustDoneWaitsAWholeInterval) {
  EXPECT_EQ(FirstWait(hours(24), FirstRun::kAfterInterval), hours(24));
  EXPECT_EQ(FirstWait(seconds(1), FirstRun::kAfterInterval), seconds(1));
}

TEST_F(TimetableTest, TheNextRunIsAWholeIntervalAfterTheLastOneEnded) {
  Timetable table;
  const std::size_t job = table.Add(hours(24), FirstRun::kSoon, kNow, random_);
  const Timetable::Time ended = table.Due(job) + hours(3);
  table.Ended(job, ended);
  EXPECT_EQ(table.Due(job), ended + hours(24));
}

TEST_F(TimetableTest, TheJobThatIsDueFirstIsNext) {
  Timetable table;
  EXPECT_TRUE(table.empty());
  const std::size_t slow = table.Add(seconds(90), FirstRun::kAfterInterval, kNow, random_);
  const std::size_t quick = table.Add(seconds(60), FirstRun::kAfterInterval, kNow, random_);
  EXPECT_EQ(table.Next(), quick);
  table.Ended(quick, kNow + seconds(60));
  EXPECT_EQ(table.Next(), slow);
  table.Ended(slow, kNow + seconds(90));
  EXPECT_EQ(table.Next(), quick);
}

}  // namespace
}  // namespace enks::server
