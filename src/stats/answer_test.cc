#include "stats/answer.h"

#include <gtest/gtest.h>

namespace enks::stats {
namespace {

using exposure::Platform;

Day SomeDay() {
  Day day;
  day.start = base::UnixTime(std::chrono::seconds(1'612'310'400));  // 2021-02-03T00:00Z
  day.counts.uploads = {1, 20, 300};
  day.counts.keys = 4000;
  day.counts.uploads_with_revisions = 5;
  day.counts.uploads_without_onset = 6;
  day.counts.key_ages[1] = 7;
  day.counts.key_ages[15] = 8;
  day.counts.onset_ages[29] = 9;
  return day;
}

TEST(MakeDaysBody, HasEveryMemberOfADay) {
  EXPECT_EQ(MakeDaysBody({SomeDay()}, "P"),
            R"({"days":[{"day":"2021-02-03T00:00:00Z",)"
            R"("publish_requests":{"unknown":1,"android":20,"ios":300},)"
            R"("total_teks_published":4000,"requests_with_revisions":5,)"
            R"("tek_age_distribution":[0,7,0,0,0,0,0,0,0,0,0,0,0,0,0,8],)"
            R"("onset_to_upload_distribution":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,)"
            R"(0,0,0,0,0,0,0,0,0,0,0,0,0,0,9],)"
            R"("requests_missing_onset_date":6}],"padding":"P"})");
}

TEST(MakeDaysBody, LeavesOutTheListWhenThereIsNothingToTell) {
  EXPECT_EQ(MakeDaysBody({}, "P"), R"({"padding":"P"})");
}

TEST(MakeErrorBody, NamesErrorAndCode) {
  EXPECT_EQ(MakeErrorBody("audience mismatch", "unauthorized", ""),
            R"({"error":"audience mismatch","code":"unauthorized","padding":""})");
}

TEST(MakeCsv, HasALineOfTitlesAndOneADay) {
  EXPECT_EQ(MakeCsv({SomeDay()}),
            "day,publish_requests_unknown,publish_requests_android,publish_requests_ios,"
            "total_teks_published,requests_with_revisions,requests_missing_onset_date,"
            "tek_age_distribution,onset_to_upload_distribution\n"
            "2021-02-03,1,20,300,4000,5,6,0|7|0|0|0|0|0|0|0|0|0|0|0|0|0|8,"
            "0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|9\n");
}

TEST(MakeCsv, IsEmptyWithoutDays) {
  EXPECT_EQ(MakeCsv({}), "");
}

}  // namespace
}  // namespace enks::stats
