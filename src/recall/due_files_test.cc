#include "recall/due_files.h"

#include <gtest/gtest.h>

#include "exposure/windows.h"

namespace enks::recall {
namespace {

using base::UnixTime;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// 2020-11-22T00:00Z.
constexpr UnixTime kMidnight{seconds(1606003200)};

store::ExportConfig Config(seconds period) {
  store::ExportConfig config;
  config.period = period;
  config.from = kMidnight - hours(240);
  return config;
}

TEST(FilesDue, IsWhenTheWindowIsOverAndOldEnough) {
  EXPECT_EQ(FilesDue(Config(hours(4)), kMidnight + hours(5), minutes(30), hours(1)),
            kMidnight + hours(8) + minutes(30));
  EXPECT_EQ(FilesDue(Config(hours(24)), kMidnight, seconds(0), hours(1)), kMidnight + hours(24));
}

TEST(FilesDue, WaitsForUploadsWhoseReleaseTimeIsCutIntoTheWindow) {
  EXPECT_EQ(FilesDue(Config(minutes(5)), kMidnight, seconds(0), hours(1)), kMidnight + hours(1));
}

TEST(FilesDue, EndsWithTheConfiguration) {
  store::ExportConfig config = Config(hours(4));
  config.thru = kMidnight + hours(2);
  EXPECT_EQ(FilesDue(config, kMidnight, seconds(0), hours(1)), kMidnight + hours(2));
  EXPECT_EQ(FilesDue(config, kMidnight + hours(2), seconds(0), hours(1)), std::nullopt);
}

// The time that is told is the first at which the export job finds the window due.
TEST(FilesDue, IsTheMomentTheExportJobBegins) {
  const store::ExportConfig config = Config(hours(6));
  const UnixTime due = *FilesDue(config, kMidnight + hours(7), minutes(30), hours(1));
  const auto windows = [&](UnixTime now) {
    return exposure::DueWindows(config.period, kMidnight + hours(6), now, minutes(30), hours(1), {},
                                10);
  };
  EXPECT_TRUE(windows(due - seconds(1)).empty());
  EXPECT_EQ(windows(due).size(), 1U);
}

}  // namespace
}  // namespace enks::recall
